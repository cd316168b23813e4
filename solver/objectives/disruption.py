"""Disruption: what bound pods suffer."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from solver.model.linear import total
from solver.objectives.objective import Expression, concerns

if TYPE_CHECKING:
    from solver.model.model import Model
    from solver.objectives.question import Level
    from solver.placement import Placement

EVICTED = 1
MOVED = 2


class Disruption:
    """A bound pod that stays counts 0, an evicted one 1, a moved one 2: it is evicted, and must find another node."""

    def expression(self, model: Model, level: Level) -> Expression:
        """Evicted and moved pods of each group, weighted."""
        groups = [group for group in model.groups if group.bound and concerns(group.priority, level)]
        return Expression(total(model.evicted(group) * EVICTED + model.moved(group) * MOVED for group in groups))

    def value(self, placement: Placement, level: Level) -> Fraction:
        """The points of all bound pods."""
        evicted = sum(concerns(pod.priority, level) for pod in placement.evicted)
        moved = sum(concerns(pod.priority, level) for pod in placement.moved)
        return Fraction(evicted * EVICTED + moved * MOVED)
