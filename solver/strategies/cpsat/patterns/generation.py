"""Column generation: prices ask for patterns, better patterns change the prices, until none is better.

At every step there is a bound. With any prices, a class earns at most ``most[c]`` per node, whatever patterns it takes;
so no combination of patterns, found or not, has a value below what rows and nodes add up to (`Duals.bound`). The prices
of the relaxation swing from one step to the next; patterns are asked for at prices nearer to those of the best bound.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor
from typing import TYPE_CHECKING

import numpy as np

from solver.strategies.cpsat.patterns.fractional import Fractional
from solver.strategies.cpsat.patterns.master import Master
from solver.strategies.cpsat.patterns.pricing import Pricing

if TYPE_CHECKING:
    from collections.abc import Callable

    from solver.strategies.cpsat.patterns.columns import Columns
    from solver.strategies.cpsat.patterns.duals import Duals
    from solver.strategies.cpsat.patterns.master import Relaxed
    from solver.strategies.cpsat.patterns.task import Integers, Task
    from solver.strategies.cpsat.patterns.tree import Floats

_FEW, _SOME, _MANY = 200, 16_000, 150_000
"""Labels alive: at first, and where few find nothing."""
_LISTED = 4_000
"""Labels alive where columns are listed quickly."""
_MARGIN = 0.3
"""In the first, quick searches: patterns this much below the best of their class are not wanted."""
_PER_CLASS = 4
"""New columns of a class at a time; as many as it has nodes if these are more."""
_INERTIA = 0.8
"""How much of the prices asked at is that of the best bound; less where that finds nothing, down to the least."""
_CALMING, _LEAST_INERTIA = 0.3, 0.05
SURE = 1e-6
"""Bounds are rounded up to whole numbers from this much above one."""
_TOLERANCE = 1e-5
"""What the relaxation's own value may be wrong by; it decides when to stop, never what is proven."""
_SLIVER = 1e-8
"""What a pattern may earn more than the floors of a search without being noticed."""
_BETTER = 1e-6
"""What a new column has to earn more than the known ones of its class."""
_NARROW, _NARROWING = 0.01, 12
"""Before columns are listed, the bound comes this near to the relaxation's value, in at most so many steps."""
_PENALTY = 2.0
_DEARER = 4.0
_MOST_COLUMNS = 6_000
_NOTHING = -1.0
"""The gap that columns are complete to where the search for them ended early."""


@dataclass(frozen=True, eq=False)
class Bound:
    """A proven bound, the prices it comes from, and what a node of each class earns at most at these."""

    value: float
    duals: Duals
    most: Floats


class Generation:
    """The column generation of one task."""

    def __init__(self, task: Task, starts: Columns | None, expired: Callable[[], bool]) -> None:
        self.task = task
        self._expired = expired
        self._pricing = Pricing(task, expired)
        self.master = Master(task, _PENALTY)
        self.best: Bound | None = None
        self.estimate = 0.0
        """The relaxation's value over the columns so far."""
        self.converged = False
        """Whether the bound, rounded up, is the value rounded up: no further column can change it."""
        if starts is not None:
            self.master.add(starts)

    @property
    def whole(self) -> int:
        """The bound of the task in whole numbers, in steps of its goal."""
        if self.best is None:
            return 0
        step = self.task.step
        return max(0, ceil((self.best.value - SURE) / step) * step)

    @property
    def guess(self) -> int:
        """The least whole value that the relaxation over the columns so far permits; it may be too large."""
        step = self.task.step
        return max(self.whole, ceil((self.estimate - _TOLERANCE) / step) * step)

    def start(self) -> int:
        """Prices of pods cut into pieces; for disruption at the best price of a pending pod, and patterns for it."""
        fractional = Fractional(self.task)
        price, duals = 1.0, fractional.duals(1.0)
        if duals is None:
            return self.whole
        if not self.task.goal.moves:
            self._learn(duals, fractional.most())
            return self.whole
        relaxed, before = self.master.solve(), -np.inf
        while duals is not None and not self._expired():
            self._priced(relaxed, duals, _FEW, 0.0)
            if self.best is None or self.best.value <= before or self.whole > self.task.worst:
                break
            before, self.master.penalty = self.best.value, max(price, self.master.penalty)
            price *= 2
            duals = fractional.duals(price)
        self.master.raise_penalty(1.0)
        return self.whole

    def run(self, expired: Callable[[], bool] | None = None) -> int:
        """Until nothing can be gained, or time is up (``expired``, or what it was made with); the bound as a whole."""
        expired = expired or self._expired
        if self.best is None:
            self.start()
        relaxed = self.master.solve()
        while not self.converged and not expired():
            added = self._better_columns(relaxed)
            if self._closed(relaxed):
                self.converged = relaxed.missing < _TOLERANCE or self.whole > self.task.worst
                self.master.raise_penalty(_DEARER)
            elif not added:
                break
            relaxed = self.master.solve()
        self.estimate = relaxed.value
        return self.whole

    def _closed(self, relaxed: Relaxed) -> bool:
        """Whether the bound is as good as the value, once both are whole."""
        if self.best is None:
            return False
        return self.best.value > min(relaxed.value - _TOLERANCE, self._below(relaxed) + 2 * SURE)

    def _below(self, relaxed: Relaxed) -> int:
        """The largest whole value, in steps, below the relaxation's; a bound above it is as good as any."""
        step = self.task.step
        return step * (ceil((relaxed.value - _TOLERANCE) / step) - 1)

    def narrow(self) -> None:
        """Prices nearer to the relaxation's own: fewer columns are then within a gap of the bound."""
        relaxed = self.master.solve()
        for _ in range(_NARROWING):
            if self.best is None or self.best.value > relaxed.value - _NARROW or self._expired():
                return
            if not (self._quickly(relaxed, bool) or self._priced(relaxed, relaxed.duals, _SOME, 0.0)):
                return
            relaxed = self.master.solve()

    def deepen(self) -> int:
        """Solve the relaxation and look for columns at its own prices, quickly; how many there were."""
        relaxed = self.master.solve()
        added = self._priced(relaxed, relaxed.duals, _FEW, 0.0)
        if added:
            self.master.solve()
        return added

    def _better_columns(self, relaxed: Relaxed) -> int:
        """Quick searches first; an exact one proves that nothing is left, or that what is left does not matter."""

        def done() -> bool:
            return self._closed(relaxed) or self._expired()

        added = self._quickly(relaxed, done)
        if added or done():
            return added
        spare = relaxed.value - self._below(relaxed)
        blur = max(0.0, spare * 0.9 / max(1, int(self.task.nodes_of.sum())))
        for labels, overlooked in ((_FEW, 0.0), (_SOME, 0.0), (_SOME, blur), (_MANY, blur), (_MANY, 0.0)):
            added = self._priced(relaxed, relaxed.duals, labels, overlooked)
            if added or done():
                break
        return added

    def _quickly(self, relaxed: Relaxed, done: Callable[[], bool]) -> int:
        """Few labels, at prices from near to the best bound's to near to the relaxation's."""
        added, inertia = 0, _INERTIA
        while inertia > _LEAST_INERTIA and self.best is not None:
            added = self._priced(relaxed, relaxed.duals.towards(self.best.duals, inertia), _FEW, 0.0)
            if added or done():
                break
            inertia *= _CALMING
        return added

    def _learn(self, duals: Duals, most: Floats) -> None:
        """Keep the best bound; a search that was broken off proves none, and its value is not finite."""
        value = duals.bound(self.task, most)
        if np.isfinite(value) and (self.best is None or value > self.best.value):
            self.best = Bound(value, duals, most)

    def _priced(self, relaxed: Relaxed, duals: Duals, labels: int, blur: float) -> int:
        """Search, keep the bound that comes with it, add columns; patterns up to ``blur`` better may be overlooked."""
        floors = self._floors(duals) + _SLIVER + blur
        priced = self._pricing.search(duals.prices(self.task), floors, labels, margin=_MARGIN)
        most = np.maximum(floors, priced.lost)
        np.maximum.at(most, priced.node_class, priced.profit)
        self._learn(duals, most)
        wanted = np.maximum(_PER_CLASS, self.task.nodes_of)
        found = priced.columns(_first(priced.node_class, wanted), self.task)
        better = found.earned(relaxed.duals.prices(self.task)) > self._floors(relaxed.duals)[found.node_class] + _BETTER
        return self.master.add(found.at(better))

    def _floors(self, duals: Duals) -> Floats:
        """What the known columns of each class earn at most; a new pattern must earn more."""
        floors = np.zeros(len(self.task.classes))
        columns = self.master.columns
        np.maximum.at(floors, columns.node_class, columns.earned(duals.prices(self.task)))
        return floors

    def candidates(self, gap: float, quickly: bool = False) -> Candidates:
        """All columns that a combination of a value at most ``gap`` above the bound can have, if they are not too many.

        ``quickly``: with fewer labels, where not all are needed.

        Every column's reduced cost against the bound, ``most[c]`` less its profit, is never negative, and those of a
        combination add up to its value less the bound. So one within the gap has no column beyond it.
        """
        best = self.best
        if best is None or not np.isfinite(best.value):
            return Candidates(self.master.columns.at(np.arange(0)), _NOTHING)
        room = gap + SURE
        labels = _LISTED if quickly else _MANY
        priced = self._pricing.search(best.duals.prices(self.task), best.most - room, labels, slack=room)
        cost = best.most[priced.node_class] - priced.profit
        order = np.argsort(cost, kind="stable")
        lost = priced.lost > -np.inf
        complete = min([room, *(best.most - priced.lost)[lost]]) - SURE
        if len(order) > _MOST_COLUMNS:
            complete = min(complete, float(cost[order[_MOST_COLUMNS]]) - SURE)
            order = order[:_MOST_COLUMNS]
        return Candidates(priced.columns(order, self.task), max(complete, _NOTHING))


@dataclass(frozen=True, slots=True)
class Candidates:
    """Columns, and up to which gap above the bound they are ``complete``: less where labels or columns were cut off."""

    columns: Columns
    complete: float

    def reach(self, bound: float, step: int) -> int:
        """The largest value, in steps, whose combinations are all made of these columns."""
        return floor((bound + self.complete + SURE / 2) / step) * step


def _first(node_class: Integers, wanted: Integers) -> Integers:
    """The first entries of each class, as many as are wanted of it, where equal classes stand together."""
    starts = np.searchsorted(node_class, node_class)
    chosen: Integers = np.flatnonzero(np.arange(len(node_class)) - starts < wanted[node_class])
    return chosen
