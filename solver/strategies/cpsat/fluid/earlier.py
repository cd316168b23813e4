"""What disruption and preferences cannot be below, given what earlier levels have reached.

A bound pod stays only on a node that is in use. With t[n] for how much of a node n with restless bound pods is used,
s[g,c] for the bound pods of a group that stay on a class, and e[g] for those that end up without a node,

    Σ_{n of c} t[n]  <=  u[c]        s[g,c]  <=  Σ_{n of c} bound[g,n] · t[n]        s[g,c]  <=  y[g,c]
    e[g]  <=  bound[g] - Σ_c s[g,c]        e[g]  <=  pods of g - Σ_c y[g,c]

and disruption is 2 (bound[g] - Σ_c s[g,c]) - e[g], or bound[g] - Σ_c s[g,c] where nobody of the group may move.
"""

from __future__ import annotations

from functools import cached_property
from math import inf
from typing import TYPE_CHECKING

import numpy as np

from solver.objectives.disruption import EVICTED, MOVED
from solver.objectives.objective import concerns
from solver.objectives.question import ObjectiveName
from solver.strategies.cpsat.fluid.supply import may_leave

if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction

    from solver.model.groups import PodGroup
    from solver.objectives.question import Level
    from solver.strategies.cpsat.fluid.classes import NodeClass
    from solver.strategies.cpsat.fluid.relaxation import Relaxation
    from solver.strategies.cpsat.fluid.rows import Floats, Places
    from solver.strategies.cpsat.stages import Stage

_MORE = 1e-9
"""Of a value that is kept: more than what it loses as a floating-point number."""


class Earlier:
    """The rows of a relaxation, and the cost and disruption that these stages have reached."""

    def __init__(self, relaxation: Relaxation, stages: Sequence[Stage], values: Sequence[Fraction]) -> None:
        self.relaxation = relaxation
        self.rows = relaxation.rows.copy()
        for stage, value in zip(stages, values, strict=True):
            if stage.level.objective is ObjectiveName.COST:
                self._keep(relaxation.cost, float(value - relaxation.paid))
            elif stage.level.objective is ObjectiveName.DISRUPTION and self._leaving:
                factors, constant = self.disruption(stage.level)
                self._keep(factors, float(value) - constant)

    def disruption(self, level: Level) -> tuple[Floats, int]:
        """Factors of all variables and a constant that add up to the level's disruption, or less."""
        staying, without = self._staying, self._without
        factors, constant = np.zeros(len(self.rows.most)), 0
        for group in self._leaving:
            if concerns(group.priority, level):
                points = MOVED if self.relaxation.supply.ground.may_move(group) else EVICTED
                constant += points * _bound(group)
                factors[staying[group]] = -points
                if group in without:
                    factors[without[group]] = EVICTED - MOVED
        return factors, constant

    def preferences(self) -> tuple[Floats, int]:
        """Factors of all variables and a constant that add up to what nodes leave unmet, or less."""
        supply, factors, constant = self.relaxation.supply, np.zeros(len(self.rows.most)), 0
        for row, group in enumerate(supply.groups):
            unmet = supply.ground.unmet(group)
            if unmet.any():
                there = self.relaxation.placed[row] >= 0
                least = [int(unmet[each.places].min()) for each in self.relaxation.classes]
                factors[self.relaxation.placed[row, there]] = np.array(least)[there]
        for group in supply.ground.groups:
            if group.bound and not may_leave(group, supply.ground):
                unmet = supply.ground.unmet(group)
                constant += sum(int(unmet[supply.ground.column[node]]) * len(on) for node, on in group.bound.items())
        return factors, constant

    def _keep(self, factors: Floats, most: float) -> None:
        counted = np.flatnonzero(factors)
        if len(counted):
            self.rows.require(counted, factors[counted], -inf, most + _MORE * max(1.0, abs(most)))

    @cached_property
    def _leaving(self) -> tuple[PodGroup, ...]:
        """The groups whose bound pods may leave: those of others stay, whoever of the group is pending."""
        supply = self.relaxation.supply
        return tuple(group for group in supply.groups if group.bound and may_leave(group, supply.ground))

    @cached_property
    def _staying(self) -> dict[PodGroup, Places]:
        """Of each group the variables that count who stays, class by class."""
        made: dict[PodGroup, list[int]] = {group: [] for group in self._leaving}
        row_of = {group: row for row, group in enumerate(self.relaxation.supply.groups)}
        on: dict[int, dict[PodGroup, int]] = {}
        for group in self._leaving:
            for node, pods in group.bound.items():
                on.setdefault(self.relaxation.supply.ground.column[node], {})[group] = len(pods)
        for place, each in enumerate(self.relaxation.classes):
            for group, variable in self._on_class(place, each, on).items():
                made[group].append(variable)
                there = int(self.relaxation.placed[row_of[group], place])
                self.rows.require(np.array([variable, there]), np.array([1.0, -1.0]), -inf, 0.0)
        return {group: np.array(variables, dtype=np.int64) for group, variables in made.items()}

    def _on_class(self, place: int, each: NodeClass, on: dict[int, dict[PodGroup, int]]) -> dict[PodGroup, int]:
        """A variable for each group with pods on the class: those who stay, on nodes that are used."""
        held = [on[node] for node in each.places.tolist() if node in on]
        groups = tuple(dict.fromkeys(group for pods in held for group in pods))
        stay = self.rows.variables(float(sum(pods.get(group, 0) for pods in held)) for group in groups).tolist()
        if not each.paid and held:
            used = self.rows.variables([1.0] * len(held))
            self.rows.require(
                np.append(used, self.relaxation.used[place]), np.append(np.ones(len(held)), -1.0), -inf, 0.0
            )
            for group, variable in zip(groups, stay, strict=True):
                holding = np.array([pods.get(group, 0) for pods in held], dtype=np.float64)
                nodes = np.flatnonzero(holding)
                self.rows.require(np.append(used[nodes], variable), np.append(-holding[nodes], 1.0), -inf, 0.0)
        return dict(zip(groups, stay, strict=True))

    @cached_property
    def _without(self) -> dict[PodGroup, int]:
        """Of each group whose pods may move, the variable that counts evicted ones."""
        supply, without = self.relaxation.supply, {}
        for row, group in enumerate(supply.groups):
            if group not in self._staying or not supply.ground.may_move(group):
                continue
            gone = int(self.rows.variables((float(_bound(group)),))[0])
            for others, most in ((self._staying[group], _bound(group)), (self._placed(row), supply.wanting[row])):
                self.rows.require(np.append(others, gone), np.ones(len(others) + 1), -inf, float(most))
            without[group] = gone
        return without

    def _placed(self, row: int) -> Places:
        variables: Places = self.relaxation.placed[row]
        return variables[variables >= 0]


def _bound(group: PodGroup) -> int:
    return sum(map(len, group.bound.values()))
