"""Whole numbers of patterns: the same rows as the relaxation, over given columns, for CBC and CP-SAT."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from ortools.linear_solver import linear_solver_pb2  # type: ignore[import-untyped]

from solver.strategies.cpsat.patterns.attempt import Attempt
from solver.strategies.cpsat.verdict import Verdict
from solver.strategies.work import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from solver.cluster.node import Node
    from solver.strategies.cpsat.patterns.asked import Quantity
    from solver.strategies.cpsat.patterns.columns import Columns
    from solver.strategies.cpsat.patterns.task import Integers, Task
    from solver.strategies.cpsat.patterns.tree import Floats

_POLL_S = 0.005
_EXACT = "num_workers:1 linearization_level:2 cp_model_probing_level:0 symmetry_level:0 stop_after_first_solution:true"
"""Where the relaxation says most of it, cuts are worth more than probing, or than other ways to search side by side."""


@dataclass(frozen=True, eq=False)
class Rounded:
    """The verdict, and how many restless pods of each group every node gets (None: nothing found)."""

    verdict: Verdict
    filled: Mapping[Node, Integers] | None = None


class Rounding:
    """The task over these columns, with the goal at most ``target`` (None: as small as may be)."""

    def __init__(self, task: Task, columns: Columns, target: int | None, elastic: Quantity | None = None) -> None:
        """``elastic``: a limit that may be exceeded, where every unit counts more than the goal could."""
        self._task, self._columns, self._target, self._elastic = task, columns, target, elastic
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
        self._program = program

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

    def improved(self, seconds: float, stopped: Callable[[], bool]) -> Rounded:
        """The best combination that CBC finds in time; left to its own time limit when ``stopped`` says so.

        Where work is counted it is CP-SAT that looks, with so much of it.
        """
        if counted():
            return self._by_work(seconds, stopped)
        cbc = Attempt("CBC", "", self._program, seconds)
        until = time.perf_counter() + seconds + _POLL_S
        while not (cbc.done or stopped()) and time.perf_counter() < until:
            cbc.wait(_POLL_S)
        return self._found(cbc) if cbc.solved else Rounded(Verdict.UNKNOWN)

    def decided(self, seconds: float, stopped: Callable[[], bool], ahead_s: float) -> Rounded:
        """Any combination, or that there is none; CP-SAT goes ahead of CBC by so many seconds.

        CBC calculates in floating point, so its word counts where it has found something, which can be looked at. That
        there is nothing is for CP-SAT to say, which calculates in whole numbers.
        """
        if counted():
            return self._by_work(seconds, stopped)
        began, cbc = time.perf_counter(), None
        exact = Attempt("SAT", _EXACT, self._program, seconds)
        while not stopped() and time.perf_counter() < began + seconds + _POLL_S:
            exact.wait(_POLL_S)
            if exact.done:
                break
            if cbc is None and time.perf_counter() > began + ahead_s:
                cbc = Attempt("CBC", "", self._program, seconds - ahead_s)
            if cbc is not None and cbc.solved:
                exact.interrupt()
                return self._found(cbc)
        if not exact.done:
            exact.interrupt()
            return Rounded(Verdict.UNKNOWN)
        if exact.solved:
            return self._found(exact)
        return Rounded(Verdict.INFEASIBLE if exact.infeasible else Verdict.UNKNOWN)

    def _by_work(self, work: float, stopped: Callable[[], bool]) -> Rounded:
        """A combination up to the target, or the best one where there is none; or that there is no combination."""
        # CP-SAT's own interface takes longer to import than most instances take to be solved.
        from solver.strategies.cpsat.patterns.counted import solved

        verdict, values = solved(self._program, work, stopped, any_will_do=self._target is not None)
        return self._dealt(values[: len(self._columns)]) if values else Rounded(verdict)

    def _found(self, attempt: Attempt) -> Rounded:
        return self._dealt(attempt.amounts(self._taken, len(self._columns)))

    def _dealt(self, times: Sequence[int]) -> Rounded:
        return Rounded(Verdict.FEASIBLE, dealt(self._task, self._columns, times))


def dealt(task: Task, columns: Columns, times: Sequence[int] | Integers) -> Mapping[Node, Integers]:
    """Patterns go to the nodes of their class, first come, first served."""
    filled = {node: np.zeros(len(task.groups), dtype=np.int64) for each in task.classes for node in each.nodes}
    free = [list(each.nodes) for each in task.classes]
    pods = columns.pods.astype(np.int64)
    for entry in np.flatnonzero(times).tolist():
        for _ in range(times[entry]):
            filled[free[columns.node_class[entry]].pop()] = pods[entry]
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
