"""Failures of single nodes on one cluster, judged one after the other without counting all of it anew for each.

The same two readings as of any answer: the pods of the failed node are bound step by step through kube-scheduler's
filters, in counts that are followed and taken back; and the nodes that got some are recounted from nothing.

The failed node stays in sight, empty and taking nobody. Of all filters spreading alone looks at nodes without pods:
for it there may be one empty domain more than there is, so the least count may be 0 where it is more. That only makes
it stricter, so what passes here passes on the nodes that are left.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from solver.placement import Placement
from solver.verify.recount import recount
from solver.verify.replay import Replay
from solver.verify.violation import Violation

if TYPE_CHECKING:
    from collections.abc import Mapping

    from solver.cluster.cluster import Cluster
    from solver.cluster.node import Node
    from solver.cluster.pod import Pod


class Rehearsal:
    """A cluster whose pods are all bound in the input, and none shares a GPU.

    A claim that waits for its pod is bound with it, and that is not taken back: after a failure of pods with claims,
    another one is to be judged by another rehearsal.
    """

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._state = Replay(cluster, cluster.bound)
        self._on: dict[Node, dict[Pod, None]] = {node: {} for node in cluster.nodes}
        for pod, node in self._state.node_of.items():
            self._on[node][pod] = None

    def violations(self, failed: Node, goes_to: Mapping[Pod, Node]) -> tuple[Violation, ...]:
        """What is wrong with binding its pods, in this order, once the node is gone; afterwards all is as before.

        Whoever may move has to be bound, DaemonSet pods and static ones vanish.
        """
        lost = tuple(self._on[failed])
        found = [
            Violation("Steps", f"{pod.key} is not bound to a node that is left.", pod)
            for pod in lost
            if pod.movable and (pod not in goes_to or goes_to[pod] is failed)
        ]
        found += [Violation("Steps", f"{pod.key} was not lost.", pod) for pod in goes_to if pod not in self._on[failed]]
        if found:
            return tuple(found)
        for pod in lost:
            self._state.evict(pod)
        for pod, node in goes_to.items():
            found += self._bind(pod, node)
        for pod in goes_to:
            self._state.evict(pod)
        for pod in lost:
            self._state.bind(pod, failed)
        return (*found, *recount(self._received(goes_to)))

    def _bind(self, pod: Pod, node: Node) -> list[Violation]:
        objection = self._state.objection(pod, node)
        self._state.bind(pod, node)
        return [] if objection is None else [Violation(objection[0], f"{pod.key} on {node.name}: {objection[1]}.", pod)]

    def _received(self, goes_to: Mapping[Pod, Node]) -> Placement:
        """The nodes that got pods, by themselves, with everybody on them at the end."""
        nodes = tuple(dict.fromkeys(goes_to.values()))
        there = {pod: node for node in nodes for pod in self._on[node]}
        new = {replace(pod, node=None): node for pod, node in goes_to.items()}
        cluster = replace(self._cluster, nodes=nodes, pods=(*there, *new))
        return Placement(cluster, there | new)
