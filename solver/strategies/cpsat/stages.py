"""The order in which quantities are minimised: the levels, with what the policy for bound pods puts before them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from fractions import Fraction
from typing import TYPE_CHECKING

from solver.model.linear import total
from solver.objectives import objective_of
from solver.objectives.objective import Expression
from solver.objectives.question import BoundPods, Level, ObjectiveName, Question, levels_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from solver.cluster.cluster import Cluster
    from solver.model.model import Model
    from solver.placement import Placement


class Part(Enum):
    """What a stage counts of the pending pods of a single tier."""

    EVICTED = auto()
    UNPLACED = auto()


@dataclass(frozen=True, eq=False)
class Stage:
    """One quantity to minimise before the next: ``expression`` in a model, ``value`` of a placement.

    It serves a ``level``, wholly or in ``part``.
    """

    level: Level
    expression: Callable[[Model], Expression]
    value: Callable[[Placement], Fraction]
    part: Part | None = None

    @property
    def pending_tier(self) -> int | None:
        """The tier whose pods without a node it counts; None where it counts something else."""
        counts = self.level.objective is ObjectiveName.PENDING and self.part is not Part.EVICTED
        return self.level.priority if counts else None

    def __str__(self) -> str:
        """As the level, or the tier's evictions."""
        return f"evictions at priority {self.level.priority:,}" if self.part is Part.EVICTED else str(self.level)

    def counts_in(self, level: Level) -> bool:
        """Whether the level's value includes what this stage counts: a part counts in all levels from its tier down."""
        if self.part is None or self.level.priority is None or level.priority is None:
            return self.level == level
        return level.objective is self.level.objective and self.level.priority >= level.priority


def stages_of(question: Question, cluster: Cluster) -> tuple[Stage, ...]:
    """One stage per level; where bound pods are kept, a tier's evictions come before its pods that find no node.

    A level ``pending >= p`` then counts what the stages of the tiers from the top down to p count together.
    """
    levels = levels_of(question, cluster)
    interleaved = question.bound_pods is BoundPods.KEEP
    stages: list[Stage] = []
    for level in levels:
        if level.objective is ObjectiveName.PENDING and level.priority is not None and interleaved:
            stages += _tier_stages(level, level.priority)
        else:
            stages.append(_level_stage(level))
    return tuple(stages)


def standing(placement: Placement, stages: tuple[Stage, ...]) -> tuple[Fraction, ...]:
    """What decides which of two placements is better: the lexicographically smaller one."""
    return tuple(stage.value(placement) for stage in stages)


def _level_stage(level: Level) -> Stage:
    objective = objective_of(level.objective)
    return Stage(
        level, lambda model: objective.expression(model, level), lambda placement: objective.value(placement, level)
    )


def _tier_stages(level: Level, tier: int) -> Iterator[Stage]:
    """Evicted pods of the tier, then its candidates without a node."""
    yield Stage(
        level,
        lambda model: Expression(total(model.evicted(group) for group in model.groups if group.priority == tier)),
        lambda placement: Fraction(sum(pod.priority == tier for pod in placement.evicted)),
        part=Part.EVICTED,
    )
    yield Stage(
        level,
        lambda model: Expression(total(model.unplaced(group) for group in model.groups if group.priority == tier)),
        lambda placement: Fraction(sum(pod.priority == tier for pod in placement.pending)),
        part=Part.UNPLACED,
    )
