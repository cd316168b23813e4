"""One filling as an integer program, by CP-SAT.

    maximise Σ_g w_g y_g        Σ_g request[g,r] y_g <= room_r        0 <= y_g <= reach_g

Requests are divided by their greatest common divisor and the room is rounded down to a multiple of it, which changes
no solution; rows that all pods together meet are left out.
"""

from __future__ import annotations

from math import ceil, gcd
from typing import TYPE_CHECKING

import numpy as np
from ortools.sat.python import cp_model

from solver.strategies.work import spend

if TYPE_CHECKING:
    from solver.strategies.cpsat.packing.task import Ints, Pattern, Task

_CALL = 5e-3
"""What stating a program counts as work: about its seconds."""


class Filling:
    """Fillings of single nodes, each in ``work`` deterministic seconds.

    A filling that is ``close`` to the best one, by this part, will do; the bound on the best one counts.
    """

    def __init__(self, seed: int, work: float, close: float = 0.0) -> None:
        self._solver = counted_solver(seed, work)
        self._solver.parameters.relative_gap_limit = close

    def best(self, task: Task, place: int, worth: Ints) -> tuple[int, Pattern]:
        """What a node of the class in this place holds at most, by worth, and the filling found."""
        model = cp_model.CpModel()
        chosen = np.flatnonzero((task.reaches[place] > 0) & (worth > 0)).tolist()
        reach = task.reaches[place].tolist()
        pods = {group: model.new_int_var(0, reach[group], "") for group in chosen}
        for request, room in zip(task.requests.tolist(), task.rooms[place].tolist(), strict=True):
            unit = max(1, gcd(*request))
            if sum(request[group] * reach[group] for group in chosen) > room:
                model.add(sum(request[group] // unit * count for group, count in pods.items()) <= room // unit)
        model.maximize(sum(int(worth[group]) * count for group, count in pods.items()))
        if not is_solved(self._solver, model):
            return int(worth @ task.reaches[place]), ()
        found = ((group, self._solver.value(count)) for group, count in pods.items())
        return ceil(self._solver.best_objective_bound), tuple((group, count) for group, count in found if count)


def is_solved(solver: cp_model.CpSolver, model: cp_model.CpModel) -> bool:
    """Solve the model, and tell of the work; whether there is a solution."""
    status = solver.solve(model)
    spend(_CALL + solver.response_proto.deterministic_time)
    return status in (cp_model.OPTIMAL, cp_model.FEASIBLE)


def counted_solver(seed: int, work: float) -> cp_model.CpSolver:
    """One worker that counts its work: the same answer on every run."""
    solver = cp_model.CpSolver()
    solver.parameters.random_seed = seed % 2**31
    solver.parameters.num_workers = 1
    solver.parameters.max_deterministic_time = work
    solver.parameters.catch_sigint_signal = False
    return solver
