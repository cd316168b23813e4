"""Where the search starts: the best of what the heuristics and kube-scheduler find."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from solver.objectives.question import BoundPods
from solver.placement import initial
from solver.strategies.bind_order import bind_order
from solver.strategies.cpsat.search import Incumbent
from solver.strategies.cpsat.stages import standing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from solver.cluster.cluster import Cluster
    from solver.objectives.question import Question
    from solver.placement import Placement, Step
    from solver.result import Answer
    from solver.strategies.cpsat.stages import Stage
    from solver.strategies.strategy import Options, Strategy, Watch

_SHARE = 0.25
"""Heuristics are tried as long as no more than this part of the time is spent."""


@dataclass(frozen=True)
class Starts:
    """The ``best`` start, and the placements of ``all`` that the policy permits."""

    best: Incumbent
    all: tuple[Placement, ...]


def best_start(
    starts: Sequence[Strategy],
    cluster: Cluster,
    question: Question,
    options: Options,
    watch: Watch,
    stages: tuple[Stage, ...],
) -> Starts:
    """What ``starts`` find; the input's own placement is the best where none finds a better one."""
    best = Incumbent(initial(cluster), ())
    found: list[Placement] = []
    until = watch.remaining * (1 - _SHARE)
    for strategy in starts:
        if watch.limit is not None or watch.remaining < until:
            break
        answer = strategy.solve(cluster, question, options, replace(watch, listener=None, told=[]))
        if not permitted(answer.placement, question.bound_pods):
            continue
        found.append(answer.placement)
        if standing(answer.placement, stages) < standing(best.placement, stages):
            best = Incumbent(answer.placement, _steps(answer), answer.messages)
    return Starts(best, tuple(found))


def _steps(answer: Answer) -> tuple[Step, ...]:
    """With all departures first; as they were taken where a bind leaned on a pod that left later."""
    departures_first = bind_order(answer.placement).steps if answer.placement.evicted else None
    return departures_first or answer.steps


def permitted(placement: Placement, policy: BoundPods) -> bool:
    """Whether the policy for bound pods allows what has become of them."""
    if policy is BoundPods.FIXED and placement.evicted:
        return False
    return not placement.moved or policy in (BoundPods.MOVABLE, BoundPods.EVICTABLE)
