"""CP-SAT as a reader of programs: translates them, solves them, gives back values and bounds."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from math import ceil
from typing import TYPE_CHECKING

from ortools.sat.python import cp_model

from solver.model.linear import Bool, Linear, merged

if TYPE_CHECKING:
    from solver.model.program import Program

_MIN, _MAX = -(2**62), 2**62
_SEEDS = 2**31
"""CP-SAT takes seeds below this."""
_POLL_S = 0.05
"""How often the main thread looks at its limits while CP-SAT searches in another one."""

Heard = Callable[[int | None, int], None]
"""Told the incumbent's value (None before the first) and the bound, as the search improves them."""


class Verdict(Enum):
    """What a search has shown."""

    OPTIMAL = auto()
    FEASIBLE = auto()
    INFEASIBLE = auto()
    UNKNOWN = auto()


@dataclass(frozen=True, slots=True)
class Finding:
    """The best values found (empty: none) and the objective's bound (None: it has none, or nothing is known)."""

    verdict: Verdict
    values: tuple[int, ...]
    bound: int | None


@dataclass(frozen=True, slots=True)
class Effort:
    """How a search may work; ``stop`` is asked again and again whether to end it."""

    seconds: float
    workers: int
    seed: int
    stop: Callable[[], bool] = bool


class CpSatBackend:
    """One CP-SAT model for one program; what the program gains later is added before the next search."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._model = cp_model.CpModel()
        self._variables = 0
        self._constraints = 0

    def solve(
        self, objective: Linear | None, effort: Effort, hint: Mapping[int, int], heard: Heard | None = None
    ) -> Finding:
        """Minimise the objective (None: find any solution), starting from the hint, variable to value."""
        self._translate()
        self._state(objective)
        self._suggest(hint)
        solver = _solver(effort)
        told = _Incumbents(objective.constant if objective is not None else 0, heard)
        if heard is not None:
            solver.best_bound_callback = told.bound_improved
        status = _searched(solver, self._model, told, effort.stop)
        return _finding(status, solver, objective, told)

    def completed(self, objective: Linear, effort: Effort, hint: Mapping[int, int]) -> tuple[int, ...]:
        """Values for all variables that agree with the hint, the best such for the objective; empty without any.

        With a hint for every variable the search has a solution from its first moment.
        """
        self._translate()
        self._state(objective)
        self._suggest(hint)
        solver = _solver(effort)
        solver.parameters.fix_variables_to_their_hinted_value = True
        status = _searched(solver, self._model, _Incumbents(0, None), effort.stop)
        return tuple(solver.response_proto.solution) if status in (cp_model.OPTIMAL, cp_model.FEASIBLE) else ()

    def _translate(self) -> None:
        program, proto = self._program, self._model.proto
        for lower, upper in zip(program.lower[self._variables :], program.upper[self._variables :], strict=True):
            proto.variables.add().domain.extend((lower, upper))
        for constraint in program.constraints[self._constraints :]:
            written = proto.constraints.add()
            written.enforcement_literal.extend([_literal(condition) for condition in constraint.only_if])
            linear = written.linear
            linear.vars.extend(constraint.variables)
            linear.coeffs.extend(constraint.coefficients)
            lower_limit = _MIN if constraint.lower is None else constraint.lower
            upper_limit = _MAX if constraint.upper is None else constraint.upper
            linear.domain.extend((lower_limit, upper_limit))
        self._variables, self._constraints = len(program.lower), len(program.constraints)

    def _state(self, objective: Linear | None) -> None:
        proto = self._model.proto
        proto.clear_objective()
        if objective is not None:
            linear = merged(objective)
            proto.objective.vars.extend(linear.variables)
            proto.objective.coeffs.extend(linear.coefficients)

    def _suggest(self, hint: Mapping[int, int]) -> None:
        proto = self._model.proto
        proto.clear_solution_hint()
        proto.solution_hint.vars.extend(list(hint))
        proto.solution_hint.values.extend(list(hint.values()))


_VERDICTS = {cp_model.OPTIMAL: Verdict.OPTIMAL, cp_model.FEASIBLE: Verdict.FEASIBLE}


class _Incumbents(cp_model.CpSolverSolutionCallback):
    """Keeps the last solution and tells of improvements."""

    def __init__(self, constant: int, heard: Heard | None) -> None:
        super().__init__()
        self.values: tuple[int, ...] = ()
        self._constant = constant
        self._heard = heard
        self._value: int | None = None
        self.bound = 0
        """Proven so far; no objective is ever negative."""

    def on_solution_callback(self) -> None:
        """CP-SAT has found a better solution."""
        response = self.response_proto
        self.values = tuple(response.solution)
        self._value = round(response.objective_value) + self._constant
        self.bound = max(self.bound, _whole(response.best_objective_bound) + self._constant)
        self._tell()

    def bound_improved(self, bound: float) -> None:
        """CP-SAT has proven a better bound."""
        self.bound = max(self.bound, _whole(bound) + self._constant)
        self._tell()

    def _tell(self) -> None:
        if self._heard is not None:
            self._heard(self._value, self.bound)


def _whole(bound: float) -> int:
    """An integer objective is never below the next integer; bounds come as floats."""
    return ceil(bound - 1e-6)


def _literal(condition: Bool) -> int:
    return -condition.variable - 1 if condition.negated else condition.variable


def _solver(effort: Effort) -> cp_model.CpSolver:
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = max(effort.seconds, 0.01)
    solver.parameters.num_workers = effort.workers
    solver.parameters.random_seed = effort.seed % _SEEDS
    solver.parameters.catch_sigint_signal = False
    return solver


def _searched(
    solver: cp_model.CpSolver, model: cp_model.CpModel, told: _Incumbents, stop: Callable[[], bool]
) -> cp_model.CpSolverStatus:
    """Search in a thread of its own, so that this one can hear of interrupts and stop the search."""
    found: list[cp_model.CpSolverStatus] = []
    thread = threading.Thread(target=lambda: found.append(solver.solve(model, told)), daemon=True)
    thread.start()
    while thread.is_alive():
        thread.join(_POLL_S)
        if stop():
            solver.stop_search()
    return found[0]


def _finding(
    status: cp_model.CpSolverStatus, solver: cp_model.CpSolver, objective: Linear | None, told: _Incumbents
) -> Finding:
    if status == cp_model.INFEASIBLE:
        return Finding(Verdict.INFEASIBLE, (), None)
    values: Sequence[int] = tuple(solver.response_proto.solution) or told.values
    verdict = _VERDICTS.get(status, Verdict.FEASIBLE if values else Verdict.UNKNOWN)
    if objective is None:
        return Finding(verdict, tuple(values), None)
    if verdict is Verdict.UNKNOWN:
        # A search that ends before its first solution leaves 0 in the response, whatever the objective can reach.
        return Finding(verdict, (), told.bound)
    bound = int(solver.response_proto.inner_objective_lower_bound) + objective.constant
    return Finding(verdict, tuple(values), bound)
