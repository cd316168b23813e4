"""Which scheduling rules the pods and nodes of a scenario bring into play."""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.cluster.resources import CPU, MEMORY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from solver.cluster.cluster import Cluster
    from solver.cluster.pod import PodSpec


def rules_of(spec: PodSpec) -> tuple[str, ...]:
    """The rules that a pod's own spec brings into play, in words, in kube-scheduler's order of filters."""
    return tuple(_rules_of(spec))


def _rules_of(spec: PodSpec) -> Iterator[str]:
    if spec.tolerations and not (spec.daemon or spec.static):
        yield "tolerations"
    if spec.node_selector or spec.node_affinity.required is not None:
        yield "required node affinity"
    if spec.node_affinity.preferred:
        yield "preferred node affinity"
    if spec.host_ports:
        yield "host ports"
    for resource in spec.requests:
        if resource not in (CPU, MEMORY) and spec.requests[resource]:
            yield f"requests {resource}"
    if spec.gpu_milli:
        yield "shares a GPU"
    if spec.gpu_models:
        yield "required GPU model"
    if spec.claims or spec.disks or spec.inline_volumes:
        yield "volumes"
    for hard, name in ((True, "DoNotSchedule"), (False, "ScheduleAnyway")):
        if any(constraint.hard is hard for constraint in spec.spread):
            yield f"topology spread ({name})"
    for terms, name in ((spec.affinity, "pod affinity"), (spec.anti_affinity, "pod anti-affinity")):
        if terms.required:
            yield f"required {name}"
        if terms.preferred:
            yield f"preferred {name}"
    if spec.gates:
        yield "scheduling gates"
    if not spec.preempts:
        yield "preempts nobody"
    yield from (f"not modelled: {name}" for name in spec.unmodelled)


def rules_in_play(cluster: Cluster) -> list[dict[str, object]]:
    """Each rule with the number of pods, or nodes, that bring it in."""
    counts: dict[str, int] = {}
    for pod in cluster.pods:
        for rule in rules_of(pod.spec):
            counts[rule] = counts.get(rule, 0) + 1
    found: list[dict[str, object]] = [{"rule": rule, "pods": number} for rule, number in sorted(counts.items())]
    for rule, number in _of_nodes(cluster):
        if number:
            found.append({"rule": rule, "nodes": number})
    if cluster.budgets:
        found.append({"rule": "disruption budgets", "budgets": len(cluster.budgets)})
    return found


def _of_nodes(cluster: Cluster) -> Iterator[tuple[str, int]]:
    nodes = cluster.nodes
    yield "taints", sum(any(taint.hard for taint in node.taints) for node in nodes)
    yield "taints (PreferNoSchedule)", sum(any(not taint.hard for taint in node.taints) for node in nodes)
    yield "cordoned", sum(node.unschedulable for node in nodes)
