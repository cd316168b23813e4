"""The linear relaxation over patterns, grown column by column, with GLOP.

Each class has as many patterns as nodes; each group as many pods as there are, placed or without a node.

    Σ_q pods[g,q] λ_q + without_g ≥ size_g
    Σ_{q of class c} λ_q = nodes_c
    Σ_q arrivals[g,q] λ_q − moved_g ≤ fresh_g

    pending ≥ t:     Σ_{priority ≥ t} without_g
    disruption ≥ t:  Σ_{priority ≥ t} (bound_g + moved_g − Σ_q stays[g,q] λ_q)

Stays of a pattern are as many of its pods as are at home on its class; the others arrive. The first row may be met by
more pods than there are: then some arrive, and a pattern without them costs no more. So no cover price is negative.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from ortools.linear_solver import pywraplp  # type: ignore[import-untyped]

from solver.strategies.cpsat.patterns.columns import Columns
from solver.strategies.cpsat.patterns.duals import Duals
from solver.strategies.work import spend

if TYPE_CHECKING:
    from solver.strategies.cpsat.patterns.task import Integers, Task
    from solver.strategies.cpsat.patterns.tree import Floats
_PER_COLUMN, _PER_STEP = 2e-6, 1e-7
"""What solving counts as work, of every column, and of every step times rows and columns: about its seconds."""


@dataclass(frozen=True, eq=False)
class Relaxed:
    """An optimum of the relaxation over the columns so far; ``missing``: what artificial columns still take."""

    value: float
    missing: float
    duals: Duals


class Master:
    """Rows of a task and the columns found so far; artificial columns keep it solvable, at a price to be raised."""

    def __init__(self, task: Task, penalty: float) -> None:
        self.task = task
        nothing = np.zeros((len(task.classes), len(task.groups)), dtype=np.int64)
        self.columns = Columns.of(task, np.arange(0), nothing[:0])
        self.penalty = penalty
        self._known: set[bytes] = set()
        self._solver = pywraplp.Solver.CreateSolver("GLOP")
        # Small degenerate problems solved again and again from the last basis: presolve and scaling would undo it.
        self._solver.SetSolverSpecificParametersAsString("use_preprocessing:false use_scaling:false")
        self._objective = self._solver.Objective()
        self._objective.SetMinimization()
        infinity = self._infinity = self._solver.infinity()
        self._cover = [self._solver.Constraint(float(size), infinity) for size in task.sizes]
        self._nodes = [self._solver.Constraint(float(number), float(number)) for number in task.nodes_of]
        self._arrivals = [self._solver.Constraint(-infinity, float(fresh)) for fresh in task.fresh]
        self._limits = {
            limit: self._solver.Constraint(-infinity, float(most - task.constant(limit)))
            for limit, most in task.limits.items()
        }
        self._taken: list[pywraplp.Variable] = []
        self._artificial: list[pywraplp.Variable] = []
        for group in range(len(task.groups)):
            self._add_group(group)
        for limit, row in self._limits.items():
            if limit.moves:
                self._add_artificial(row, -1)
        self.add(Columns.of(task, np.arange(len(task.classes)), nothing))

    def add(self, columns: Columns) -> int:
        """Further columns; how many of them were not there yet."""
        fresh = columns.without(self._known)
        counted = [(limit, row) for limit, row in self._limits.items() if limit.moves]
        if self.task.goal.moves:
            counted.append((self.task.goal, self._objective))
        stays = [(row, fresh.stays @ self.task.within(quantity.tier)) for quantity, row in counted]
        for entry in range(len(fresh)):
            variable = self._solver.NumVar(0, self._infinity, "")
            self._taken.append(variable)
            self._nodes[int(fresh.node_class[entry])].SetCoefficient(variable, 1)
            self._fill(self._cover, variable, fresh.pods[entry])
            self._fill(self._arrivals, variable, fresh.arrivals[entry])
            for row, numbers in stays:
                if numbers[entry]:
                    row.SetCoefficient(variable, -float(numbers[entry]))
        self.columns = Columns.joined((self.columns, fresh))
        return len(fresh)

    def raise_penalty(self, factor: float) -> None:
        """Make artificial columns dearer."""
        self.penalty *= factor
        for variable in self._artificial:
            self._objective.SetCoefficient(variable, self.penalty)

    def fix(self, least: Integers) -> None:
        """So many nodes take each column, or more."""
        for variable, number in zip(self._taken, least.tolist(), strict=True):
            variable.SetLb(number)

    def parts(self) -> Floats:
        """How many nodes take each column in the last optimum."""
        return np.array([variable.solution_value() for variable in self._taken])

    def solve(self) -> Relaxed:
        """Minimise; always solvable, as patterns of nothing are columns and the rest may be artificial."""
        self._solver.Solve()
        columns, rows = len(self._taken), self._solver.NumConstraints()
        spend(_PER_COLUMN * columns + _PER_STEP * (rows + columns) * self._solver.iterations())
        value = self._objective.Value() + self.task.constant(self.task.goal)
        missing = sum(variable.solution_value() for variable in self._artificial)
        return Relaxed(value, missing, self._duals())

    def _duals(self) -> Duals:
        rows = (self._cover, self._arrivals, self._limits.values())
        return Duals.rounded(*(np.array([row.dual_value() for row in part]) for part in rows))

    def _fill(self, rows: list[pywraplp.Constraint], variable: pywraplp.Variable, counts: Floats) -> None:
        for group in np.flatnonzero(counts):
            rows[group].SetCoefficient(variable, float(counts[group]))

    def _add_group(self, group: int) -> None:
        """What the group leaves without a node, and how many of its bound pods move."""
        without = self._solver.NumVar(0, self._infinity, "")
        moved = self._solver.NumVar(0, self._infinity, "")
        self._cover[group].SetCoefficient(without, 1)
        self._arrivals[group].SetCoefficient(moved, -1)
        for limit, row in self._limits.items():
            if self.task.priorities[group] >= limit.tier:
                row.SetCoefficient(moved if limit.moves else without, 1)
        if self.task.priorities[group] >= self.task.goal.tier:
            self._objective.SetCoefficient(moved if self.task.goal.moves else without, 1)
        if any(not limit.moves for limit in self._limits):
            self._add_artificial(self._cover[group], 1)

    def _add_artificial(self, row: pywraplp.Constraint, coefficient: int) -> None:
        variable = self._solver.NumVar(0, self._infinity, "")
        row.SetCoefficient(variable, coefficient)
        self._objective.SetCoefficient(variable, self.penalty)
        self._artificial.append(variable)
