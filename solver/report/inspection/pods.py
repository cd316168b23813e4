"""Workloads and priorities as understood."""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.compare.pods import priorities
from solver.report.inspection.rules import rules_of
from solver.report.result_file.write import quantities

if TYPE_CHECKING:
    from collections.abc import Sequence

    from solver.cluster.cluster import Cluster
    from solver.cluster.pod import Pod, PodSpec

ALONE = "pods without a workload"


def workload_facts(cluster: Cluster) -> list[dict[str, object]]:
    """One entry per workload, in the order of the input; pods of their own are together, by namespace.

    DaemonSets come last that have no pod yet, and will have one on each node that is opened for others.
    """
    pods_of: dict[str, list[Pod]] = {}
    for pod in cluster.pods:
        pods_of.setdefault(pod.workload or f"{ALONE}, {pod.namespace}", []).append(pod)
    arriving = _arriving(cluster)
    known = [
        _workload(name, pods, list(dict.fromkeys(pod.spec for pod in pods)), name in arriving)
        for name, pods in pods_of.items()
    ]
    return known + [_workload(name, (), [spec], True) for name, spec in arriving.items() if name not in pods_of]


def _arriving(cluster: Cluster) -> dict[str, PodSpec]:
    """The DaemonSets that a node opened later could bring pods of."""
    if not any(pool.openable for pool in cluster.pools):
        return {}
    return {
        f"DaemonSet {daemon_set.spec.namespace}/{daemon_set.name}": daemon_set.spec
        for daemon_set in cluster.daemon_sets
    }


def _workload(name: str, pods: Sequence[Pod], specs: Sequence[PodSpec], on_opened_nodes: bool) -> dict[str, object]:
    bound = sum(pod.node is not None for pod in pods)
    held_back = sum(pod.node is None and not pod.schedulable for pod in pods)
    return {
        "workload": name,
        "pods": len(pods),
        "bound": bound,
        "pending": len(pods) - bound - held_back,
        "held_back": held_back,
        "on_opened_nodes": on_opened_nodes,
        "requests": [quantities(requests) for requests in _distinct([dict(spec.requests) for spec in specs])],
        "priorities": sorted({spec.priority for spec in specs}, reverse=True),
        "rules": list(dict.fromkeys(rule for spec in specs for rule in rules_of(spec))),
    }


def _distinct(requests: Sequence[dict[str, int]]) -> list[dict[str, int]]:
    """Pods of one workload may differ in what makes no difference here."""
    return [each for number, each in enumerate(requests) if each not in requests[:number]]


def priority_facts(cluster: Cluster) -> list[dict[str, object]]:
    """The tiers from the top."""
    return [
        {
            "priority": tier,
            "bound": sum(pod.priority == tier for pod in cluster.bound),
            "pending": sum(pod.priority == tier for pod in cluster.pending),
        }
        for tier in priorities(cluster)
    ]
