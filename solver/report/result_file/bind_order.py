"""The order in which the newly bound pods can be bound once all moved and evicted pods have left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.placement import Bind, Evict
from solver.verify.replay import Replay

if TYPE_CHECKING:
    from collections.abc import Sequence

    from solver.cluster.pod import Pod
    from solver.placement import Placement, Step


def bind_order(placement: Placement, steps: Sequence[Step]) -> tuple[Pod, ...]:
    """Every newly bound pod once.

    The steps' own order, wherever all that leaves leaves first in them. Where evictions come in between, a bind may
    have leaned on a pod that left later; then those binds that cannot be made yet wait for the others.
    """
    new = set(placement.newly_bound)
    binds = dict.fromkeys(step.pod for step in reversed(steps) if isinstance(step, Bind) and step.pod in new)
    order = tuple(reversed(binds))
    return _possible(placement, order) if _interleaved(steps) else order


def _interleaved(steps: Sequence[Step]) -> bool:
    bound_before = False
    for step in steps:
        if isinstance(step, Evict) and bound_before:
            return True
        bound_before = bound_before or isinstance(step, Bind)
    return False


def _possible(placement: Placement, order: Sequence[Pod]) -> tuple[Pod, ...]:
    """Pass over those that are left again and again; whoever never fits comes last, in the order of the steps."""
    state = Replay(placement.cluster, order)
    for pod in (*placement.evicted, *placement.moved):
        state.evict(pod)
    done: list[Pod] = []
    waiting = list(order)
    while waiting:
        left = []
        for pod in waiting:
            node = placement.node_of[pod]
            if state.objection(pod, node) is None:
                state.bind(pod, node)
                done.append(pod)
            else:
                left.append(pod)
        if len(left) == len(waiting):
            break
        waiting = left
    return (*done, *waiting)
