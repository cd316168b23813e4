"""Preferences: soft rules that are not met, in their own units."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from solver.model.linear import total
from solver.objectives.objective import Expression
from solver.rules import RULES

if TYPE_CHECKING:
    from solver.model.model import Model
    from solver.objectives.question import Level
    from solver.placement import Placement


class Preferences:
    """The sum of every rule's penalty; pods without a node have none, and there are no tiers."""

    def expression(self, model: Model, level: Level) -> Expression:
        """What each rule states."""
        return Expression(total(rule.penalty_in(model) for rule in RULES))

    def value(self, placement: Placement, level: Level) -> Fraction:
        """What each rule counts."""
        return Fraction(sum(rule.penalty(placement) for rule in RULES))
