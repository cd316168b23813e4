"""Objectives: what is minimised, each with its expression in the model and its value for a placement."""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.objectives.cost import Cost, check_prices
from solver.objectives.disruption import Disruption
from solver.objectives.objective import Expression, Objective
from solver.objectives.pending import Pending
from solver.objectives.preferences import Preferences
from solver.objectives.question import Level, ObjectiveKey, ObjectiveName, Unserved
from solver.objectives.unserved import UnservedAmount

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from fractions import Fraction

    from solver.placement import Placement

__all__ = ["OBJECTIVES", "Expression", "Objective", "check_prices", "objective_of", "values"]

OBJECTIVES: Mapping[ObjectiveName, Objective] = {
    ObjectiveName.PENDING: Pending(),
    ObjectiveName.DISRUPTION: Disruption(),
    ObjectiveName.COST: Cost(),
    ObjectiveName.PREFERENCES: Preferences(),
}


def values(placement: Placement, levels: Iterable[Level]) -> tuple[Fraction, ...]:
    """The value of each level for a finished placement."""
    return tuple(objective_of(level.objective).value(placement, level) for level in levels)


def objective_of(key: ObjectiveKey) -> Objective:
    """The objective that a question names."""
    return UnservedAmount(key.resource) if isinstance(key, Unserved) else OBJECTIVES[key]
