"""The best fillings where there are many classes of nodes: most are ruled out by a sum, the rest are solved one by one.

Give every resource r a price p_r >= 0 per unit. Whatever a node of class c holds, its pods are worth at most

    v_c  <=  Σ_r p_r room[c,r] + Σ_g reach[c,g] · max(0, w_g - Σ_r p_r request[g,r])

since a pod is worth what its requests cost and the rest, if there is any. The best prices for one class are the duals
of its knapsack in parts of pods; they are good ones for others, too. Only the classes that might hold more for their
price than any that was solved get an integer program. Where there are as many nodes of each class as anybody wants,
all others could not prove or improve anything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from ortools.linear_solver import pywraplp  # type: ignore[import-untyped]

from solver.strategies.cpsat.packing.filling import Filling
from solver.strategies.cpsat.packing.lattice import Priced

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from solver.strategies.cpsat.packing.task import Column, Ints, Task

_PRICES = 12
"""So many prices of resources are looked for at most, each time for the class that looks best so far."""
_GAIN = 1e-6
"""A price that says less than this part more ends that."""
_DOUBT = 1e-12
"""Of the sums: more than what rounding makes of up to thousands of terms."""
_WORK = 1.0
"""Deterministic seconds for one filling; a bound on it counts where that is not enough."""
_CLOSE = 2e-4
"""A filling this near to the best one will do; the bound on the best one counts."""


class Promising:
    """Fillings of those classes that hold most for their price."""

    def __init__(self, seed: int) -> None:
        self._filling = Filling(seed, _WORK, _CLOSE)

    def priced(self, task: Task, worth: Ints) -> Priced:
        """The best fillings at these worths; ``most`` is above what is true where that is of no consequence."""
        most = self._by_sums(task, worth)
        prices = np.maximum(task.prices, 1e-9)
        columns: list[Column] = []
        reached = 0.0
        while True:
            rates = np.where(task.numbers > 0, most / prices, 0.0)
            rates[[place for place, _ in columns]] = 0.0
            place = int(np.argmax(rates))
            if rates[place] <= reached or len(columns) == len(most):
                break
            bound, pattern = self._filling.best(task, place, worth)
            most[place] = min(int(most[place]), bound)
            reached = max(reached, most[place] / prices[place])
            columns.append((place, pattern))
        return Priced(most, tuple(column for column in columns if column[1]))

    def _by_sums(self, task: Task, worth: Ints) -> Ints:
        """Of every class, a bound on what a node holds by worth."""
        most = worth.astype(object) @ task.reaches.T.astype(object)
        for _ in range(_PRICES):
            rates = np.where(task.numbers > 0, most / np.maximum(task.prices, 1e-9), 0.0).astype(np.float64)
            place = int(np.argmax(rates))
            bounds = _sums(task, worth, _in_parts(task, place, worth))
            better = bounds[place] < most[place] * (1 - _GAIN)
            most = np.minimum(most, bounds)
            if not better:
                break
        return np.array(most, dtype=np.int64)


def _in_parts(task: Task, place: int, worth: Ints) -> NDArray[np.float64]:
    """The prices of resources at which the best filling with parts of pods costs what it is worth."""
    solver = pywraplp.Solver.CreateSolver("GLOP")
    chosen = np.flatnonzero((task.reaches[place] > 0) & (worth > 0)).tolist()
    most = float(worth.max(initial=1))
    pods = [solver.NumVar(0.0, float(task.reaches[place, group]), "") for group in chosen]
    # In parts of the room and of the highest worth: one scale for bytes, cores and prices.
    rooms = np.maximum(task.rooms[place], 1).astype(np.float64)
    rows = []
    for request, room in zip(task.requests[:, chosen], rooms.tolist(), strict=True):
        row = solver.Constraint(-solver.infinity(), 1.0)
        for variable, share in zip(pods, (request / room).tolist(), strict=True):
            row.SetCoefficient(variable, share)
        rows.append(row)
    for variable, group in zip(pods, chosen, strict=True):
        solver.Objective().SetCoefficient(variable, float(worth[group]) / most)
    solver.Objective().SetMaximization()
    solver.Solve()
    prices: NDArray[np.float64] = np.maximum([row.dual_value() * most for row in rows], 0.0) / rooms
    return prices


def _sums(task: Task, worth: Ints, prices: NDArray[np.float64]) -> NDArray[np.float64]:
    """What these prices of resources say of every class, more than enough for rounding added."""
    costs = task.requests.T @ prices
    rest = np.maximum(worth - costs, 0.0)
    size = task.rooms @ prices + task.reaches @ (worth + costs)
    return np.ceil(task.rooms @ prices + task.reaches @ rest + _DOUBT * size) + 1
