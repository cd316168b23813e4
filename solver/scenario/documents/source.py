"""A text with its name, and where in it something stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from solver.scenario.problems import Path


@dataclass(frozen=True, slots=True)
class Extent:
    """A piece of a text: offsets in characters, line and column of its start counting from 0."""

    start: int
    end: int
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Parsed:
    """A document of any type but null; ``index`` counts from 1 within its file, empty documents included."""

    index: int
    value: object
    extent: Extent


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """The text of a file, under the name shown to people.

    Lines are looked up only when a problem needs one, by reading a piece of the text again, JSON as the YAML it is.
    """

    file: str
    text: str
    _items: dict[Extent, tuple[Extent, ...]] = field(default_factory=dict, init=False, repr=False)

    def line_of(self, extent: Extent, path: Path) -> int:
        """The line, counting from 1, of the key or item at the path within a piece, or of the nearest one above it."""
        if path[:1] == ("items",) and len(path) > 1 and isinstance(path[1], int):
            items = self._items_of(extent)
            if path[1] < len(items):
                return self.line_of(items[path[1]], path[2:])
        events = _Events(self, extent)
        return events.line_of(path) + 1

    def _items_of(self, extent: Extent) -> tuple[Extent, ...]:
        """The items of a list object, found once: it may have thousands, and problems in many of them."""
        if extent not in self._items:
            self._items[extent] = _Events(self, extent).items()
        return self._items[extent]


class _Events:
    """The YAML events of one piece of a source."""

    def __init__(self, source: Source, extent: Extent) -> None:
        # Spaces in front keep the first line in line with the others.
        self._loader: Any = yaml.CSafeLoader(" " * extent.column + source.text[extent.start : extent.end])
        self._extent = extent

    def line_of(self, path: Path) -> int:
        line = self._extent.line
        try:
            self._open()
            for part in path:
                found = self._descend(part)
                if found is None:
                    break
                line = self._extent.line + found
        except yaml.YAMLError:
            pass  # The piece ends within its surroundings, which may not make sense here: what was found so far stands.
        return line

    def items(self) -> tuple[Extent, ...]:
        starts: list[yaml.Mark] = []
        try:
            self._open()
            if self._descend("items") is not None and isinstance(self._loader.get_event(), yaml.SequenceStartEvent):
                while not isinstance(event := self._loader.peek_event(), yaml.SequenceEndEvent):
                    starts.append(event.start_mark)
                    self._skip()
        except yaml.YAMLError:
            pass
        offset = self._extent.start - self._extent.column
        ends = [*(offset + mark.index for mark in starts[1:]), self._extent.end]
        return tuple(
            Extent(offset + mark.index, end, self._extent.line + mark.line, mark.column)
            for mark, end in zip(starts, ends, strict=False)
        )

    def _open(self) -> None:
        """Go to the root."""
        while isinstance(self._loader.peek_event(), yaml.StreamStartEvent | yaml.DocumentStartEvent):
            self._loader.get_event()

    def _descend(self, part: str | int) -> int | None:
        """Go to the part of the node ahead and give its line within the piece; None where it has no such part."""
        node = self._loader.get_event()
        if isinstance(node, yaml.MappingStartEvent) and isinstance(part, str):
            return self._to_key(part)
        if isinstance(node, yaml.SequenceStartEvent) and isinstance(part, int):
            return self._to_item(part)
        return None

    def _to_key(self, key: str) -> int | None:
        while not isinstance(event := self._loader.peek_event(), yaml.MappingEndEvent):
            self._skip()
            if isinstance(event, yaml.ScalarEvent) and event.value == key:
                return _line(event)
            self._skip()
        return None

    def _to_item(self, position: int) -> int | None:
        for _ in range(position):
            if isinstance(self._loader.peek_event(), yaml.SequenceEndEvent):
                return None
            self._skip()
        event = self._loader.peek_event()
        return None if isinstance(event, yaml.SequenceEndEvent) else _line(event)

    def _skip(self) -> None:
        """Go past the node ahead."""
        level = 0
        while True:
            event = self._loader.get_event()
            level += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if level <= 0:
                return


def _line(event: Any) -> int:
    return int(event.start_mark.line)
