"""The best fillings where rooms are too fine for a table: one small integer program per class of nodes, by CP-SAT."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

import numpy as np
from ortools.sat.python import cp_model

from solver.strategies.cpsat.packing.lattice import Priced
from solver.strategies.work import spend

if TYPE_CHECKING:
    from solver.strategies.cpsat.packing.task import Column, Ints, Pattern, Task

MOST_PODS, MOST_CLASSES, FEW_PODS = 500, 8, 16
"""With more than that, too many and too large programs would have to be solved; and this is how few a node holds."""
_WORK = 2.0
"""Deterministic seconds for one filling; a bound on it counts where that is not enough."""
_CALL = 5e-3
"""What a filling counts as work beside that: about the seconds of its statement."""


class Knapsack:
    """Fillings of one class after the other."""

    def __init__(self, seed: int) -> None:
        self._solver = cp_model.CpSolver()
        self._solver.parameters.random_seed = seed % 2**31
        self._solver.parameters.num_workers = 1
        self._solver.parameters.max_deterministic_time = _WORK
        self._solver.parameters.catch_sigint_signal = False

    @staticmethod
    def suits(task: Task) -> bool:
        """Whether the task is small enough, and nodes hold few pods each."""
        pods = int(task.wanting.sum())
        asked = task.requests @ task.wanting / np.maximum(task.rooms.max(axis=0), 1)
        return pods <= MOST_PODS and len(task.classes) <= MOST_CLASSES and pods <= FEW_PODS * asked.max(initial=0)

    def priced(self, task: Task, worth: Ints) -> Priced:
        """The best fillings at these worths, of pods that the task still wants."""
        most = np.zeros(len(task.classes), dtype=np.int64)
        columns: list[Column] = []
        for place in range(len(task.classes)):
            most[place], pattern = self._filling(task, place, worth)
            columns += [(place, pattern)] if pattern else []
        return Priced(most, tuple(columns))

    def _filling(self, task: Task, place: int, worth: Ints) -> tuple[int, Pattern]:
        """What the class holds at most, by worth, and the filling found."""
        model = cp_model.CpModel()
        chosen = np.flatnonzero((task.reaches[place] > 0) & (worth > 0)).tolist()
        pods = {group: model.new_int_var(0, int(task.reaches[place, group]), "") for group in chosen}
        for request, room in zip(task.requests, task.rooms[place].tolist(), strict=True):
            model.add(sum(int(request[group]) * count for group, count in pods.items()) <= room)
        model.maximize(sum(int(worth[group]) * count for group, count in pods.items()))
        status = self._solver.solve(model)
        spend(_CALL + self._solver.response_proto.deterministic_time)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return int(worth @ task.reaches[place]), ()
        found = ((group, self._solver.value(count)) for group, count in pods.items())
        return ceil(self._solver.best_objective_bound), tuple((group, count) for group, count in found if count)
