"""Prices of the rows of a task, and the bound that any prices prove.

Prices are multiples of 2⁻³⁰, so that what patterns earn, sums of few of them, is exact in floating point; what is left
to add up is added up in whole numbers. A bound rests on no tolerance of a solver.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from solver.strategies.cpsat.patterns.task import Integers, Task
    from solver.strategies.cpsat.patterns.tree import Floats

GRID = 2**30
"""Prices are whole multiples of one part of so many."""


@dataclass(frozen=True, eq=False)
class Prices:
    """What an arriving and a staying pod of each group earns."""

    arrive: Floats
    stay: Floats


@dataclass(frozen=True, eq=False)
class Duals:
    """Prices of the rows, as a minimum has them.

    ``cover`` (never negative) and ``arrivals`` (never positive) per group; ``limits`` (never positive) in the order of
    the task's limits.
    """

    cover: Floats
    arrivals: Floats
    limits: Floats

    @staticmethod
    def rounded(cover: Floats, arrivals: Floats, limits: Floats) -> Duals:
        """On the grid, with the signs that they must have."""
        return Duals(_on_grid(np.maximum(cover, 0)), _on_grid(np.minimum(arrivals, 0)), _on_grid(np.minimum(limits, 0)))

    def towards(self, other: Duals, share: float) -> Duals:
        """A share of the way to others."""
        pairs = ((self.cover, other.cover), (self.arrivals, other.arrivals), (self.limits, other.limits))
        return Duals(*(_on_grid((1 - share) * mine + share * theirs) for mine, theirs in pairs))

    def prices(self, task: Task) -> Prices:
        """Arriving pods earn the cover price and pay for the row of arrivals, staying ones count in disruption."""
        stay = self.cover + (task.within(task.goal.tier) if task.goal.moves else 0.0)
        for limit, dual in zip(task.limits, self.limits, strict=True):
            if limit.moves:
                stay = stay - task.within(limit.tier) * dual
        return Prices(self.cover + self.arrivals, stay)

    def bound(self, task: Task, most: Floats) -> float:
        """What no combination can beat where a node of each class earns at most ``most``.

        Every row counts with its right-hand side; a variable whose price is not covered counts with its upper limit.
        """
        if not np.isfinite(most).all():
            return -np.inf
        total = int(task.sizes @ _whole(self.cover)) + int(task.fresh @ _whole(self.arrivals))
        for (limit, value), dual in zip(task.limits.items(), _whole(self.limits), strict=True):
            total += (value - task.constant(limit)) * int(dual)
        total += task.constant(task.goal) * GRID
        total += int(task.sizes @ np.minimum(self._left_of_pending(task), 0))
        total += int(task.bound @ np.minimum(self._left_of_moved(task), 0))
        earned = _whole(np.ceil(most * GRID) / GRID)
        total -= sum(int(nodes) * int(each) for nodes, each in zip(task.nodes_of, earned, strict=True))
        return total / GRID

    def _left_of_pending(self, task: Task) -> Integers:
        """What a pod without a node costs beyond its cover price (reduced cost), by group."""
        goal = 0 if task.goal.moves else task.within(task.goal.tier) * GRID
        left = goal - _whole(self.cover)
        for limit, dual in zip(task.limits, _whole(self.limits), strict=True):
            if not limit.moves:
                left = left - task.within(limit.tier) * dual
        return left

    def _left_of_moved(self, task: Task) -> Integers:
        """What a moved pod costs beyond what its row of arrivals pays, by group."""
        goal = task.within(task.goal.tier) * GRID if task.goal.moves else 0
        left = goal + _whole(self.arrivals)
        for limit, dual in zip(task.limits, _whole(self.limits), strict=True):
            if limit.moves:
                left = left - task.within(limit.tier) * dual
        return left


def _on_grid(amounts: Floats) -> Floats:
    return np.rint(amounts * GRID) / GRID


def _whole(amounts: Floats) -> Integers:
    """Multiples of the grid as whole numbers."""
    return np.rint(amounts * GRID).astype(np.int64)
