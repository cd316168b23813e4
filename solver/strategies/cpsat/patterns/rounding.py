"""Whole numbers of patterns: the same rows as the relaxation, solved by CBC over the columns at hand."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from ortools.linear_solver import linear_solver_pb2, pywraplp  # type: ignore[import-untyped]

from solver.strategies.cpsat.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from solver.cluster.node import Node
    from solver.strategies.cpsat.patterns.asked import Quantity
    from solver.strategies.cpsat.patterns.columns import Columns
    from solver.strategies.cpsat.patterns.task import Integers, Task
    from solver.strategies.cpsat.patterns.tree import Floats

_POLL_S = 0.005
_LEAST_MS = 20


@dataclass(frozen=True, eq=False)
class Rounded:
    """The verdict, the goal's value, and how many restless pods of each group every node gets (None: nothing found)."""

    verdict: Verdict
    value: int | None = None
    filled: Mapping[Node, Integers] | None = None


class Rounding:
    """The task over these columns, with the goal at most ``target`` (None: as small as may be)."""

    def __init__(self, task: Task, columns: Columns, target: int | None, elastic: Quantity | None = None) -> None:
        """``elastic``: a limit that may be exceeded, where every unit counts more than the goal could."""
        self._task, self._columns, self._elastic = task, columns, elastic
        self._taken, self._without = 0, len(columns)
        self._moved = self._without + len(task.groups)
        program = linear_solver_pb2.MPModelProto()
        self._add_variables(program)
        self._add_rows(program)
        for limit, most in task.limits.items():
            if limit != elastic:
                self._add_limit(program, limit, most)
        if target is not None:
            self._add_limit(program, task.goal, target)
        self._solver = pywraplp.Solver.CreateSolver("CBC")
        self._solver.LoadModelFromProto(program)

    def _add_variables(self, program: linear_solver_pb2.MPModelProto) -> None:
        task = self._task
        costs = self._counted(task.goal)
        if self._elastic is not None:
            last = self._without + len(task.groups)
            costs[self._without : last] += task.within(self._elastic.tier) * (task.worst + 1)
        most = (*task.nodes_of[self._columns.node_class].tolist(), *task.sizes.tolist(), *task.bound.tolist())
        for upper, cost in zip(most, costs.tolist(), strict=True):
            program.variable.add(lower_bound=0, upper_bound=upper, is_integer=True, objective_coefficient=cost)

    def _add_rows(self, program: linear_solver_pb2.MPModelProto) -> None:
        task, columns = self._task, self._columns
        for place, number in enumerate(task.nodes_of):
            _add_row(program, number, number, np.flatnonzero(columns.node_class == place))
        pods = columns.pods
        for group, size in enumerate(task.sizes):
            chosen = np.flatnonzero(pods[:, group])
            _add_row(program, size, size, (*chosen, self._without + group), (*pods[chosen, group], 1.0))
        for group, fresh in enumerate(task.fresh):
            chosen = np.flatnonzero(columns.arrivals[:, group])
            coefficients = (*columns.arrivals[chosen, group], -1.0)
            _add_row(program, -np.inf, fresh, (*chosen, self._moved + group), coefficients)

    def _add_limit(self, program: linear_solver_pb2.MPModelProto, quantity: Quantity, most: int) -> None:
        counted = self._counted(quantity)
        chosen = np.flatnonzero(counted)
        _add_row(program, -np.inf, most - self._task.constant(quantity), chosen, counted[chosen])

    def _counted(self, quantity: Quantity) -> Floats:
        """The quantity, less its constant, as coefficients of all variables."""
        within = self._task.within(quantity.tier).astype(np.float64)
        nothing = np.zeros_like(within)
        if not quantity.moves:
            return np.concatenate((np.zeros(len(self._columns)), within, nothing))
        return np.concatenate((-(self._columns.stays @ within), nothing, within))

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
        value = round(self._solver.Objective().Value()) + self._task.constant(self._task.goal)
        return Rounded(verdict, value, self._filled())

    def _filled(self) -> Mapping[Node, Integers]:
        """Patterns go to the nodes of their class, first come, first served."""
        nodes = (node for each in self._task.classes for node in each.nodes)
        filled = {node: np.zeros(len(self._task.groups), dtype=np.int64) for node in nodes}
        free = [list(each.nodes) for each in self._task.classes]
        pods = self._columns.pods.astype(np.int64)
        for entry, place in enumerate(self._columns.node_class):
            for _ in range(round(self._solver.variable(self._taken + entry).solution_value())):
                filled[free[place].pop()] = pods[entry]
        return filled


def _add_row(
    program: linear_solver_pb2.MPModelProto,
    lower: float,
    upper: float,
    variables: Sequence[int] | Integers,
    coefficients: Sequence[float] | Floats | None = None,
) -> None:
    """Coefficients are 1 where none are given."""
    indices = list(map(int, variables))
    factors = [1.0] * len(indices) if coefficients is None else list(map(float, coefficients))
    program.constraint.add(lower_bound=lower, upper_bound=upper, var_index=indices, coefficient=factors)
