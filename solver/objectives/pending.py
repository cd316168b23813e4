"""Pending: pods left without a node."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from solver.model.linear import total
from solver.objectives.objective import Expression, concerns

if TYPE_CHECKING:
    from solver.model.model import Model
    from solver.objectives.question import Level
    from solver.placement import Placement


class Pending:
    """Candidates without a node and evicted pods, of at least the level's priority; daemons of opened nodes count."""

    def expression(self, model: Model, level: Level) -> Expression:
        """The sum of what every group leaves unplaced or evicts."""
        groups = [group for group in model.groups if concerns(group.priority, level)]
        return Expression(total(model.unplaced(group) + model.evicted(group) for group in groups))

    def value(self, placement: Placement, level: Level) -> Fraction:
        """The number of such pods."""
        without = (*placement.pending, *placement.evicted)
        return Fraction(sum(concerns(pod.priority, level) for pod in without))
