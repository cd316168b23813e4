"""YAML anchors and aliases, within bounds: a few nested aliases can stand for more values than memory holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from solver.scenario.documents.faults import MAX_DEPTH, UnreadableError, too_deep

MAX_ALIASED = 1_000_000
"""Values that the aliases of one file may stand for, all together: they share memory, but a reader meets each anew."""

Position = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Size:
    """Values within a value, and levels of collections, aliases written out."""

    values: int
    levels: int


class Anchors:
    """The anchors of one document, and what the aliases of the whole file have cost so far."""

    def __init__(self) -> None:
        self._values: dict[str, object] = {}
        self._sizes: dict[str, _Size] = {}
        self._open: set[str] = set()
        self._aliased = 0

    def clear(self) -> None:
        """A new document begins: its aliases see none of the anchors before."""
        self._values.clear()
        self._sizes.clear()
        self._open.clear()

    def open(self, name: str) -> None:
        """A collection with this anchor begins."""
        self._open.add(name)

    def close(self, name: str, value: object) -> None:
        """The anchored value is complete."""
        self._open.discard(name)
        self._sizes.pop(name, None)
        self._values[name] = value

    def value_of(self, name: str, depth: int, position: Position) -> object:
        """The value an alias at this level of nesting stands for.

        Raises:
            UnreadableError: there is none, it contains itself, or it is too much or too deep when written out.
        """
        if name in self._open:
            raise UnreadableError(
                f"the alias *{name} is within the value it stands for", "write it without aliases", *position
            )
        if name not in self._values:
            raise UnreadableError(
                f"the alias *{name} has no anchor before it", f"write &{name} where it is meant", *position
            )
        size = self._size_of(name)
        self._aliased += size.values
        if self._aliased > MAX_ALIASED:
            raise UnreadableError(
                f"aliases stand for more than {MAX_ALIASED:,} values", "write it without aliases", *position
            )
        if depth + size.levels - 1 > MAX_DEPTH:
            raise too_deep(*position)
        return self._values[name]

    def _size_of(self, name: str) -> _Size:
        if name not in self._sizes:
            self._sizes[name] = _size(self._values[name])
        return self._sizes[name]


def _size(value: object) -> _Size:
    values, levels = 1, 0
    layer = [value] if isinstance(value, dict | list) else []
    while layer:
        values += sum(map(len, layer))
        levels += 1
        layer = collections_within(layer)
    return _Size(values, levels)


_COLLECTIONS = (dict, list)


def collections_within(layer: list[Any]) -> list[Any]:
    """The mappings and lists that are values or items of these, one level further down."""
    return [
        inner
        for outer in layer
        for inner in (outer.values() if isinstance(outer, dict) else outer)
        if isinstance(inner, _COLLECTIONS)
    ]
