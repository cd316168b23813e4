"""The linear relaxation over patterns, grown column by column, with GLOP.

Each class has as many patterns as nodes; each group as many pods as there are, placed or without a node.

    Σ_p pods[g,p] λ_p + without_g = size_g
    Σ_{p of class c} λ_p = nodes_c
    Σ_p arrivals[g,p] λ_p − moved_g ≤ fresh_g

    pending ≥ t:     Σ_{priority ≥ t} without_g
    disruption ≥ t:  Σ_{priority ≥ t} (bound_g + moved_g − Σ_p stays[g,p] λ_p)

Stays of a pattern are as many of its pods as are at home on its class; the others arrive.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from ortools.linear_solver import pywraplp  # type: ignore[import-untyped]

from solver.strategies.cpsat.patterns.pricing import Prices

if TYPE_CHECKING:
    from collections.abc import Iterator

    from solver.strategies.cpsat.patterns.asked import Quantity
    from solver.strategies.cpsat.patterns.task import Task
    from solver.strategies.cpsat.patterns.tree import Floats

Pattern = tuple[tuple[int, int], ...]
"""(group, pods), sorted by group."""
Column = tuple[int, Pattern]
"""A node class and one of its patterns."""


@dataclass(frozen=True, eq=False)
class Relaxed:
    """An optimum of the relaxation over the columns so far.

    ``missing``: what artificial columns still take. ``floors``: the profit per class that a new pattern must exceed.
    ``offset``: the value less what all nodes earn at these floors.
    """

    value: float
    missing: float
    prices: Prices
    floors: Floats
    offset: float


def stays_of(column: Column, task: Task) -> Iterator[tuple[int, int, int]]:
    """(group, stays, arrivals) of a column."""
    homes = task.classes[column[0]].at_home
    for group, pods in column[1]:
        stays = min(pods, homes[group])
        yield group, stays, pods - stays


def stays_within(column: Column, task: Task, tier: int) -> int:
    """How many pods of at least this priority stay."""
    return sum(stays for group, stays, _ in stays_of(column, task) if task.tiers[group] >= tier)


class Master:
    """Rows of a task and the columns found so far; artificial columns keep it solvable, at a price to be raised."""

    def __init__(self, task: Task, penalty: float) -> None:
        self.task = task
        self.columns: dict[Column, None] = {}
        self.penalty = penalty
        self._solver = pywraplp.Solver.CreateSolver("GLOP")
        # Small degenerate problems solved again and again from the last basis: presolve and scaling would undo it.
        self._solver.SetSolverSpecificParametersAsString("use_preprocessing:false use_scaling:false")
        self._objective = self._solver.Objective()
        self._objective.SetMinimization()
        infinity = self._infinity = self._solver.infinity()
        self._cover = [self._solver.Constraint(float(size), float(size)) for size in task.sizes]
        self._nodes = [self._solver.Constraint(float(number), float(number)) for number in task.nodes_of]
        self._arrivals = [self._solver.Constraint(-infinity, float(fresh)) for fresh in task.fresh]
        self._limits = {limit: self._solver.Constraint(-infinity, self._room(limit)) for limit in task.limits}
        self._artificial: list[pywraplp.Variable] = []
        for group in range(len(task.groups)):
            self._add_group(group)
        for limit, row in self._limits.items():
            if limit.moves:
                self._add_artificial(row, -1)

    def add(self, column: Column) -> bool:
        """A further column; False where it is there already."""
        if column in self.columns:
            return False
        self.columns[column] = None
        variable = self._solver.NumVar(0, self._infinity, "")
        self._nodes[column[0]].SetCoefficient(variable, 1)
        for group, stays, arrivals in stays_of(column, self.task):
            self._cover[group].SetCoefficient(variable, stays + arrivals)
            self._arrivals[group].SetCoefficient(variable, arrivals)
        for limit, row in self._limits.items():
            if limit.moves:
                row.SetCoefficient(variable, -stays_within(column, self.task, limit.tier))
        if self.task.goal.moves:
            self._objective.SetCoefficient(variable, -stays_within(column, self.task, self.task.goal.tier))
        return True

    def raise_penalty(self, factor: float) -> None:
        """Make artificial columns dearer."""
        self.penalty *= factor
        for variable in self._artificial:
            self._objective.SetCoefficient(variable, self.penalty)

    def solve(self) -> Relaxed:
        """Minimise; always solvable, as patterns of nothing are columns and the rest may be artificial."""
        self._solver.Solve()
        task = self.task
        constant = float(task.bound[task.within(task.goal.tier)].sum()) if task.goal.moves else 0.0
        value = self._objective.Value() + constant
        floors = -np.array([row.dual_value() for row in self._nodes])
        missing = sum(variable.solution_value() for variable in self._artificial)
        return Relaxed(value, missing, self._prices(), floors, value + float(task.nodes_of @ floors))

    def _prices(self) -> Prices:
        """An arriving pod earns its cover dual and pays for the row of arrivals, a staying one counts in disruption."""
        task = self.task
        cover = np.array([row.dual_value() for row in self._cover])
        arrive = cover + np.array([row.dual_value() for row in self._arrivals])
        stay = cover + (task.within(task.goal.tier) if task.goal.moves else 0.0)
        for limit, row in self._limits.items():
            if limit.moves:
                stay = stay - task.within(limit.tier) * row.dual_value()
        return Prices(arrive, stay)

    def _room(self, limit: Quantity) -> float:
        moved = int(self.task.bound[self.task.within(limit.tier)].sum()) if limit.moves else 0
        return float(self.task.limits[limit] - moved)

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
