"""Solving a relaxation: by GLOP for prices and a bound, by HiGHS with whole nodes for a better bound."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
from ortools.glop import parameters_pb2  # type: ignore[import-untyped]
from ortools.math_opt import model_pb2  # type: ignore[import-untyped]
from ortools.math_opt.python import mathopt  # type: ignore[import-untyped]
from ortools.math_opt.solvers import highs_pb2  # type: ignore[import-untyped]

from solver.strategies.cpsat.quiet import quiet
from solver.strategies.work import counted, spend

if TYPE_CHECKING:
    from solver.strategies.cpsat.fluid.rows import Floats, Places, Rows

_DOUBT = 1e-6
"""Of its value: what HiGHS's bound is taken to be wrong by at most, its own tolerances included."""
_PER_ENTRY, _PER_STEP, _PER_WHOLE_STEP = 1e-6, 4e-7, 3e-6
"""Work, as about so many seconds: of every entry of the rows, and times its root of every step of GLOP and of HiGHS."""
_STEPS_PER_ROW = 0.5
"""How many steps the linear program takes for each row, before it is known."""
_ALONE = highs_pb2.HighsOptionsProto(string_options={"parallel": "off"})
_ROOT, _NODE = 15.0, 0.1
"""Where work is counted: what HiGHS takes before its first branch, and for each, in linear programs, by its steps."""


@dataclass(frozen=True, eq=False)
class Solved:
    """What is proven of the minimum, and, where the optimum was found, its values and the prices of the rows."""

    bound: float
    values: Floats | None = None
    prices: Floats | None = None


def relaxed(rows: Rows, objective: Floats, seconds: float) -> Solved:
    """The linear program; its bound is recomputed from the prices, so it needs no trust in the tolerances."""
    model, variables, constraints = _model(rows, objective, ())
    result = mathopt.solve(model, mathopt.SolverType.GLOP, params=_parameters(seconds))
    spend(_work_of(rows, _PER_STEP, result.solve_stats.simplex_iterations))
    if not result.has_dual_feasible_solution() or not result.has_primal_feasible_solution():
        return Solved(rows.proven(objective, np.zeros(len(rows.lower))))
    prices = np.array(result.dual_values(constraints))
    values = np.array(result.variable_values(variables))
    return Solved(rows.proven(objective, prices), values, prices)


def with_whole(rows: Rows, objective: Floats, whole: Places, seconds: float) -> Solved:
    """With the variables ``whole`` as integers: the best bound within the time.

    HiGHS counts no work, but it can be told how many branches it may make. What is surely too little is not begun.
    """
    parameters = _parameters(seconds)
    if counted():
        branches = int((seconds / _work_of(rows, _PER_STEP, _STEPS_PER_ROW * len(rows.lower)) - _ROOT) / _NODE)
        if branches < 1:
            return Solved(-np.inf)
        parameters = mathopt.SolveParameters(node_limit=branches, highs=_ALONE)
    model, variables, _ = _model(rows, objective, whole.tolist())
    with quiet():
        result = mathopt.solve(model, mathopt.SolverType.HIGHS, params=parameters)
    spend(_work_of(rows, _PER_WHOLE_STEP, result.solve_stats.simplex_iterations))
    bound = result.termination.objective_bounds.dual_bound
    values = np.array(result.variable_values(variables)) if result.has_primal_feasible_solution() else None
    return Solved(bound - _DOUBT * max(1.0, abs(bound)), values)


def _work_of(rows: Rows, per_step: float, steps: float) -> float:
    return _PER_ENTRY * rows.size + per_step * float(np.sqrt(rows.size)) * steps


def _parameters(seconds: float) -> mathopt.SolveParameters:
    if counted():
        return mathopt.SolveParameters(glop=parameters_pb2.GlopParameters(max_deterministic_time=max(seconds, 0.01)))
    return mathopt.SolveParameters(time_limit=timedelta(seconds=max(seconds, 0.01)))


def _model(
    rows: Rows, objective: Floats, whole: list[int] | tuple[int, ...]
) -> tuple[mathopt.Model, list[mathopt.Variable], list[mathopt.LinearConstraint]]:
    proto = model_pb2.ModelProto()
    number = len(rows.most)
    proto.variables.ids.extend(range(number))
    proto.variables.lower_bounds.extend([0.0] * number)
    proto.variables.upper_bounds.extend(rows.most)
    integers = np.zeros(number, dtype=np.bool_)
    integers[list(whole)] = True
    proto.variables.integers.extend(integers.tolist())
    proto.linear_constraints.ids.extend(range(len(rows.lower)))
    proto.linear_constraints.lower_bounds.extend(rows.lower)
    proto.linear_constraints.upper_bounds.extend(rows.upper)
    at, variables, factors = rows.entries
    order = np.lexsort((variables, at))
    proto.linear_constraint_matrix.row_ids.extend(at[order].tolist())
    proto.linear_constraint_matrix.column_ids.extend(variables[order].tolist())
    proto.linear_constraint_matrix.coefficients.extend(factors[order].tolist())
    weighed = np.flatnonzero(objective)
    proto.objective.linear_coefficients.ids.extend(weighed.tolist())
    proto.objective.linear_coefficients.values.extend(objective[weighed].tolist())
    model = mathopt.Model.from_model_proto(proto)
    return model, list(model.variables()), list(model.linear_constraints())
