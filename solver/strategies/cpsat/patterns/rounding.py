"""Whole numbers of patterns: the same rows as the relaxation, solved by CBC over the columns at hand."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

import numpy as np
from ortools.linear_solver import pywraplp  # type: ignore[import-untyped]

from solver.strategies.cpsat.patterns.master import stays_of, stays_within

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from solver.cluster.node import Node
    from solver.strategies.cpsat.patterns.asked import Quantity
    from solver.strategies.cpsat.patterns.master import Column
    from solver.strategies.cpsat.patterns.task import Integers, Task

_POLL_S = 0.005
_LEAST_MS = 20


class Verdict(Enum):
    """What the search over the columns has shown."""

    OPTIMAL = auto()
    FEASIBLE = auto()
    INFEASIBLE = auto()
    UNKNOWN = auto()


@dataclass(frozen=True, eq=False)
class Rounded:
    """The verdict, the goal's value, and how many restless pods of each group every node gets (None: nothing found)."""

    verdict: Verdict
    value: int | None = None
    filled: Mapping[Node, Integers] | None = None


class Rounding:
    """The task over these columns, with the goal at most ``target`` (None: as small as may be)."""

    def __init__(
        self, task: Task, columns: Sequence[Column], target: int | None, elastic: Quantity | None = None
    ) -> None:
        """``elastic``: a limit that may be exceeded, where every unit counts more than the goal could."""
        self._task = task
        self._columns = columns
        self._solver = pywraplp.Solver.CreateSolver("CBC")
        infinity = self._solver.infinity()
        self._taken = [self._solver.IntVar(0, int(task.nodes_of[place]), "") for place, _ in columns]
        self._without = [self._solver.IntVar(0, int(size), "") for size in task.sizes]
        self._moved = [self._solver.IntVar(0, int(bound), "") for bound in task.bound]
        nodes = [self._solver.Constraint(float(number), float(number)) for number in task.nodes_of]
        cover = [self._solver.Constraint(float(size), float(size)) for size in task.sizes]
        arrivals = [self._solver.Constraint(-infinity, float(fresh)) for fresh in task.fresh]
        for variable, column in zip(self._taken, columns, strict=True):
            nodes[column[0]].SetCoefficient(variable, 1)
            for group, stays, arriving in stays_of(column, task):
                cover[group].SetCoefficient(variable, stays + arriving)
                arrivals[group].SetCoefficient(variable, arriving)
        for group in range(len(task.groups)):
            cover[group].SetCoefficient(self._without[group], 1)
            arrivals[group].SetCoefficient(self._moved[group], -1)
        for limit, most in task.limits.items():
            if limit != elastic:
                self._count(limit, self._solver.Constraint(-infinity, float(most) - self._constant(limit)), 1.0)
        if target is not None:
            self._count(task.goal, self._solver.Constraint(-infinity, float(target) - self._constant(task.goal)), 1.0)
        objective = self._solver.Objective()
        objective.SetMinimization()
        self._count(task.goal, objective, 1.0)
        if elastic is not None:
            for variable, counted in zip(self._without, task.within(elastic.tier), strict=True):
                if counted:
                    objective.SetCoefficient(variable, float(task.worst + 1))

    def solve(self, seconds: float, stopped: Callable[[], bool]) -> Rounded:
        """In a thread of its own, left to its own time limit when ``stopped`` says so."""
        self._solver.SetTimeLimit(max(_LEAST_MS, int(seconds * 1000)))
        found: list[int] = []
        thread = threading.Thread(target=lambda: found.append(self._solver.Solve()), daemon=True)
        until = time.perf_counter() + seconds + _POLL_S
        thread.start()
        while thread.is_alive() and not stopped() and time.perf_counter() < until:
            thread.join(_POLL_S)
        if not found:
            return Rounded(Verdict.UNKNOWN)
        return self._read(found[0])

    def _read(self, status: int) -> Rounded:
        if status == pywraplp.Solver.INFEASIBLE:
            return Rounded(Verdict.INFEASIBLE)
        if status not in (pywraplp.Solver.OPTIMAL, pywraplp.Solver.FEASIBLE):
            return Rounded(Verdict.UNKNOWN)
        verdict = Verdict.OPTIMAL if status == pywraplp.Solver.OPTIMAL else Verdict.FEASIBLE
        value = round(self._solver.Objective().Value() + self._constant(self._task.goal))
        return Rounded(verdict, value, self._filled())

    def _filled(self) -> Mapping[Node, Integers]:
        """Patterns go to the nodes of their class, first come, first served."""
        nodes = (node for each in self._task.classes for node in each.nodes)
        filled = {node: np.zeros(len(self._task.groups), dtype=np.int64) for node in nodes}
        free = [list(each.nodes) for each in self._task.classes]
        for variable, (place, pattern) in zip(self._taken, self._columns, strict=True):
            for _ in range(round(variable.solution_value())):
                node = free[place].pop()
                for group, pods in pattern:
                    filled[node][group] = pods
        return filled

    def _constant(self, quantity: Quantity) -> float:
        return float(self._task.bound[self._task.within(quantity.tier)].sum()) if quantity.moves else 0.0

    def _count(self, quantity: Quantity, row: pywraplp.Constraint | pywraplp.Objective, factor: float) -> None:
        """Write the quantity, less its constant, into a row."""
        counted = self._task.within(quantity.tier)
        for group, variable in enumerate(self._moved if quantity.moves else self._without):
            if counted[group]:
                row.SetCoefficient(variable, factor)
        if quantity.moves:
            for variable, column in zip(self._taken, self._columns, strict=True):
                stays = stays_within(column, self._task, quantity.tier)
                if stays:
                    row.SetCoefficient(variable, -factor * stays)
