"""A program of whole numbers by CP-SAT alone, within an amount of work: where two solvers race, the clock decides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ortools.sat.python import cp_model

from solver.strategies.cpsat.exact.running import Effort, Run
from solver.strategies.cpsat.verdict import Verdict
from solver.strategies.work import spend

if TYPE_CHECKING:
    from collections.abc import Callable

    from ortools.linear_solver import linear_solver_pb2  # type: ignore[import-untyped]

_PER_ENTRY = 1e-6
"""What an entry of a row counts as work beside CP-SAT's own: about the seconds of its statement."""
_FAR = 2**62
_VERDICTS = {
    cp_model.OPTIMAL: Verdict.OPTIMAL,
    cp_model.FEASIBLE: Verdict.FEASIBLE,
    cp_model.INFEASIBLE: Verdict.INFEASIBLE,
}


def solved(
    program: linear_solver_pb2.MPModelProto, work: float, stopped: Callable[[], bool], *, any_will_do: bool
) -> tuple[Verdict, list[int]]:
    """The verdict and the values of all variables (none without a solution), of the best solution or of any."""
    spend(_PER_ENTRY * sum(len(row.var_index) for row in program.constraint))
    run = Run(Effort.within(work, 1, 0, stopped), 0, None)
    parameters = run.solver.parameters
    parameters.linearization_level = 2
    parameters.cp_model_probing_level = 0
    parameters.symmetry_level = 0
    parameters.stop_after_first_solution = any_will_do
    verdict = _VERDICTS.get(run.status(_model(program)), Verdict.UNKNOWN)
    return verdict, list(run.solver.response_proto.solution)


def _model(program: linear_solver_pb2.MPModelProto) -> cp_model.CpModel:
    """The same, all numbers of which are whole."""
    model = cp_model.CpModel()
    for variable in program.variable:
        model.proto.variables.add().domain.extend((int(variable.lower_bound), int(variable.upper_bound)))
    for row in program.constraint:
        linear = model.proto.constraints.add().linear
        linear.vars.extend(list(row.var_index))
        linear.coeffs.extend([int(each) for each in row.coefficient])
        linear.domain.extend((_limit(row.lower_bound), _limit(row.upper_bound)))
    costs = {at: int(variable.objective_coefficient) for at, variable in enumerate(program.variable)}
    costs = {at: cost for at, cost in costs.items() if cost}
    model.proto.objective.vars.extend(list(costs))
    model.proto.objective.coeffs.extend(list(costs.values()))
    return model


def _limit(value: float) -> int:
    return int(max(-_FAR, min(_FAR, value)))
