"""From parts of nodes to whole ones in zones: what the relaxation takes whole is bought, the rest is relaxed anew.

The relaxation knows no zones. A filling goes to the zone that has most pods for it; where some are missing, the node is
filled anew with what the zone has. So every zone gets its shares of what is to be spread, and every node is well filled
at the worths of the moment. A node that ends up with less than was meant becomes one of a cheaper offer.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from solver.studies.node_sizes.relaxation import alone

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from solver.strategies.cpsat.packing.master import Relaxed
    from solver.strategies.cpsat.packing.task import Column, Pattern
    from solver.strategies.cpsat.packing.task import Task as Packing
    from solver.studies.node_sizes.kinds import Ints, Kinds
    from solver.studies.node_sizes.relaxation import Relaxation

_NEAR = 5e-4
"""Of the price: so near to the bound no more fillings are asked for in a step."""
_LARGE = 0.8
"""A part this near to the largest one may be rounded up in its place."""
_DOUBT = 1e-6
_FINENESS = 2**20
"""Worths are so many parts of the highest one where a node is filled for a zone."""


@dataclass(frozen=True, eq=False, slots=True)
class Bought:
    """A node of an offer in a zone, and how many pods of each spec it holds."""

    offer: int
    zone: int
    filling: Ints


class Rounding:
    """One way down, with ``rounds`` of pricing at each step and ``dice`` to choose among large parts."""

    def __init__(
        self, kinds: Kinds, relaxed: Relaxation, rounds: int, dice: np.random.Generator, expired: Callable[[], bool]
    ) -> None:
        self._kinds = kinds
        self._relaxed = relaxed
        self._rounds = rounds
        self._dice = dice
        self._expired = expired
        self._packing = self._planned()
        self._worth = relaxed.worth
        self.left: Ints = kinds.wanting.copy()
        self.quota: Ints = kinds.quotas.copy()
        self._bought: list[Bought] = []

    def run(self, *, finish: bool = False) -> list[Bought] | None:
        """Nodes for all pods; None where some are left over, or time is up.

        ``finish``: when it is, the rest is rounded with the fillings at hand.
        """
        from solver.strategies.cpsat.packing.dive import nearest

        columns: Iterable[Column] = self._relaxed.columns
        while self.left.any():
            packing = self._wanted()
            all_columns, relaxed = self._priced(columns, packing)
            number = len(self._bought)
            for place in self._chosen(relaxed):
                self._buy(*all_columns[place])
            if (self._expired() and not finish) or len(self._bought) == number:
                return None
            columns = nearest(all_columns, relaxed, packing)
        return self._bought

    def _priced(self, columns: Iterable[Column], packing: Packing) -> tuple[list[Column], Relaxed]:
        from solver.strategies.cpsat.packing.generation import Generation

        starts = (*_cut(columns, packing), *alone(packing))
        generation = Generation(packing, self._relaxed.pricing, starts, self._expired, self._worth)
        relaxed = generation.run(rounds=self._rounds, close=_NEAR)
        self._worth = relaxed.worth
        return list(generation.master.columns), relaxed

    def _chosen(self, relaxed: Relaxed) -> list[int]:
        """Columns by their places, as often as they are taken whole, or one of which the largest part is taken."""
        whole = np.floor(relaxed.taken + _DOUBT).astype(np.int64)
        if whole.any():
            return np.repeat(np.arange(len(whole)), whole).tolist()
        largest = np.flatnonzero(relaxed.taken >= max(_LARGE * relaxed.taken.max(initial=0.0), _DOUBT))
        return [int(self._dice.choice(largest))] if len(largest) else []

    def _buy(self, offer: int, pattern: Pattern) -> None:
        """A node with this filling, or one like it, in the zone that suits it best."""
        meant = np.zeros(len(self._worth), dtype=np.int64)
        for group, number in pattern:
            meant[group] = number
        there = [self._grouped(np.minimum(self.left, quota)) for quota in self.quota]
        suits = [round(float(np.minimum(meant, pods) @ self._worth), 6) for pods in there]
        zone = max(range(len(there)), key=lambda zone: (suits[zone], self._waiting(zone)))
        held = np.minimum(meant, there[zone])
        if (held < meant).any():
            held = self._filled(offer, there[zone])
        if held.any():
            self._take(self._cheapest(offer, held), zone, held)

    def _waiting(self, zone: int) -> float:
        """By worth, the pods that can go to no other zone."""
        tied = self._kinds.tied
        worth = self._worth[self._relaxed.group_of]
        return float(np.minimum(self.left, self.quota[zone])[tied] @ worth[tied])

    def _filled(self, offer: int, pods: Ints) -> Ints:
        """The best filling of one node with these pods."""
        packing = self._packing
        one = replace(packing.classes[offer], reach=np.minimum(packing.reaches[offer], pods))
        numbers, prices = np.ones(1, dtype=np.int64), packing.prices[offer : offer + 1]
        single = replace(packing, classes=(one,), wanting=pods, numbers=numbers, prices=prices)
        worth = np.maximum(self._worth / max(float(self._worth.max()), _DOUBT), 0.0) * _FINENESS
        held = np.zeros_like(pods)
        for _, pattern in self._relaxed.pricing.priced(single, worth.astype(np.int64) + 1).columns:
            for group, number in pattern:
                held[group] = number
        return held

    def _cheapest(self, offer: int, held: Ints) -> int:
        packing = self._packing
        takes = (packing.rooms >= packing.requests @ held).all(axis=1) & (self._reaches >= held).all(axis=1)
        prices = np.where(takes, packing.prices, packing.prices[offer])
        return int(np.argmin(prices)) if prices.min() < packing.prices[offer] else offer

    def _take(self, offer: int, zone: int, held: Ints) -> None:
        """Of a group those specs first that can go to no other zone, of these those with the largest quotas left."""
        filling = np.zeros_like(self.left)
        there = np.minimum(self.left, self.quota[zone])
        order = np.lexsort((-there, ~self._kinds.tied))
        group_of = self._relaxed.group_of
        for group in np.flatnonzero(held).tolist():
            rows = order[group_of[order] == group]
            before = np.cumsum(there[rows]) - there[rows]
            filling[rows] = np.clip(held[group] - before, 0, there[rows])
        self.left -= filling
        self.quota[zone] -= filling
        self._bought.append(Bought(offer, zone, filling))

    def _grouped(self, pods: Ints) -> Ints:
        return np.bincount(self._relaxed.group_of, pods, len(self._worth)).astype(np.int64)

    def _wanted(self) -> Packing:
        wanting = self._grouped(self.left)
        return replace(self._packing, wanting=wanting, numbers=np.full_like(self._packing.numbers, wanting.sum()))

    def _planned(self) -> Packing:
        """The packing with no more pods on a node than are planned."""
        packing = self._relaxed.packing
        first = np.unique(self._relaxed.group_of, return_index=True)[1]
        self._reaches = np.minimum(packing.reaches, self._kinds.planned[first])
        classes = tuple(replace(each, reach=row) for each, row in zip(packing.classes, self._reaches, strict=True))
        return replace(packing, classes=classes)


def _cut(columns: Iterable[Column], packing: Packing) -> Iterable[Column]:
    """The columns as far as there are pods for them."""
    for place, pattern in columns:
        reach = packing.reaches[place]
        cut = tuple((group, min(pods, int(reach[group]))) for group, pods in pattern if reach[group])
        if cut:
            yield place, cut
