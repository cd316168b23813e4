"""Where the search starts: the best of what the heuristics and kube-scheduler find."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from solver.objectives.question import BoundPods
from solver.placement import initial
from solver.strategies.cpsat.search import Incumbent
from solver.strategies.cpsat.stages import standing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from solver.cluster.cluster import Cluster
    from solver.objectives.question import Question
    from solver.placement import Placement
    from solver.strategies.cpsat.stages import Stage
    from solver.strategies.strategy import Options, Strategy, Watch

_SHARE = 0.25
"""Heuristics are tried as long as no more than this part of the time is spent."""


def best_start(
    starts: Sequence[Strategy],
    cluster: Cluster,
    question: Question,
    options: Options,
    watch: Watch,
    stages: tuple[Stage, ...],
) -> Incumbent:
    """The best placement of ``starts`` that the policy permits; the input's own where none finds a better one."""
    best = Incumbent(initial(cluster), ())
    until = watch.remaining * (1 - _SHARE)
    for strategy in starts:
        if watch.limit is not None or watch.remaining < until:
            break
        answer = strategy.solve(cluster, question, options, replace(watch, listener=None, told=[]))
        better = standing(answer.placement, stages) < standing(best.placement, stages)
        if better and permitted(answer.placement, question.bound_pods):
            best = Incumbent(answer.placement, answer.steps, answer.messages)
    return best


def permitted(placement: Placement, policy: BoundPods) -> bool:
    """Whether the policy for bound pods allows what has become of them."""
    if policy is BoundPods.FIXED and placement.evicted:
        return False
    return not placement.moved or policy in (BoundPods.MOVABLE, BoundPods.EVICTABLE)
