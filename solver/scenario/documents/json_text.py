"""JSON to plain values: one document, several in a row, or one per line."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import TYPE_CHECKING, Any, NoReturn

from solver.scenario.documents.anchors import collections_within
from solver.scenario.documents.faults import MAX_DEPTH, UnreadableError, too_deep
from solver.scenario.documents.source import Extent, Parsed, Source
from solver.scenario.problems import ABSENT, Path, Problem, path_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from solver.scenario.problems import Problems

_SPACE = re.compile(r"[ \t\r\n]*")
_SURROGATE_ESCAPE = re.compile(r"\\u[dD][89a-fA-F]")


class NotJSONError(UnreadableError):
    """The text does not follow JSON's grammar."""


def parse_json(source: Source, problems: Problems) -> Iterator[Parsed]:
    """The documents of a JSON text that are not null.

    Raises:
        NotJSONError: the text is malformed; the documents before have been given out.
        UnreadableError: it is too deep, or has a number that is none.
    """
    text = source.text
    reader = _Reader(source, problems)
    index = line = end = counted = 0
    while (start := _after_space(text, end)) < len(text):
        index += 1
        line += text.count("\n", counted, start)
        counted = start
        value, end = reader.document(index, start)
        if value is not None:
            yield Parsed(index, value, Extent(start, end, line, column=0))


def _after_space(text: str, position: int) -> int:
    match = _SPACE.match(text, position)
    return match.end() if match else position


class _Reader:
    """Decodes the documents of one source; ``_repeated`` are the keys that occurred twice, by the mapping's id."""

    def __init__(self, source: Source, problems: Problems) -> None:
        self._source = source
        self._problems = problems
        self._repeated: dict[int, tuple[dict[str, Any], list[str]]] = {}
        self._decoder = json.JSONDecoder(object_pairs_hook=self._hook(), parse_constant=_refuse_constant)

    def document(self, index: int, start: int) -> tuple[object, int]:
        """The value that begins here, and where it ends."""
        self._repeated.clear()
        value, end = self._decoded(start)
        _check_depth(value)
        if self._repeated or self._has_surrogates(start, end):
            self._report(index, value)
        return value, end

    def _has_surrogates(self, start: int, end: int) -> bool:
        """Whether half a character may be written there; most texts have no escapes of that kind at all."""
        text = self._source.text
        return text.find("\\u", start, end) >= 0 and _SURROGATE_ESCAPE.search(text, start, end) is not None

    def _decoded(self, start: int) -> tuple[object, int]:
        try:
            return self._decoder.raw_decode(self._source.text, start)
        except RecursionError:
            raise too_deep() from None
        except json.JSONDecodeError as error:
            message = f"malformed JSON: {error.msg[:1].lower()}{error.msg[1:]}"
            raise NotJSONError(message, "correct the file here or just above", error.lineno, error.colno) from None
        except ValueError:
            raise UnreadableError("a number of thousands of digits", "no amount is that large") from None

    def _hook(self) -> Callable[[list[tuple[str, Any]]], dict[str, Any]]:
        """Makes the mappings; a function, because millions are made and a method takes longer to call."""
        note = self._note_repeated

        def mapping_of(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
            mapping = dict(pairs)
            if len(mapping) != len(pairs):
                note(mapping, pairs)
            return mapping

        return mapping_of

    def _note_repeated(self, mapping: dict[str, Any], pairs: list[tuple[str, Any]]) -> None:
        counts = Counter(key for key, _ in pairs)
        # Kept together with the mapping, for the id to stay its own.
        self._repeated[id(mapping)] = mapping, [key for key, count in counts.items() if count > 1]

    def _report(self, index: int, value: object) -> None:
        for path, inner in _walk(value, ()):
            for key in self._repeated.get(id(inner), (inner, ()))[1]:
                self._add(index, (*path, key), ABSENT, "the key appears twice in this object", "remove one of the two")
            if isinstance(inner, str) and not _is_unicode(inner):
                self._add(index, path, inner, "half of a surrogate pair is no character", "write the character itself")

    def _add(self, index: int, path: Path, value: object, message: str, remedy: str) -> None:
        self._problems.add(Problem(self._source.file, f"document {index}", path_text(path), value, message, remedy))


def _refuse_constant(name: str) -> NoReturn:
    raise UnreadableError(f"{name} is no JSON number", "write a number, or null")


def _check_depth(value: object) -> None:
    layer = [value] if isinstance(value, dict | list) else []
    for _ in range(MAX_DEPTH):
        layer = collections_within(layer)
    if layer:
        raise too_deep()


def _walk(value: object, path: Path) -> Iterator[tuple[Path, object]]:
    """Every value within a value, itself and keys included, with its path."""
    yield path, value
    if isinstance(value, dict):
        for key, inner in value.items():
            yield path, key
            yield from _walk(inner, (*path, key))
    elif isinstance(value, list):
        for position, inner in enumerate(value):
            yield from _walk(inner, (*path, position))


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
