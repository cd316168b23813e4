"""CP-SAT as a reader of programs: translates them, solves them, gives back values and bounds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ortools.sat.python import cp_model

from solver.model.linear import Bool, Linear, merged
from solver.strategies.cpsat.exact.running import Effort, Heard, Run
from solver.strategies.cpsat.verdict import Verdict
from solver.strategies.work import spend

if TYPE_CHECKING:
    from collections.abc import Mapping

    from solver.model.program import Program

__all__ = ["CpSatBackend", "Effort", "Finding", "Verdict"]

_MIN, _MAX = -(2**62), 2**62
_PER_ENTRY = 6e-6
"""What an entry of a constraint counts as work, to be stated and to be written down: about its seconds."""


@dataclass(frozen=True, slots=True)
class Finding:
    """The best values found (empty: none) and the objective's bound (None: it has none, or nothing is known)."""

    verdict: Verdict
    values: tuple[int, ...]
    bound: int | None


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
        run = Run(effort, objective.constant if objective is not None else 0, heard)
        return _finding(run.status(self._model), run, objective)

    def completed(self, objective: Linear, effort: Effort, hint: Mapping[int, int]) -> tuple[int, ...]:
        """Values for all variables that agree with the hint, the best such for the objective; empty without any.

        With a hint for every variable the search has a solution from its first moment.
        """
        self._translate()
        self._state(objective)
        self._suggest(hint)
        run = Run(effort, 0, None)
        run.solver.parameters.fix_variables_to_their_hinted_value = True
        found = run.status(self._model) in _VERDICTS
        return tuple(run.solver.response_proto.solution) if found else ()

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
        spend(_PER_ENTRY * sum(len(each.variables) for each in program.constraints[self._constraints :]))
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


def _literal(condition: Bool) -> int:
    return -condition.variable - 1 if condition.negated else condition.variable


def _finding(status: cp_model.CpSolverStatus, run: Run, objective: Linear | None) -> Finding:
    if status == cp_model.INFEASIBLE:
        return Finding(Verdict.INFEASIBLE, (), None)
    response = run.solver.response_proto
    values = tuple(response.solution)
    verdict = _VERDICTS.get(status, Verdict.FEASIBLE if values else Verdict.UNKNOWN)
    if objective is None:
        return Finding(verdict, values, None)
    if verdict is Verdict.UNKNOWN:
        # A search that ends before its first solution leaves 0 in the response, whatever the objective can reach.
        return Finding(verdict, (), run.bound)
    return Finding(verdict, values, int(response.inner_objective_lower_bound) + objective.constant)
