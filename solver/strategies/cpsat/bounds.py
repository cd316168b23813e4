"""Bounds that need no search: what no placement can beat, by counting alone."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from solver.cluster.cluster import Cluster
    from solver.objectives.question import Question
    from solver.placement import Placement
    from solver.strategies.cpsat.stages import Stage


def own_bounds(
    stages: tuple[Stage, ...], cluster: Cluster, question: Question, incumbent: Placement
) -> tuple[Fraction, ...]:
    """A valid bound for each stage; nothing is ever below 0."""
    return tuple(Fraction(0) for _ in stages)
