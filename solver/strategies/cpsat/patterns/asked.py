"""Which questions patterns are for, and what they count; light enough to ask before anything is imported."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from solver.objectives.question import BoundPods, ObjectiveName

if TYPE_CHECKING:
    from solver.objectives.question import Question
    from solver.strategies.cpsat.groundwork import Groundwork
    from solver.strategies.cpsat.stages import Stage

_POLICIES = (BoundPods.EVICTABLE, BoundPods.FIXED)
"""Where a bound pod leaves without a preemptor's leave, or not at all; preemption ties nodes to one another."""
_FEW_PODS, _MANY_NODES = 16, 256
"""Patterns are for nodes that hold few pods each, on average at most so many; and for clusters up to this size."""
_EVERY = -(2**63)
"""The tier of a level that is about all pods."""


class Quantity(NamedTuple):
    """What a stage counts: pending pods or disruption, of pods of at least the tier's priority."""

    objective: ObjectiveName
    tier: int

    @property
    def moves(self) -> bool:
        """Whether it is disruption."""
        return self.objective is ObjectiveName.DISRUPTION


def quantity_of(stage: Stage) -> Quantity | None:
    """What the stage counts, where patterns can count it."""
    if stage.part is not None or stage.level.objective not in (ObjectiveName.PENDING, ObjectiveName.DISRUPTION):
        return None
    return Quantity(stage.level.objective, _EVERY if stage.level.priority is None else stage.level.priority)


def suits(work: Groundwork, question: Question) -> bool:
    """Whether nodes hold few pods, nothing may be opened, and what may happen to bound pods is a matter of one node."""
    cluster = work.ground.cluster
    if question.bound_pods not in _POLICIES or work.ground.candidates or not cluster.nodes:
        return False
    pods = sum(map(len, work.ground.groups))
    return len(cluster.nodes) <= _MANY_NODES and pods <= _FEW_PODS * len(cluster.nodes)
