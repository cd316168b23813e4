"""A start for clusters with many rules: one pod after the other, on the nodes that the scarcest resource asks for.

Heuristics that look at one pod at a time open whatever node comes first. Here the nodes are chosen before, by what all
pods need together of the resource that costs most; then the largest pods go first, or those that keep away from others,
each to the node that it leaves with the least of that resource. Who fits on none of them goes to any other node.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from solver.cluster.resources import PODS
from solver.cluster.state import ClusterState
from solver.objectives.cost import prices_of
from solver.placement import Bind, Placement
from solver.rules.gpu_sharing.assign import assigned_devices
from solver.strategies.cpsat.incumbent import Incumbent
from solver.strategies.feasibility import Feasibility

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from solver.cluster.node import Node
    from solver.cluster.pod import Pod
    from solver.strategies.cpsat.groundwork import Groundwork
    from solver.strategies.cpsat.packing.projection import Scarce


def one_by_one(
    work: Groundwork, scarce: Scarce, far: Callable[[], bool], stop: Callable[[], bool]
) -> Iterator[Incumbent]:
    """The chosen nodes filled in one order and another, while what is known is ``far`` from the bound.

    Nearer to it, a start of this kind would hardly be better.
    """
    if work.ground.candidates:
        return
    for order in _ORDERS:
        found = _filled(work, scarce, order(work.cluster.pending, scarce.resource), stop) if far() else None
        if found is not None:
            yield found


def _filled(work: Groundwork, scarce: Scarce, order: Sequence[Pod], stop: Callable[[], bool]) -> Incumbent | None:
    """All pods, one after the other; None: one found no node, or time was up."""
    state = ClusterState(work.cluster)
    feasible = Feasibility(state)
    liking = _liking(state, scarce.nodes, work)
    row = None if scarce.resource == PODS else state.row(scarce.resource)
    node_of: dict[Pod, Node] = {pod: work.cluster.node_named[pod.node] for pod in work.cluster.bound if pod.node}
    binds: list[Bind] = []
    for pod in order:
        places = np.flatnonzero(feasible.nodes(pod.spec))
        if stop() or not len(places):
            return None
        left = state.pods_allowed - state.pod_count if row is None else state.allocatable[row] - state.requested[row]
        liked = places[liking[places] == liking[places].min()]
        chosen = int(liked[left[liked].argmin()])
        feasible.bind(pod, chosen)
        liking[chosen] = min(liking[chosen], 0.0)
        node_of[pod] = state.nodes[chosen]
        binds.append(Bind(pod, state.nodes[chosen]))
    return Incumbent(Placement(work.cluster, node_of, assigned_devices(state)), tuple(binds))


def _liking(state: ClusterState, chosen: Sequence[Node], work: Groundwork) -> NDArray[np.float64]:
    """0 for chosen nodes and those in use, for others what they cost; the least is liked best."""
    prices = prices_of(work.cluster)
    liked = {*chosen, *(work.cluster.node_named[pod.node] for pod in work.cluster.bound if pod.node and pod.movable)}
    return np.array([0.0 if node in liked else float(prices[node]) for node in state.nodes])


def _largest_first(pods: Sequence[Pod], resource: str) -> list[Pod]:
    """By the resource, and of equal ones those first that keep away from others."""
    return sorted(pods, key=lambda pod: (-pod.spec.requests.get(resource, 0), not pod.spec.anti_affinity.required))


def _lonely_first(pods: Sequence[Pod], resource: str) -> list[Pod]:
    """Those that keep away from others, then by the resource."""
    return sorted(pods, key=lambda pod: (not pod.spec.anti_affinity.required, -pod.spec.requests.get(resource, 0)))


_ORDERS = (_largest_first, _lonely_first)
