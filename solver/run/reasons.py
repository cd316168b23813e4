"""Why pods are pending in a finished placement, in kube-scheduler's own words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.cluster.state import ClusterState
from solver.rules.gpu_sharing.assign import named_devices
from solver.strategies.kube_scheduler.cycle import Cycle
from solver.strategies.kube_scheduler.nominations import Nominations
from solver.strategies.kube_scheduler.scheduler import Scheduler

if TYPE_CHECKING:
    from solver.cluster.pod import Pod, PodSpec
    from solver.placement import Placement


def reasons(placement: Placement) -> dict[Pod, str]:
    """What kube-scheduler would say of each pending pod on the cluster as it is at the end.

    Equal pods get equal reasons, found once. A pod that a node would take at the end has none.
    """
    scheduler = Scheduler(placement.cluster)
    scheduler.state = _final(placement)
    said: dict[PodSpec, str | None] = {}
    for pod in placement.pending:
        if pod.spec not in said:
            said[pod.spec] = _said(scheduler, pod)
    return {pod: text for pod in placement.pending if (text := said[pod.spec]) is not None}


def _final(placement: Placement) -> ClusterState:
    state = ClusterState(placement.cluster, (), named_devices(placement))
    for pod, node in placement.node_of.items():
        state.bind(pod, state.place[node.name])
    return state


def _said(scheduler: Scheduler, pod: Pod) -> str | None:
    cycle = Cycle(pod, 1, scheduler.state, scheduler.standing(pod), Nominations.of((), scheduler.state))
    return cycle.message() if cycle.favourite() is None else None
