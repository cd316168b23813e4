"""Who is where, by what the pods say: the tallies of a state, and which of them each pod counts into."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

from solver.cluster.tally import Tally, marks_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from solver.cluster.pod import PodSpec
    from solver.cluster.tally import Mark, Trait


class _Entry:
    """The pods of one spec: how many on which node, and the tallies they count into, each so many times."""

    __slots__ = ("places", "tallies")

    def __init__(self, tallies: list[tuple[Tally, int]]) -> None:
        self.tallies = tallies
        self.places: defaultdict[int, int] = defaultdict(int)


class Census:
    """Follows every pod that comes or leaves; a trait is asked of a spec once, and only where its marks allow it."""

    def __init__(self, nodes: int) -> None:
        self._nodes = nodes
        self._tallies: dict[Trait, Tally] = {}
        self._entries: dict[PodSpec, _Entry] = {}
        self._traits_with: defaultdict[Mark | None, list[Trait]] = defaultdict(list)
        self._specs_with: defaultdict[Mark, list[PodSpec]] = defaultdict(list)

    def follow(self, spec: PodSpec, node: int, sign: int) -> None:
        """A pod comes (1) or leaves (-1)."""
        entry = self._entries.get(spec)
        if entry is None:
            entry = self._enter(spec)
        entry.places[node] += sign
        for tally, times in entry.tallies:
            tally.add(node, sign * times)

    def tally(self, trait: Trait) -> Tally:
        """The live count of the pods with a trait."""
        found = self._tallies.get(trait)
        return self._open(trait) if found is None else found

    def _open(self, trait: Trait) -> Tally:
        """Count who is there already."""
        tally = self._tallies[trait] = Tally(np.zeros(self._nodes, dtype=np.int64))
        marks = trait.needs()
        for mark in marks or (None,):
            self._traits_with[mark].append(trait)
        for spec in self._entries if marks is None else self._specs_showing(marks):
            times = trait.count(spec)
            entry = self._entries[spec]
            if times:
                entry.tallies.append((tally, times))
                for node, pods in entry.places.items():
                    tally.add(node, pods * times)
        return tally

    def _enter(self, spec: PodSpec) -> _Entry:
        """Find out what the spec counts into."""
        marks = dict.fromkeys(marks_of(spec))
        possible = dict.fromkeys(trait for mark in (None, *marks) for trait in self._traits_with.get(mark, ()))
        counted = ((self._tallies[trait], trait.count(spec)) for trait in possible)
        entry = self._entries[spec] = _Entry([(tally, times) for tally, times in counted if times])
        for mark in marks:
            self._specs_with[mark].append(spec)
        return entry

    def _specs_showing(self, marks: Iterable[Mark]) -> Iterable[PodSpec]:
        return dict.fromkeys(spec for mark in marks for spec in self._specs_with.get(mark, ()))
