"""What may happen to bound pods: the policy of the question, held against the finished placement."""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.objectives.question import BoundPods
from solver.verify.violation import Violation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from solver.cluster.pod import Pod
    from solver.placement import Placement

RULE = "BoundPods"
_MAY_MOVE = (BoundPods.MOVABLE, BoundPods.EVICTABLE)


def bound_pods(placement: Placement, policy: BoundPods) -> Iterator[Violation]:
    """``keep`` and ``fixed`` move nobody, ``fixed`` evicts nobody, and DaemonSet and static pods move under no policy.

    Under ``keep`` and ``movable`` a pod loses its place only as preemption takes it: some pod newly bound has a higher
    priority and may preempt. Which node that pod is on is not asked: an eviction elsewhere may have made its place
    (spread, affinity).
    """
    for pod in placement.moved:
        if policy not in _MAY_MOVE:
            yield Violation(RULE, f"{pod.key} was moved to another node, which {policy} does not allow.", pod)
        elif not pod.movable:
            yield Violation(RULE, f"{pod.key} belongs to its node and was moved to another one.", pod)
    if policy is not BoundPods.EVICTABLE:
        yield from _evictions(placement, policy)


def _evictions(placement: Placement, policy: BoundPods) -> Iterator[Violation]:
    highest = _highest_preemptor(placement)
    for pod in placement.evicted:
        if policy is BoundPods.FIXED:
            yield Violation(RULE, f"{pod.key} was evicted, which {policy} does not allow.", pod)
        elif highest is None or pod.priority >= highest.priority:
            yield Violation(RULE, f"{pod.key} was evicted, and no pod of higher priority was bound instead.", pod)


def _highest_preemptor(placement: Placement) -> Pod | None:
    """The newly bound pod of highest priority that may preempt."""
    preemptors = (pod for pod in placement.newly_bound if pod.spec.preempts)
    return max(preemptors, key=lambda pod: pod.priority, default=None)
