"""A start that bound pods before others left, made one that can be carried out when all that leaves leaves first.

kube-scheduler evicts in between: a pod may have been bound next to one that was preempted later. Such a pod is bound
elsewhere or not at all, and whoever need not leave any more stays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from solver.cluster.state import ClusterState
from solver.placement import Bind, Placement, plan
from solver.rules.gpu_sharing.assign import with_devices
from solver.strategies.cpsat.incumbent import Incumbent
from solver.strategies.feasibility import Feasibility

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from solver.cluster.cluster import Cluster
    from solver.cluster.node import Node
    from solver.cluster.pod import Pod
    from solver.placement import Step


def repaired(placement: Placement, steps: Sequence[Step], cluster: Cluster) -> Incumbent | None:
    """The same binds in the same order as far as that goes; None where a node opened for them would be left empty.

    ``cluster`` is the input, without opened nodes.
    """
    arriving = set(placement.newly_bound)
    binds = {step.pod: step.node for step in steps if isinstance(step, Bind) and step.pod in arriving}
    evicted = set(placement.evicted)
    while True:
        bound = _bound_again(placement.cluster, binds, evicted)
        idle = {pod for pod in evicted if not _makes_room(pod, bound)}
        if not idle:
            break
        evicted -= idle
    staying = (pod for pod in placement.cluster.bound if pod not in evicted)
    node_of = {pod: placement.cluster.node_named[pod.node] for pod in staying if pod.node is not None}
    together = Placement(placement.cluster, node_of | bound)
    found = with_devices(together) or together
    opened = set(placement.cluster.nodes).difference(cluster.nodes)
    return Incumbent(found, plan(found, bound)) if opened.issubset(found.used) else None


def _bound_again(cluster: Cluster, binds: dict[Pod, Node], evicted: Iterable[Pod]) -> dict[Pod, Node]:
    """In two passes: who finds its node closed to it at its turn takes, at the end, any that is open."""
    gone = set(evicted)
    state = ClusterState(cluster, (pod for pod in cluster.bound if pod not in gone))
    feasible = Feasibility(state)
    bound: dict[Pod, Node] = {}
    for pod, node in binds.items():
        if feasible.allows(pod.spec, state.place[node.name]):
            feasible.bind(pod, state.place[node.name])
            bound[pod] = node
    for pod in (pod for pod in binds if pod not in bound):
        places = np.flatnonzero(feasible.nodes(pod.spec)).tolist()
        if places:
            feasible.bind(pod, places[0])
            bound[pod] = state.nodes[places[0]]
    return bound


def _makes_room(victim: Pod, bound: dict[Pod, Node]) -> bool:
    """Whether a pod that could have preempted it has come to its node."""
    arrived = (pod for pod, node in bound.items() if node.name == victim.node)
    return any(pod.spec.preempts and pod.priority > victim.priority for pod in arrived)
