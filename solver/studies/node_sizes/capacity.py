"""What a node has for the pods of workloads, and what these ask for in all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.cluster.resources import PODS, total
from solver.cluster.workloads import daemon_pods

if TYPE_CHECKING:
    from solver.cluster.cluster import Cluster
    from solver.cluster.node import Node


def for_workloads(node: Node, workloads: Cluster) -> dict[str, int]:
    """Allocatable less the DaemonSet pods that come with the node; never below 0."""
    taken = of_daemons(node, workloads)
    return {name: max(amount - taken.get(name, 0), 0) for name, amount in node.allocatable.items()}


def of_daemons(node: Node, workloads: Cluster) -> dict[str, int]:
    """The requests of the DaemonSet pods that come with a node, their number among them."""
    pods = daemon_pods(workloads.daemon_sets, node)
    return total(pod.spec.requests for pod in pods) | {PODS: len(pods)}


def demand(workloads: Cluster) -> dict[str, int]:
    """All requests of the pods that are to be placed, their number among them."""
    return total(pod.spec.requests for pod in workloads.pending) | {PODS: len(workloads.pending)}


def resources_of(workloads: Cluster) -> tuple[str, ...]:
    """The resources that some pod asks for."""
    specs = dict.fromkeys(pod.spec for pod in workloads.pending)
    specs |= dict.fromkeys(daemon_set.spec for daemon_set in workloads.daemon_sets)
    names = {name for spec in specs for name, amount in spec.requests.items() if amount}
    return (PODS, *sorted(names - {PODS}))
