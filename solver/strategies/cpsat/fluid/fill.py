"""A start from the relaxation: node after node is filled with what its prices say is worth most.

A pod is worth what the relaxation pays for it, and a node whose pods are worth its price is as well used as in the
relaxation. Of the many such fillings one is taken that leaves a balanced rest (`Balance`). The class of which most is
missing, against its number in the relaxation, gets the next node.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from solver.strategies.cpsat.fluid.balance import Balance
from solver.strategies.cpsat.fluid.knapsack import Knapsack

if TYPE_CHECKING:
    from collections.abc import Callable

    from solver.strategies.cpsat.fluid.draft import Draft
    from solver.strategies.cpsat.fluid.plan import Plan
    from solver.strategies.cpsat.fluid.relaxation import Relaxation
    from solver.strategies.cpsat.fluid.rows import Floats, Ints
    from solver.strategies.cpsat.fluid.solved import Solved

_ENOUGH = 0.999
"""A node is full where its pods are worth so much of its price."""
_REPEATS = 12
"""A filling is used for this part of the nodes that its class still gets: equal nodes, equal fillings."""
_WARM_UP = 10
"""After so many fillings it is known how many more there is time for."""
_LAST = 0.35
"""And this part of the time is for the last nodes: what serves many leaves pods of each group."""
_POOR = 0.9
"""What serves many nodes is to be worth so much of the price at least."""
_GROUPS = 80
"""A filling looks at so many groups, drawn anew each time; more would only take longer."""
_HOME = 1.0
"""So many times its worth a pod is preferred on the node that it is on already."""
_LEAST_PRICE = 1e-9
"""Nodes that cost nothing are filled as if they cost next to nothing."""


class Fill:
    """Fills a plan as a draft says, and can fill some of its nodes again.

    ``time_left`` tells which part of its time is left; at 0 it stops. ``homes`` are the pods of each group that each
    node holds now, where the cluster is planned as if it were empty: among fillings that are as good, those that keep
    more of them are preferred, and the nodes that hold most are opened first.
    """

    def __init__(self, draft: Draft, time_left: Callable[[], float], seed: int, homes: Ints | None = None) -> None:
        self.plan = draft.plan
        self.relaxation = draft.relaxation
        self.time_left = time_left
        self.worth = _worth(draft.relaxation, draft.loose)
        self._dice = np.random.default_rng(seed)
        requests = draft.relaxation.supply.requests
        self._homes = homes
        self._knapsack = Knapsack(requests if homes is None else np.hstack((requests, requests)), seed)
        self._price = np.maximum([float(each.price) for each in self.relaxation.classes], _LEAST_PRICE)
        self._numbers = np.array([0.0 if at < 0 else np.ceil(draft.numbers[at] - 1e-6) for at in draft.relaxation.used])
        self._class = np.zeros(self.plan.counts.shape[1], dtype=np.int64)
        for place, each in enumerate(self.relaxation.classes):
            self._class[each.places] = place
        self._openable = {row.pool.name: row.pool.openable for row in draft.relaxation.supply.ground.candidates}

    def run(self) -> Plan:
        """First what is paid for, then one node after the other until all is placed or nothing more fits."""
        used = self._in_use()
        for place in used:
            if self.time_left() <= 0:
                return self.plan
            self._fill(place)
        held = set(used)
        closed = [
            [place for place in each.places.tolist()[::-1] if place not in held] for each in self.relaxation.classes
        ]
        if self._homes is not None:
            held_now = self.worth @ self._homes
            closed = [sorted(places, key=held_now.__getitem__) for places in closed]
        self.open(closed, self._numbers)
        return self.plan

    def open(self, closed: list[list[int]], wanted: Floats) -> None:
        """Fill these nodes, the last of each class first; so many are ``wanted`` of each class, others if need be."""
        self._closed, self._wanted = closed, wanted
        self._opened = np.zeros(len(closed))
        self._fillings = 0
        self._balance = Balance(self.plan, self.relaxation, wanted)
        while self.plan.left.any() and self.time_left() > 0:
            chosen = self._next_class()
            if chosen is None:
                break
            self._open(chosen)

    def put(self, place: int, pods: Ints) -> None:
        """So many pods of each group on a closed node."""
        self.plan.place(place, pods)
        pool = self.relaxation.classes[int(self._class[place])].pool
        if pool is not None:
            self._openable[pool] -= 1

    def close(self, places: Ints) -> None:
        """Take these nodes out of the plan again."""
        for place in places[self.plan.counts[:, places].any(axis=0)].tolist():
            self.plan.place(place, -self.plan.counts[:, place])
            pool = self.relaxation.classes[int(self._class[place])].pool
            if pool is not None:
                self._openable[pool] += 1

    def _in_use(self) -> list[int]:
        """Nodes that hold a workload's pod already."""
        ground = self.relaxation.supply.ground
        return sorted({ground.column[node] for group in ground.groups if group.movable for node in group.bound})

    def _next_class(self) -> int | None:
        """The class with the largest share of its nodes missing; beyond these numbers, what pays best."""
        able = np.array([self._can_open(place) for place in range(len(self._closed))])
        missing = np.where(able, self._wanted - self._opened, 0.0)
        if (missing > 0).any():
            return int(np.argmax(missing / np.maximum(self._wanted, 1.0)))
        yields = {place: self._yield(place) for place in np.flatnonzero(able).tolist()}
        best = max(yields, key=yields.__getitem__, default=None)
        return best if best is not None and yields[best] > 0 else None

    def _can_open(self, place: int) -> bool:
        pool = self.relaxation.classes[place].pool
        return bool(self._closed[place]) and (pool is None or self._openable[pool] > 0)

    def _yield(self, place: int) -> float:
        """What a node of the class would hold, by worth, for its price."""
        pods = self._filling(self._closed[place][-1], place)
        return float(self.worth @ pods / self._price[place])

    def _open(self, place: int) -> None:
        """One node, and others with the same filling while there is enough left for them."""
        node, times = self._closed[place][-1], self._times(place)
        pods = self._filling(node, place, times)
        while times > 1 and self.worth @ pods < _POOR * self._price[place]:
            times //= 4
            pods = self._filling(node, place, max(times, 1))
        if not pods.any():
            self._closed[place].clear()
            return
        alike = times if self._keeps(node) else max(times, self._usual_times(place))
        for _ in range(alike):
            if not self._can_open(place) or not self._fits(pods, self._closed[place][-1]):
                return
            self.put(self._closed[place].pop(), pods)
            self._opened[place] += 1

    def _keeps(self, node: int) -> bool:
        """Whether the node holds pods that had better stay."""
        return self._homes is not None and bool(self._homes[:, node].any())

    def _usual_times(self, place: int) -> int:
        return max(1, int(self._wanted[place] - self._opened[place]) // _REPEATS)

    def _times(self, place: int) -> int:
        """For how many nodes a filling has to serve if time is to be enough for all; 1 where it is."""
        left = self.time_left()
        if self._fillings < _WARM_UP:
            return 1
        possible = self._fillings * (left - _LAST) / max(1 - left, 1e-9)
        missing = np.maximum(self._wanted - self._opened, 0.0)
        needed = int(np.ceil(missing.sum() / max(possible, 1.0)))
        return 1 if needed <= self._usual_times(place) else min(needed, max(1, int(missing[place])))

    def _fits(self, pods: Ints, node: int) -> bool:
        load = self.relaxation.supply.requests @ pods
        return not (pods > self.plan.limit(node)).any() and not (load > self.plan.room[node]).any()

    def _fill(self, node: int) -> None:
        """A node that is paid for takes what is worth most."""
        limit, worth = self.plan.limit(node), self.worth
        most = max(float(worth.max(initial=0.0)), _LEAST_PRICE)
        self.plan.place(node, self._knapsack.filled(self.plan.room[node], limit, worth, most, worth))

    def _filling(self, node: int, place: int, times: int = 1) -> Ints:
        """What goes on the node, and on as many equal ones as are to get the same."""
        limit = np.minimum(self.plan.limit(node), self.plan.share(node) // times)
        limit = self._drawn(limit, place, node)
        target = self._price[place] * _ENOUGH
        preferred = self.worth + self._balance.preferred(place, self._opened)
        self._fillings += 1
        if self._homes is None:
            return self._knapsack.filled(self.plan.room[node], limit, self.worth, target, preferred)
        staying = np.minimum(limit, self._homes[:, node])
        both = (staying, limit - staying), (self.worth, self.worth), (preferred + _HOME * self.worth, preferred)
        most, worth, liked = map(np.concatenate, both)
        pods = self._knapsack.filled(self.plan.room[node], most, worth, target, liked)
        return pods[: len(limit)] + pods[len(limit) :]

    def _drawn(self, limit: Ints, place: int, node: int) -> Ints:
        """The limits of the node's own groups, and of some others, those with much left first; 0 for the rest."""
        able = np.flatnonzero(limit)
        if len(able) <= _GROUPS:
            return limit
        chances = np.sqrt(self.plan.left[able] * self._balance.share(place)[able])
        drawn = self._dice.choice(able, _GROUPS, replace=False, p=chances / chances.sum())
        if self._homes is not None:
            drawn = np.union1d(drawn, able[self._homes[able, node] > 0])
        kept = np.zeros_like(limit)
        kept[drawn] = limit[drawn]
        return kept


def _worth(relaxation: Relaxation, priced: Solved) -> Floats:
    """What the relaxation pays for one more pod of each group; never nothing."""
    rows = [relaxation.wanting_row[row] for row in range(len(relaxation.supply.groups))]
    if priced.prices is None:
        return np.ones(len(rows))
    worth = np.maximum(priced.prices[rows], 0.0)
    floor = 1e-3 * float(worth.max(initial=0.0)) or 1.0
    return np.maximum(worth, floor)
