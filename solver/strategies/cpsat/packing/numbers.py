"""How many nodes of each class: whole numbers that no worth of pods speaks against.

Whatever a pod of each group is held to be worth, a node of class c holds at most ``most_c`` by worth, so the numbers
u_c of used nodes meet

    Σ_c most_c · u_c  ≥  Σ_g worth_g · wanting_g

The cheapest whole numbers under all such inequalities found so far are a bound, at least that of the relaxation which
they come from, and more where nodes come in few sizes and large prices.
"""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

import numpy as np
from ortools.sat.python import cp_model

from solver.strategies.work import counted, spend

if TYPE_CHECKING:
    from solver.strategies.cpsat.packing.task import Ints, Task
_CALL = 5e-3
"""What a search counts as work beside its deterministic time."""


class Numbers:
    """The cheapest numbers of nodes, under more and more inequalities."""

    def __init__(self, task: Task, seed: int) -> None:
        self._model = cp_model.CpModel()
        self._used = [self._model.new_int_var(0, int(number), "") for number in task.numbers]
        self._task = task
        self._cost = sum(int(price) * used for price, used in zip(task.prices, self._used, strict=True))
        self._model.minimize(self._cost)
        self._seed = seed
        self._known: set[bytes] = set()

    def require(self, worth: Ints, most: Ints) -> bool:
        """A further inequality; False where it is there already."""
        key = worth.tobytes()
        if key in self._known:
            return False
        self._known.add(key)
        held = sum(int(each) * used for each, used in zip(most, self._used, strict=True))
        self._model.add(held >= int(worth @ self._task.wanting))
        return True

    def solve(self, seconds: float) -> tuple[int, Ints | None]:
        """A bound on their price in steps, and the cheapest numbers where they have been found in so many seconds.

        Where work is counted it is so much of that.
        """
        solver = cp_model.CpSolver()
        if counted():
            solver.parameters.max_deterministic_time = max(seconds, 0.01)
        else:
            solver.parameters.max_time_in_seconds = max(seconds, 0.01)
        solver.parameters.random_seed = self._seed % 2**31
        solver.parameters.num_workers = 1
        solver.parameters.catch_sigint_signal = False
        status = solver.solve(self._model)
        spend(_CALL + solver.response_proto.deterministic_time)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return 0, None
        found = np.array([solver.value(used) for used in self._used], dtype=np.int64)
        return ceil(solver.best_objective_bound - 1e-6), found if status == cp_model.OPTIMAL else None
