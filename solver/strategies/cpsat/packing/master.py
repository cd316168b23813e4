"""The linear relaxation over patterns, grown column by column, with GLOP.

    Σ_q pods[g,q] λ_q  ≥  wanting_g        Σ_{q of class c} λ_q  ≤  numbers_c        minimise  Σ_q price_q λ_q

Covering instead of matching: a pattern with a pod too many is one with that pod left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from ortools.linear_solver import pywraplp  # type: ignore[import-untyped]

from solver.strategies.work import spend

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from solver.strategies.cpsat.packing.task import Column, Task

_MISSING = 10.0
"""What it costs to leave a pod out, in prices of the dearest node: more than any pod is worth."""
_PER_COLUMN, _PER_STEP = 2e-6, 1e-7
"""What solving counts as work, of every column, and of every step times rows and columns: about its seconds."""


@dataclass(frozen=True, eq=False)
class Relaxed:
    """An optimum over the columns so far: its ``value`` in steps, how often each column is taken, what pods are worth.

    ``floors`` are what the nodes of a class earn by being scarce. ``missing``: pods that no column covers.
    """

    value: float
    taken: NDArray[np.float64]
    worth: NDArray[np.float64]
    floors: NDArray[np.float64]
    missing: float


class Master:
    """Rows of a task and the columns found so far."""

    def __init__(self, task: Task, columns: Iterable[Column]) -> None:
        self.task = task
        self.columns: dict[Column, None] = {}
        self._solver = pywraplp.Solver.CreateSolver("GLOP")
        # Solved again and again from the last basis, which presolve and scaling would undo.
        self._solver.SetSolverSpecificParametersAsString("use_preprocessing:false use_scaling:false")
        self._objective = self._solver.Objective()
        self._objective.SetMinimization()
        infinity = self._infinity = self._solver.infinity()
        self._cover = [self._solver.Constraint(float(each), infinity) for each in task.wanting]
        self._nodes = [self._solver.Constraint(-infinity, float(number)) for number in task.numbers]
        self._variables: list[pywraplp.Variable] = []
        self._missing = [self._left_out(row) for row in self._cover]
        for column in columns:
            self.add(column)

    def add(self, column: Column) -> bool:
        """A further column; False where it is there already."""
        if column in self.columns:
            return False
        self.columns[column] = None
        variable = self._solver.NumVar(0, self._infinity, "")
        place, pattern = column
        self._nodes[place].SetCoefficient(variable, 1)
        for group, pods in pattern:
            self._cover[group].SetCoefficient(variable, pods)
        self._objective.SetCoefficient(variable, float(self.task.prices[place]))
        self._variables.append(variable)
        return True

    def solve(self) -> Relaxed:
        """Minimise; always solvable, as pods may be left out at a price."""
        if self._solver.Solve() != pywraplp.Solver.OPTIMAL:
            self._solve_afresh()
        columns = len(self._variables)
        rows = len(self._cover) + len(self._nodes)
        spend(_PER_COLUMN * columns + _PER_STEP * (rows + columns) * self._solver.iterations())
        return Relaxed(
            value=self._objective.Value(),
            taken=np.array([variable.solution_value() for variable in self._variables]),
            worth=np.array([row.dual_value() for row in self._cover]),
            floors=-np.array([row.dual_value() for row in self._nodes]),
            missing=sum(variable.solution_value() for variable in self._missing),
        )

    def _solve_afresh(self) -> None:
        """Numerically stuck on the way from the last basis: once more from none, with all that helps."""
        self._solver.SetSolverSpecificParametersAsString("use_preprocessing:true use_scaling:true")
        parameters = pywraplp.MPSolverParameters()
        parameters.SetIntegerParam(parameters.INCREMENTALITY, parameters.INCREMENTALITY_OFF)
        self._solver.Solve(parameters)
        self._solver.SetSolverSpecificParametersAsString("use_preprocessing:false use_scaling:false")

    def _left_out(self, row: pywraplp.Constraint) -> pywraplp.Variable:
        variable = self._solver.NumVar(0, self._infinity, "")
        row.SetCoefficient(variable, 1)
        self._objective.SetCoefficient(variable, _MISSING * max(1.0, float(self.task.prices.max(initial=0))))
        return variable
