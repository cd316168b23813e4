"""From parts of patterns to whole ones: what the relaxation takes whole is kept, the rest is relaxed anew.

Where it takes nothing whole, its largest part is rounded up. Every step prices new patterns for what is left, so the
last nodes get fillings made for the last pods; where these are few, all of them are filled at once.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from solver.strategies.cpsat.packing.finish import MOST_NODES, finished, suits
from solver.strategies.cpsat.packing.generation import Generation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from solver.strategies.cpsat.packing.generation import Pricing
    from solver.strategies.cpsat.packing.master import Relaxed
    from solver.strategies.cpsat.packing.task import Column, Pattern, Task

_ROUNDS = 12
"""Of pricing at each step."""
_KEPT = 5
"""So many columns for each row of the relaxation go on to the next step: those that are nearly worth their price."""
_WHOLE = 1 - 1e-6
_DOUBT = 1e-4


class Dive:
    """One way down, with ``dice`` to choose among parts that are nearly as large as the largest."""

    def __init__(self, task: Task, pricing: Pricing, dice: np.random.Generator, expired: Callable[[], bool]) -> None:
        self._task = task
        self._pricing = pricing
        self._dice = dice
        self._expired = expired
        self.columns: dict[Column, None] = {}
        """All that was found on the way."""

    def run(self, columns: Iterable[Column], below: int) -> Counter[Column] | None:
        """Nodes for all pods at less than ``below`` steps; None: nothing found on this way."""
        self.columns = dict.fromkeys(columns)
        chosen: Counter[Column] = Counter()
        left, spent, finish = self._task, 0, MOST_NODES
        near = list(self.columns)
        while left.wanting.any():
            generation = Generation(left, self._pricing, _proper(near, left), self._expired)
            relaxed = generation.run(rounds=_ROUNDS)
            self.columns |= generation.master.columns
            near = nearest(generation.master.columns, relaxed, left)
            if self._expired() or relaxed.missing > _DOUBT or spent + generation.whole >= below:
                return None
            taken = self._round(list(generation.master.columns), relaxed)
            if not taken:
                return None
            for column, nodes in taken.items():
                left, used = _without(left, column, nodes)
                chosen += used
            spent = _price(chosen, self._task)
            if suits(left) and left.numbers.sum() <= finish and not self._expired():
                finish = int(left.numbers.sum()) // 2
                last = finished(left, int(self._dice.integers(2**31)))
                if last is not None and spent + _price(last, left) < below:
                    return chosen + last
        return chosen if spent < below else None

    def _round(self, columns: list[Column], relaxed: Relaxed) -> Counter[Column]:
        whole = np.floor(relaxed.taken + 1 - _WHOLE).astype(np.int64)
        if whole.any():
            return Counter({columns[place]: int(whole[place]) for place in np.flatnonzero(whole)})
        largest = np.flatnonzero(relaxed.taken > relaxed.taken.max(initial=0) * 0.8 - _DOUBT)
        largest = largest[relaxed.taken[largest] > _DOUBT]
        return Counter({columns[int(self._dice.choice(largest))]: 1}) if len(largest) else Counter()


def _price(chosen: Counter[Column], task: Task) -> int:
    return sum(int(task.prices[place]) * nodes for (place, _), nodes in chosen.items())


def nearest(columns: Iterable[Column], relaxed: Relaxed, task: Task) -> list[Column]:
    """Those columns that are nearly worth their price, as many as are carried along."""
    worth: list[float] = relaxed.worth.tolist()
    floors: list[float] = (task.prices + relaxed.floors).tolist()

    def reduced_cost(column: Column) -> float:
        return floors[column[0]] - sum(worth[group] * pods for group, pods in column[1])

    return sorted(columns, key=reduced_cost)[: _KEPT * (len(worth) + len(floors))]


def _proper(columns: Iterable[Column], task: Task) -> list[Column]:
    """The columns cut down to what is still wanted."""
    wanting = task.wanting.tolist()
    cut = ((place, _cut(pattern, wanting)) for place, pattern in columns if task.numbers[place])
    return [column for column in dict.fromkeys(cut) if column[1]]


def _cut(pattern: Pattern, wanting: list[int]) -> Pattern:
    return tuple((group, min(pods, wanting[group])) for group, pods in pattern if wanting[group])


def _without(task: Task, column: Column, nodes: int) -> tuple[Task, Counter[Column]]:
    """What is left after so many nodes with the column, as far as it is still of use."""
    used: Counter[Column] = Counter()
    wanting, numbers = task.wanting.copy(), task.numbers.copy()
    for _ in range(nodes):
        place, pattern = column[0], _cut(column[1], wanting.tolist())
        if not pattern or not numbers[place]:
            break
        used[place, pattern] += 1
        numbers[place] -= 1
        for group, pods in pattern:
            wanting[group] -= pods
    return replace(task, wanting=wanting, numbers=numbers), used
