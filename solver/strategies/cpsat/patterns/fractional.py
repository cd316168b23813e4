"""Prices to begin with: those of pods that may be cut into pieces, on one node with the room of all.

    minimise Σ_g without_g, 0 ≤ without_g ≤ size_g        Σ_g request[g,r] (size_g − without_g) ≤ Σ_c nodes_c room[c,r]

Its prices λ_r of room make a pod worth Σ_r λ_r request[g,r], and what fits a node of class c is worth at most
Σ_r λ_r room[c,r]. For pending pods that is a bound at once; for disruption, with the row of pending pods at some price,
it is nearer to the relaxation's prices than none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from ortools.linear_solver import pywraplp  # type: ignore[import-untyped]

from solver.strategies.cpsat.patterns.duals import GRID, Duals

if TYPE_CHECKING:
    from solver.strategies.cpsat.patterns.task import Task
    from solver.strategies.cpsat.patterns.tree import Floats


class Fractional:
    """What pods and nodes of a task are worth by their requests and their room alone."""

    def __init__(self, task: Task) -> None:
        self._task = task
        room = np.array([each.room for each in task.classes], dtype=np.float64)
        scale = 1 / np.maximum(room.max(axis=0), 1)
        short = np.flatnonzero(task.binding)
        self._shares, self._room = task.requests[:, short] * scale[short], room[:, short] * scale[short]
        prices = self._solved()
        if not prices.any() and len(short):
            prices = np.full(len(short), 1 / self._shares.sum(axis=1).max())
        self._worth, self._most = self._shares @ prices, self._room @ prices

    def _solved(self) -> Floats:
        """The prices of room; all 0 where there is enough of it."""
        solver = pywraplp.Solver.CreateSolver("GLOP")
        without = [solver.NumVar(0, float(size), "") for size in self._task.sizes]
        missing = self._task.sizes @ self._shares - self._task.nodes_of @ self._room
        rows = [solver.Constraint(float(each), solver.infinity()) for each in missing]
        for variable, shares in zip(without, self._shares.tolist(), strict=True):
            solver.Objective().SetCoefficient(variable, 1)
            for row, share in zip(rows, shares, strict=True):
                row.SetCoefficient(variable, share)
        solver.Solve()
        return np.maximum([row.dual_value() for row in rows], 0)

    def duals(self, price: float) -> Duals | None:
        """With a pending pod at this price; None where no row of the task is about pending pods of all its groups."""
        task = self._task
        nothing = np.zeros(len(task.groups))
        limits = np.zeros(len(task.limits))
        if task.goal.moves:
            every = [not limit.moves and bool(task.within(limit.tier).all()) for limit in task.limits]
            if not any(every):
                return None
            limits[every.index(True)] = -price
        return Duals.rounded(price * self._worth, nothing, limits)

    def most(self) -> Floats:
        """What a node of each class is worth at most where a pending pod costs 1; no rounding of prices is above it."""
        pods = np.array([each.reach.sum() for each in self._task.classes])
        most: Floats = self._most * (1 + 1e-9) + (pods + 1) / GRID
        return most
