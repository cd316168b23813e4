"""A start from the relaxation: node after node is filled with what its prices say is worth most.

A pod is worth what the relaxation pays for it; awkward pods, which take much of one resource, are worth more than that,
so that they come first. The class of which most is missing, against its number in the relaxation, gets the next node.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from solver.strategies.cpsat.fluid.knapsack import Knapsack
from solver.strategies.cpsat.fluid.plan import Plan

if TYPE_CHECKING:
    from collections.abc import Callable

    from solver.strategies.cpsat.fluid.relaxation import Relaxation
    from solver.strategies.cpsat.fluid.rows import Floats
    from solver.strategies.cpsat.fluid.solved import Solved
    from solver.strategies.cpsat.fluid.supply import Ints

_AWKWARD = 0.5
"""A pod that takes all of some resource of a node is worth so many times more than one that takes nearly nothing."""
_REPEATS = 12
"""A filling is used for this part of the nodes that its class still gets: equal nodes, equal fillings."""


class Fill:
    """Fills a plan; ``whole`` has the number of nodes of each class to open."""

    def __init__(self, relaxation: Relaxation, priced: Solved, whole: Floats, stop: Callable[[], bool], seed: int):
        self.plan = Plan(relaxation)
        self._relaxation = relaxation
        self._stop = stop
        self._knapsack = Knapsack(relaxation.supply.requests, seed)
        self.worth = _worth(relaxation, priced)
        self._wanted = np.array([0.0 if at < 0 else whole[at] for at in relaxation.used])
        self._closed: list[list[int]] = [each.places.tolist()[::-1] for each in relaxation.classes]
        self._opened = np.zeros(len(relaxation.classes))
        self._openable = {row.pool.name: row.pool.openable for row in relaxation.supply.ground.candidates}

    def run(self) -> Plan:
        """First what is paid for, then one node after the other until all is placed or nothing more fits."""
        for place in self._in_use():
            if self._stop():
                return self.plan
            self._fill(place)
        while self.plan.left.any() and not self._stop():
            chosen = self._next_class()
            if chosen is None:
                break
            self._open(chosen)
        return self.plan

    def _in_use(self) -> list[int]:
        """Nodes that hold a workload's pod already."""
        ground = self._relaxation.supply.ground
        used = {ground.column[node] for group in ground.groups if group.movable for node in group.bound}
        for closed in self._closed:
            closed[:] = [place for place in closed if place not in used]
        return sorted(used)

    def _next_class(self) -> int | None:
        """The class with the largest share of its nodes missing; beyond these numbers, what pays best."""
        classes = self._relaxation.classes
        able = [
            place
            for place, each in enumerate(classes)
            if self._closed[place] and (each.pool is None or self._openable[each.pool] > 0)
        ]
        missing = {place: (self._wanted[place] - self._opened[place]) / max(self._wanted[place], 1) for place in able}
        short = [place for place in able if self._wanted[place] - self._opened[place] > 0.5]
        if short:
            return max(short, key=missing.__getitem__)
        yields = {place: self._yield(place) for place in able}
        best = max(able, key=yields.__getitem__, default=None)
        return best if best is not None and yields[best] > 0 else None

    def _yield(self, place: int) -> float:
        """What a node of the class would hold, by worth, for its price."""
        pods = self._filling(self._closed[place][-1], place)
        return float(self.worth @ pods) / max(float(self._relaxation.classes[place].price), 1e-9)

    def _open(self, place: int) -> None:
        """One node, and others with the same filling while there is enough left for them."""
        pods = self._filling(self._closed[place][-1], place)
        if not pods.any():
            self._closed[place].clear()
            return
        missing = max(1, int(self._wanted[place] - self._opened[place]) // _REPEATS)
        for _ in range(missing):
            if not self._closed[place] or not self._pool_has_room(place):
                return
            node = self._closed[place][-1]
            if (pods > self.plan.limit(node)).any() or (
                self._relaxation.supply.requests @ pods > self.plan.room[node]
            ).any():
                return
            self._closed[place].pop()
            self.plan.place(node, pods)
            self._opened[place] += 1
            self._count_pool(place)

    def _pool_has_room(self, place: int) -> bool:
        pool = self._relaxation.classes[place].pool
        return pool is None or self._openable[pool] > 0

    def _count_pool(self, place: int) -> None:
        pool = self._relaxation.classes[place].pool
        if pool is not None:
            self._openable[pool] -= 1

    def _fill(self, node: int) -> None:
        self.plan.place(node, self._knapsack.filled(self.plan.room[node], self.plan.limit(node), self.worth))

    def _filling(self, node: int, place: int) -> Ints:
        room = np.maximum(self._relaxation.classes[place].room, 1)[:, None]
        share = np.minimum((self._relaxation.supply.requests / room).max(axis=0), 1.0)
        return self._knapsack.filled(self.plan.room[node], self.plan.limit(node), self.worth * (1 + _AWKWARD * share))


def _worth(relaxation: Relaxation, priced: Solved) -> Floats:
    """What the relaxation pays for one more pod of each group; never nothing."""
    rows = [relaxation.wanting_row[row] for row in range(len(relaxation.supply.groups))]
    if priced.prices is None:
        return np.ones(len(rows))
    worth = np.maximum(priced.prices[rows], 0.0)
    floor = 1e-3 * float(worth.max(initial=0.0)) or 1.0
    return np.maximum(worth, floor)
