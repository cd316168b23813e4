"""Column generation: prices ask for patterns, better patterns change the prices, until none is better.

At every step there is a bound. With prices from the relaxation, a class can earn at most ``most[c]`` per node, whatever
patterns it takes; so no combination of patterns, found or not, has a value below ``offset − Σ_c nodes_c · most[c]``.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor
from typing import TYPE_CHECKING

import numpy as np

from solver.strategies.cpsat.patterns.master import Column, Master
from solver.strategies.cpsat.patterns.pricing import Pricing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from solver.strategies.cpsat.patterns.master import Relaxed
    from solver.strategies.cpsat.patterns.pricing import Priced, Prices
    from solver.strategies.cpsat.patterns.task import Task
    from solver.strategies.cpsat.patterns.tree import Floats

_FEW, _MANY = 4_000, 150_000
"""Labels alive: at first, and where few find nothing."""
_MARGIN = 1.0
"""In the first, quick searches: patterns this much below the best of their class are not wanted."""
_PER_CLASS = 4
"""New columns of a class at a time."""
SURE = 1e-3
"""Bounds are rounded up to whole numbers from this much above one: far more than what floating point can add up to."""
_PENALTY = 40.0
_DEARER = 4.0
_MOST_COLUMNS = 6_000


@dataclass(frozen=True, eq=False)
class Bound:
    """A proven bound, the prices it comes from, and what a node of each class earns at most at these."""

    value: float
    prices: Prices
    most: Floats


class Generation:
    """The column generation of one task."""

    def __init__(self, task: Task, starts: Iterable[Column], expired: Callable[[], bool]) -> None:
        self.task = task
        self._expired = expired
        self._pricing = Pricing(task, expired)
        self.master = Master(task, _PENALTY)
        self.best: Bound | None = None
        self.converged = False
        """Whether the bound, rounded up, is the value rounded up: no further column can change it."""
        for column in (*((place, ()) for place in range(len(task.classes))), *starts):
            self.master.add(column)

    @property
    def whole(self) -> int:
        """The bound of the task in whole numbers, in steps of its goal."""
        if self.best is None:
            return 0
        step = self.task.step
        return max(0, ceil((self.best.value - SURE) / step) * step)

    def run(self) -> int:
        """Until nothing can be gained, or time is up; the bound in whole numbers."""
        relaxed = self.master.solve()
        while not self.converged and not self._expired():
            added = self._better_columns(relaxed)
            if self._closed(relaxed):
                self.converged = relaxed.missing < 1e-6 or self.whole > self.task.worst
                self.master.raise_penalty(_DEARER)
            elif not added:
                break
            relaxed = self.master.solve()
        return self.whole

    def _closed(self, relaxed: Relaxed) -> bool:
        """Whether the bound is as good as the value, once both are whole."""
        step = self.task.step
        target = step * (ceil((relaxed.value - 1e-4) / step) - 1)
        return self.best is not None and (self.best.value > relaxed.value - SURE or self.best.value > target + 2 * SURE)

    def _better_columns(self, relaxed: Relaxed) -> int:
        """Quick searches first; an exact one proves that nothing is left, or that what is left does not matter."""
        added = self._priced(relaxed, _FEW, 0.0)
        if added or self._closed(relaxed) or self._expired():
            return added
        step = self.task.step
        spare = relaxed.value - step * (ceil((relaxed.value - 1e-4) / step) - 1)
        per_node = max(0.0, spare * 0.9 / max(1, int(self.task.nodes_of.sum())))
        for labels, blur in ((_FEW * 4, 0.0), (_FEW * 4, per_node), (_MANY, per_node), (_MANY, 0.0)):
            added = self._priced(relaxed, labels, blur)
            if added or self._closed(relaxed) or self._expired():
                break
        return added

    def _priced(self, relaxed: Relaxed, labels: int, blur: float) -> int:
        """Search, keep the bound that comes with it, add columns; patterns up to ``blur`` better may be overlooked."""
        floors = relaxed.floors + 1e-6 + blur
        priced = self._pricing.search(relaxed.prices, floors, labels, margin=_MARGIN)
        first = np.searchsorted(priced.node_class, np.arange(len(floors)))
        last = np.searchsorted(priced.node_class, np.arange(len(floors)), side="right")
        most = floors.copy()
        found = last > first
        most[found] = np.maximum(most[found], priced.profit[first[found]])
        most = np.maximum(most, priced.lost)
        value = relaxed.offset - float(self.task.nodes_of @ most)
        if self.best is None or value > self.best.value:
            self.best = Bound(value, relaxed.prices, most)
        return self._add(priced, first, np.minimum(last, first + _PER_CLASS), relaxed.floors)

    def _add(self, priced: Priced, first: Iterable[int], last: Iterable[int], floors: Floats) -> int:
        added = 0
        for place, (begin, end) in enumerate(zip(first, last, strict=True)):
            for entry in range(begin, end):
                if priced.profit[entry] > floors[place] + 1e-4:
                    added += self.master.add((place, priced.tree.pattern(int(priced.number[entry]))))
        return added

    def candidates(self, gap: float) -> Candidates:
        """All columns that a combination of a value at most ``gap`` above the bound can have, if they are not too many.

        Every column's reduced cost against the bound, ``most[c]`` less its profit, is never negative, and those of a
        combination add up to its value less the bound. So one within the gap has no column beyond it.
        """
        best = self.best
        if best is None or not np.isfinite(best.value):
            return Candidates((), -1.0)
        room = gap + SURE
        priced = self._pricing.search(best.prices, best.most - room, _MANY, slack=room)
        cost = best.most[priced.node_class] - priced.profit
        order = np.argsort(cost, kind="stable")
        lost = priced.lost > -np.inf
        complete = min([room, *(best.most - priced.lost)[lost]]) - SURE
        if len(order) > _MOST_COLUMNS:
            complete = min(complete, float(cost[order[_MOST_COLUMNS]]) - SURE)
            order = order[:_MOST_COLUMNS]
        chosen = ((int(priced.node_class[each]), priced.tree.pattern(int(priced.number[each]))) for each in order)
        return Candidates(tuple(dict.fromkeys(chosen)), complete)


@dataclass(frozen=True, slots=True)
class Candidates:
    """Columns, and up to which gap above the bound they are ``complete``: less where labels or columns were cut off."""

    columns: tuple[Column, ...]
    complete: float

    def reach(self, bound: float, step: int) -> int:
        """The largest value, in steps, whose combinations are all made of these columns."""
        return floor((bound + self.complete + SURE / 2) / step) * step
