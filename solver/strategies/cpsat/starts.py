"""Where the search starts: the best of what the heuristics and kube-scheduler find."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from solver.objectives.question import BoundPods
from solver.strategies.bind_order import bind_order
from solver.strategies.cpsat.answering import tell_start
from solver.strategies.cpsat.incumbent import Incumbent
from solver.strategies.cpsat.repair import repaired
from solver.strategies.cpsat.stages import standing

if TYPE_CHECKING:
    from solver.placement import Placement
    from solver.result import Answer
    from solver.strategies.cpsat.solving import Solving
    from solver.strategies.cpsat.stages import Stage

_SHARE = 0.15
"""Heuristics may take this part of the time; the first one all of it, as there would be no answer otherwise."""


@dataclass(frozen=True)
class Starts:
    """The ``best`` start that can be carried out with all departures first, and what ``all`` found, if permitted."""

    best: Incumbent
    all: tuple[Placement, ...]


def begin(solving: Solving) -> tuple[Placement, ...]:
    """Go on from the best of the starts; what all of them found, where the policy permits it."""
    starts = best_start(solving)
    solving.begin_with(starts.best)
    return starts.all


def best_start(solving: Solving) -> Starts:
    """What the starts find; the input's own placement is the best where none finds a better one.

    Each one that is better is told of, and the input's own where it stays.
    """
    watch, stages = solving.watch, solving.stages
    nowhere = best = solving.incumbent
    found: list[Placement] = []
    until = watch.remaining * (1 - _SHARE)
    for number, strategy in enumerate(solving.starts):
        if watch.limit is not None or watch.remaining < until:
            break
        seconds = watch.remaining - until if number else watch.remaining
        answer = strategy.solve(solving.cluster, solving.question, solving.options, watch.part(seconds))
        if not permitted(answer.placement, solving.question.bound_pods):
            continue
        found.append(answer.placement)
        if standing(answer.placement, stages) < standing(best.placement, stages):
            before, best = best, _better(best, _departures_first(answer, solving), stages)
            if best is not before:
                tell_start(watch, solving.levels, best)
    if best is nowhere:
        tell_start(watch, solving.levels, best)
    return Starts(best, tuple(found))


def _better(best: Incumbent, other: Incumbent | None, stages: tuple[Stage, ...]) -> Incumbent:
    if other is None or standing(other.placement, stages) >= standing(best.placement, stages):
        return best
    return other


def _departures_first(answer: Answer, solving: Solving) -> Incumbent | None:
    """The answer with all departures first; where a bind leaned on a pod that left later, another placement."""
    if not answer.placement.evicted:
        return Incumbent(answer.placement, answer.steps, answer.messages)
    steps = bind_order(answer.placement, stop=solving.watch.over).steps
    if steps is not None:
        return Incumbent(answer.placement, steps, answer.messages)
    return repaired(answer.placement, answer.steps, solving.cluster)


def permitted(placement: Placement, policy: BoundPods) -> bool:
    """Whether the policy for bound pods allows what has become of them.

    kube-scheduler preempts static pods as it does others. Their kubelet would go on running them, so a placement that
    counts on their room is none of a plan's.
    """
    if any(policy is BoundPods.FIXED or pod.spec.static for pod in placement.evicted):
        return False
    return not placement.moved or policy in (BoundPods.MOVABLE, BoundPods.EVICTABLE)
