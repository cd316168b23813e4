"""YAML to plain values, straight from the parser's events.

Nothing is composed first: that recurses in C, ends the process on deep input, and takes several times as long.
What YAML has and JSON has not is translated as Kubernetes does (merge keys, numbers as keys) or a problem (tags).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml
from yaml import AliasEvent, MappingEndEvent, MappingStartEvent, ScalarEvent, SequenceEndEvent, SequenceStartEvent

from solver.scenario.documents.anchors import Anchors
from solver.scenario.documents.faults import MAX_DEPTH, MeaninglessError, UnreadableError, too_deep
from solver.scenario.documents.scalars import UNRENDERED, Scalar, foreign_tag, key_text, resolve, tagged
from solver.scenario.documents.source import Extent, Parsed, Source
from solver.scenario.problems import ABSENT, Problem, path_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from solver.scenario.problems import Problems

_MERGE = "<<"
_COLLECTION_TAGS: dict[type, str] = {
    MappingStartEvent: "tag:yaml.org,2002:map",
    SequenceStartEvent: "tag:yaml.org,2002:seq",
}


def parse_yaml(source: Source, problems: Problems) -> Iterator[Parsed]:
    """The documents of a YAML text that are not null.

    Raises:
        UnreadableError: the text is malformed, too deep or expands beyond measure; the documents before are given out.
    """
    try:
        yield from _Reader(source, problems).documents()
    except yaml.YAMLError as error:
        raise _error_of(error, source.text) from None


class _PlainScalars(dict[str, Scalar]):
    """Text to meaning. The same few thousand texts make up whole clusters."""

    def __missing__(self, text: str) -> Scalar:
        value = self[text] = resolve(text)
        return value


class _PlainKeys(dict[str, str | None]):
    """Text to key; None is the merge key."""

    def __missing__(self, text: str) -> str | None:
        key = self[text] = None if text == _MERGE else key_text(resolve(text))
        return key


class _Reader:
    """Builds the values of one source; ``_path`` leads to the value being read."""

    def __init__(self, source: Source, problems: Problems) -> None:
        self._source = source
        self._problems = problems
        self._next: Callable[[], Any] = yaml.CSafeLoader(source.text).get_event
        self._scalars = _PlainScalars()
        self._keys = _PlainKeys()
        self._anchors = Anchors()
        self._path: list[str | int] = []
        self._index = 0

    def documents(self) -> Iterator[Parsed]:
        while not isinstance(event := self._next(), yaml.StreamEndEvent):
            if isinstance(event, yaml.DocumentStartEvent):
                self._index += 1
                self._anchors.clear()
                parsed = self._document()
                if parsed.value is not None:
                    yield parsed

    def _document(self) -> Parsed:
        root = self._next()
        value = self._node(root, depth=1)
        start, end = root.start_mark, self._next().end_mark
        return Parsed(self._index, value, Extent(start.index, end.index, start.line, start.column))

    def _node(self, event: Any, depth: int) -> object:
        """The value that begins with this event; ``depth`` is its level, the root's being 1."""
        if event.__class__ is ScalarEvent:
            return self._scalar(event)
        if isinstance(event, AliasEvent):
            return self._alias(event, depth)
        return self._collection(event, depth)

    def _alias(self, event: Any, depth: int) -> object:
        return self._anchors.value_of(event.anchor, depth, _position(event.start_mark))

    def _collection(self, event: Any, depth: int) -> object:
        if depth > MAX_DEPTH:
            raise too_deep(*_position(event.start_mark))
        if event.tag not in (None, "!", _COLLECTION_TAGS[type(event)]):
            self._report(event, foreign_tag(event.tag))
        if event.anchor is not None:
            self._anchors.open(event.anchor)
        value = self._mapping(depth) if isinstance(event, MappingStartEvent) else self._sequence(depth)
        if event.anchor is not None:
            self._anchors.close(event.anchor, value)
        return value

    def _sequence(self, depth: int) -> list[object]:
        result: list[object] = []
        while (event := self._next()).__class__ is not SequenceEndEvent:
            self._path.append(len(result))
            result.append(self._node(event, depth + 1))
            self._path.pop()
        return result

    def _mapping(self, depth: int) -> dict[str, object]:
        # This loop runs for every line of a dump: class tests by identity, and scalars first.
        result: dict[str, object] = {}
        merged: list[dict[str, object]] = []
        next_event, path = self._next, self._path
        while (event := next_event()).__class__ is not MappingEndEvent:
            key = self._key(event, depth)
            if key is None:
                merged += self._merged(next_event(), depth)
                continue
            path.append(key)
            if key in result:
                self._report(event, MeaninglessError("the key appears twice in this mapping", "remove one of the two"))
            event = next_event()
            result[key] = self._scalar(event) if event.__class__ is ScalarEvent else self._node(event, depth + 1)
            path.pop()
        for mapping in merged:
            for key, value in mapping.items():
                result.setdefault(key, value)
        return result

    def _key(self, event: Any, depth: int) -> str | None:
        """The key that begins with this event; None for the merge key."""
        try:
            if event.__class__ is ScalarEvent and event.implicit[0] and event.anchor is None:
                return self._keys[event.value]
            return key_text(self._node(event, depth + 1))
        except MeaninglessError as defect:
            self._report(event, defect)
            return ""

    def _merged(self, event: Any, depth: int) -> list[dict[str, object]]:
        """The mappings that a merge key brings in, the first of them first in precedence."""
        value = self._node(event, depth + 1)
        given = value if isinstance(value, list) else [value]
        mappings = [mapping for mapping in given if isinstance(mapping, dict)]
        if len(mappings) < len(given):
            self._report(event, MeaninglessError("<< merges only mappings", "merge a mapping, or a list of mappings"))
        return mappings

    def _scalar(self, event: Any) -> Scalar:
        plain, quoted = event.implicit
        value: Scalar = event.value
        try:
            value = self._scalars[event.value] if plain else event.value if quoted else tagged(event.tag, event.value)
        except MeaninglessError as defect:
            self._report(event, defect)
        if event.anchor is not None:
            self._anchors.close(event.anchor, value)
        return value

    def _report(self, event: Any, defect: MeaninglessError) -> None:
        value = event.value if isinstance(event, ScalarEvent) else ABSENT
        place = (self._source.file, f"document {self._index}", path_text(self._path))
        self._problems.add(Problem(*place, value, defect.message, defect.remedy, *_position(event.start_mark)))


def _position(mark: yaml.Mark) -> tuple[int, int]:
    return mark.line + 1, mark.column + 1


def _remedy(error: yaml.MarkedYAMLError, text: str) -> str:
    """What helps against the two mistakes that the parser has no words for."""
    lines = [_line_at(mark, text) for mark in (error.problem_mark, error.context_mark) if mark]
    if any("\t" in line[: len(line) - len(line.lstrip())] for line in lines):
        return "indent with spaces: in YAML a tab is no indentation"
    is_template = any("{{" in line or "{%" in line for line in lines)
    return UNRENDERED if is_template else "correct the file here or just above"


def _line_at(mark: yaml.Mark, text: str) -> str:
    return text[: mark.index].rpartition("\n")[2] + text[mark.index :].partition("\n")[0]


def _error_of(error: yaml.YAMLError, text: str) -> UnreadableError:
    """The parser's own complaint, in one line."""
    if isinstance(error, yaml.MarkedYAMLError):
        mark = error.problem_mark or error.context_mark
        reason = ", ".join(filter(None, (error.context, error.problem)))
        return UnreadableError(f"malformed YAML: {reason}", _remedy(error, text), *(_position(mark) if mark else ()))
    offset = getattr(error, "position", 0)
    line = text.encode()[:offset].count(b"\n") + 1
    return UnreadableError(f"malformed YAML: {getattr(error, 'reason', error)}", "remove the character", line)
