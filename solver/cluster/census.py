"""Who is where, by what the pods say: the tallies of a state, and which of them each pod counts into."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

from solver.cluster.tally import Tally

if TYPE_CHECKING:
    from collections.abc import Iterable

    from solver.cluster.pod import PodSpec
    from solver.cluster.tally import LabelPair, Trait


class _Entry:
    """The pods of one spec: how many on which node, and the tallies they count into, each so many times."""

    __slots__ = ("places", "tallies")

    def __init__(self, tallies: list[tuple[Tally, int]]) -> None:
        self.tallies = tallies
        self.places: defaultdict[int, int] = defaultdict(int)


class Census:
    """Follows every pod that comes or leaves; a trait is asked of a spec once, and only where its labels allow it."""

    def __init__(self, nodes: int) -> None:
        self._nodes = nodes
        self._tallies: dict[Trait, Tally] = {}
        self._entries: dict[PodSpec, _Entry] = {}
        self._traits_with: defaultdict[LabelPair | None, list[Trait]] = defaultdict(list)
        self._specs_with: defaultdict[LabelPair, list[PodSpec]] = defaultdict(list)

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
        pairs = trait.needs()
        for pair in pairs or (None,):
            self._traits_with[pair].append(trait)
        for spec in self._entries if pairs is None else self._specs_having(pairs):
            times = trait.count(spec)
            entry = self._entries[spec]
            if times:
                entry.tallies.append((tally, times))
                for node, pods in entry.places.items():
                    tally.add(node, pods * times)
        return tally

    def _enter(self, spec: PodSpec) -> _Entry:
        """Find out what the spec counts into."""
        pairs = spec.labels.items()
        possible = dict.fromkeys(trait for pair in (None, *pairs) for trait in self._traits_with.get(pair, ()))
        counted = ((self._tallies[trait], trait.count(spec)) for trait in possible)
        entry = self._entries[spec] = _Entry([(tally, times) for tally, times in counted if times])
        for pair in pairs:
            self._specs_with[pair].append(spec)
        return entry

    def _specs_having(self, pairs: Iterable[LabelPair]) -> Iterable[PodSpec]:
        return dict.fromkeys(spec for pair in pairs for spec in self._specs_with.get(pair, ()))
