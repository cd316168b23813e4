"""Solving a relaxation: by GLOP for prices and a bound, by HiGHS with whole nodes for a better bound."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
from ortools.math_opt import model_pb2  # type: ignore[import-untyped]
from ortools.math_opt.python import mathopt  # type: ignore[import-untyped]

from solver.strategies.cpsat.quiet import quiet

if TYPE_CHECKING:
    from solver.strategies.cpsat.fluid.rows import Floats, Places, Rows

_DOUBT = 1e-6
"""Of its value: what HiGHS's bound is taken to be wrong by at most, its own tolerances included."""


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
    if not result.has_dual_feasible_solution() or not result.has_primal_feasible_solution():
        return Solved(rows.proven(objective, np.zeros(len(rows.lower))))
    prices = np.array(result.dual_values(constraints))
    values = np.array(result.variable_values(variables))
    return Solved(rows.proven(objective, prices), values, prices)


def with_whole(rows: Rows, objective: Floats, whole: Places, seconds: float) -> Solved:
    """With the variables ``whole`` as integers: the best bound within the time."""
    model, variables, _ = _model(rows, objective, whole.tolist())
    with quiet():
        result = mathopt.solve(model, mathopt.SolverType.HIGHS, params=_parameters(seconds))
    bound = result.termination.objective_bounds.dual_bound
    values = np.array(result.variable_values(variables)) if result.has_primal_feasible_solution() else None
    return Solved(bound - _DOUBT * max(1.0, abs(bound)), values)


def _parameters(seconds: float) -> mathopt.SolveParameters:
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
