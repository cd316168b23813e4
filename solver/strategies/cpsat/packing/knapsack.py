"""The best fillings where rooms are too fine for a table: one small integer program per class of nodes, by CP-SAT."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from solver.strategies.cpsat.packing.filling import Filling
from solver.strategies.cpsat.packing.lattice import Priced

if TYPE_CHECKING:
    from solver.strategies.cpsat.packing.task import Column, Ints, Task

MOST_PODS, MOST_CLASSES, FEW_PODS = 500, 8, 16
"""With more than that, too many and too large programs would have to be solved; and this is how few a node holds."""
_WORK = 2.0
"""Deterministic seconds for one filling; a bound on it counts where that is not enough."""


class Knapsack:
    """Fillings of one class after the other."""

    def __init__(self, seed: int) -> None:
        self._filling = Filling(seed, _WORK)

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
            most[place], pattern = self._filling.best(task, place, worth)
            columns += [(place, pattern)] if pattern else []
        return Priced(most, tuple(columns))
