"""What is asked of a cluster: which quantities to minimise, in which order, and what may happen to bound pods."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from solver.cluster.cluster import Cluster


class BoundPods(StrEnum):
    """What may happen to the pods that have a node in the input.

    ``keep``: never moved, evicted only as preemption does; ``fixed``: nobody leaves; ``movable``: may be rebound
    elsewhere; ``evictable``: movable, and may end up without a node where that serves a higher level.
    """

    KEEP = "keep"
    FIXED = "fixed"
    MOVABLE = "movable"
    EVICTABLE = "evictable"


class ObjectiveName(StrEnum):
    """The objectives by the names that scenario files use."""

    PENDING = "pending"
    DISRUPTION = "disruption"
    COST = "cost"
    PREFERENCES = "preferences"


@dataclass(frozen=True, slots=True)
class Unserved:
    """What pods without a node request of a resource; beside ``pending``, for those to whom a pod is not a pod."""

    resource: str

    def __str__(self) -> str:
        """As tables name it."""
        return f"unserved {self.resource}"


ObjectiveKey = ObjectiveName | Unserved
"""What identifies an objective."""


@dataclass(frozen=True, slots=True)
class PerPriorityTier:
    """Objectives taken tier by tier from the top: all of them for pods of at least the first priority, and so on."""

    objectives: tuple[ObjectiveKey, ...]


DEFAULT_OBJECTIVES: tuple[ObjectiveKey | PerPriorityTier, ...] = tuple(ObjectiveName)


@dataclass(frozen=True, slots=True)
class Question:
    """Objectives in lexicographic order, and the policy for bound pods."""

    objectives: tuple[ObjectiveKey | PerPriorityTier, ...] = DEFAULT_OBJECTIVES
    bound_pods: BoundPods = BoundPods.KEEP

    def asks_for(self, objective: ObjectiveKey) -> bool:
        """Whether it is among the objectives, by itself or tier by tier."""
        return any(
            objective in (each.objectives if isinstance(each, PerPriorityTier) else (each,)) for each in self.objectives
        )


@dataclass(frozen=True, slots=True)
class Level:
    """One quantity in its lexicographic place; ``priority``: of pods of at least this priority (None: of all)."""

    objective: ObjectiveKey
    priority: int | None = None

    def __str__(self) -> str:
        """As tables name it: ``cost``; ``pending, priority ≥ 1,000``."""
        return str(self.objective) if self.priority is None else f"{self.objective}, priority ≥ {self.priority:,}"


def levels_of(question: Question, cluster: Cluster) -> tuple[Level, ...]:
    """The levels of a question on a cluster: ``pending`` and unserved requests alone are one per tier from the top."""
    levels: list[Level] = []
    for objective in question.objectives:
        if isinstance(objective, PerPriorityTier):
            levels += [Level(name, tier) for tier in cluster.tiers for name in objective.objectives]
        elif objective is ObjectiveName.PENDING or isinstance(objective, Unserved):
            levels += [Level(objective, tier) for tier in cluster.tiers]
        else:
            levels.append(Level(objective))
    return tuple(levels)
