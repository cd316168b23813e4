"""A placement: which node every pod is on, or none; and the steps that lead there."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from solver.cluster.workloads import daemon_pods

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from solver.cluster.cluster import Cluster
    from solver.cluster.node import Node
    from solver.cluster.pod import Pod


@dataclass(frozen=True, slots=True)
class Evict:
    """The pod leaves its node: preempted, drained, or on its way to another one."""

    pod: Pod


@dataclass(frozen=True, slots=True)
class Bind:
    """The pod, without a node until now, is bound to this one."""

    pod: Pod
    node: Node


Step = Evict | Bind


def widened(cluster: Cluster, opened: Iterable[Node]) -> Cluster:
    """The cluster with further nodes of its pools in it, and their DaemonSet pods pending.

    Opened nodes are there from the start: every strategy, and the verification, sees the same nodes at every step.
    """
    nodes = tuple(opened)
    if not nodes:
        return cluster
    arriving = tuple(pod for node in nodes for pod in daemon_pods(cluster.daemon_sets, node))
    return replace(cluster, nodes=cluster.nodes + nodes, pods=cluster.pods + arriving)


@dataclass(frozen=True)
class Placement:
    """A complete answer for one cluster.

    ``cluster`` has the opened nodes in it (see `widened`). ``node_of`` holds the pods that have a node at the end;
    whoever is not in it is pending, or evicted where it was bound. Pods of ``cluster.stray`` are no part of it.
    ``assigned`` keeps, by rule, what a node alone does not say: the numbers of the GPU devices that a pod has.
    """

    cluster: Cluster
    node_of: Mapping[Pod, Node]
    assigned: Mapping[str, Mapping[Pod, tuple[int, ...]]] = field(default_factory=dict)

    @cached_property
    def pods_on(self) -> dict[Node, list[Pod]]:
        """The pods of each node of the cluster, in the order of ``cluster.pods``; empty nodes included."""
        pods: dict[Node, list[Pod]] = {node: [] for node in self.cluster.nodes}
        for pod in self.cluster.pods:
            node = self.node_of.get(pod)
            if node is not None:
                pods[node].append(pod)
        return pods

    @cached_property
    def pending(self) -> tuple[Pod, ...]:
        """Candidates without a node, evicted ones not among them."""
        return tuple(pod for pod in self.cluster.pending if pod not in self.node_of)

    @cached_property
    def evicted(self) -> tuple[Pod, ...]:
        """Pods that had a node in the input and have none now."""
        return tuple(pod for pod in self.cluster.bound if pod not in self.node_of)

    @cached_property
    def moved(self) -> tuple[Pod, ...]:
        """Pods that had a node in the input and are on another one now."""
        return tuple(pod for pod in self.cluster.bound if pod in self.node_of and self.node_of[pod].name != pod.node)

    @cached_property
    def newly_bound(self) -> tuple[Pod, ...]:
        """Pods that are bound in the course of the plan: pending ones that found a node, and moved ones."""
        placed = tuple(pod for pod in self.cluster.pending if pod in self.node_of)
        return placed + self.moved

    @cached_property
    def used(self) -> tuple[Node, ...]:
        """Nodes that hold a pod of a workload: neither a DaemonSet's nor a static one. These are what is paid for."""
        return tuple(node for node, pods in self.pods_on.items() if any(pod.movable for pod in pods))


def initial(cluster: Cluster) -> Placement:
    """The placement that the input describes: bound pods on their nodes, everything else pending."""
    return Placement(cluster, {pod: cluster.node_named[pod.node] for pod in cluster.bound if pod.node is not None})


def plan(placement: Placement, bind_order: Iterable[Pod]) -> tuple[Step, ...]:
    """The steps from the input to the placement when all that leaves leaves first."""
    leaving = (*placement.evicted, *placement.moved)
    return (*(Evict(pod) for pod in leaving), *(Bind(pod, placement.node_of[pod]) for pod in bind_order))
