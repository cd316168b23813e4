"""Pods that no offered machine can take, however empty: found before anything is solved, all of them at once."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from solver.cluster.resources import PODS
from solver.cluster.taints import first_untolerated
from solver.compare.fragmentation import admits
from solver.scenario.quantities import format_bytes, format_cpu
from solver.studies.node_sizes.capacity import for_workloads

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from solver.cluster.cluster import Cluster
    from solver.cluster.node import Node
    from solver.cluster.pod import Pod, PodSpec
    from solver.studies.node_sizes.offers import Offer


_NAMED = 3
"""Taints that are named of those that keep a pod off."""


def misfits(workloads: Cluster, offers: Sequence[Offer]) -> list[str]:
    """A sentence for each kind of pod that fits nowhere: which, and what lacks."""
    pods: dict[PodSpec, list[Pod]] = {}
    for pod in workloads.pending:
        pods.setdefault(pod.spec, []).append(pod)
    nodes = [template for offer in offers for template in offer.templates]
    room = {node: for_workloads(node, workloads) for node in nodes}
    lacks: dict[str, list[Pod]] = {}
    for spec, some in pods.items():
        lack = _lack(spec, room)
        if lack:
            lacks.setdefault(lack, []).extend(some)
    return [f"{_named(some)} fits no type: {lack}" for lack, some in lacks.items()]


def _lack(spec: PodSpec, room: dict[Node, dict[str, int]]) -> str:
    """Why no node takes the pod; empty where one does."""
    admitting = [node for node in room if admits(node, spec)]
    if not admitting:
        return _kept_off(spec, list(room))
    wanted = {PODS: 1, **spec.requests}
    if any(all(room[node].get(name, 0) >= amount for name, amount in wanted.items()) for node in admitting):
        return ""
    alone = [name for name, amount in wanted.items() if all(room[node].get(name, 0) < amount for node in admitting)]
    return " and ".join(_too_little(alone or wanted, wanted, admitting, room)) + _together(alone)


def _kept_off(spec: PodSpec, nodes: Sequence[Node]) -> str:
    """What of the pod or of the nodes themselves says no everywhere."""
    asked_for = [node for node in nodes if admits(replace(node, taints=()), spec)]
    if not asked_for:
        wanted = (f"{key}={value}" for key, value in spec.node_selector.items() if not _on_some(nodes, key, value))
        nowhere = ", ".join(wanted)
        selected = f", no node having {nowhere}" if nowhere else ""
        return f"its node selector or its node affinity keeps it off every type and zone{selected}"
    taints = dict.fromkeys(str(first_untolerated(node.taints, spec.tolerations)) for node in asked_for)
    named = ", ".join(list(taints)[:_NAMED]) + (", ..." if len(taints) > _NAMED else "")
    return f"it does not tolerate {named}, and no type that it asks for is without"


def _on_some(nodes: Sequence[Node], key: str, value: str) -> bool:
    return any(node.labels.get(key) == value for node in nodes)


def _too_little(
    names: Sequence[str] | dict[str, int], wanted: dict[str, int], nodes: list[Node], room: dict[Node, dict[str, int]]
) -> Iterator[str]:
    for name in names:
        best = max(nodes, key=lambda node: room[node].get(name, 0))
        most = room[best].get(name, 0)
        yield (
            f"it asks for {_amount(name, wanted[name])} of {name}, and the most for pods beside DaemonSets is "
            f"{_amount(name, most)} ({best.instance_type})"
        )


def _together(alone: list[str]) -> str:
    return "" if alone else ", but no type has all of this at once"


def _named(pods: list[Pod]) -> str:
    others = f" (and {len(pods) - 1:,} others)" if len(pods) > 1 else ""
    return f"pod {pods[0].key}{others}"


def _amount(resource: str, amount: int) -> str:
    if resource == "cpu":
        return format_cpu(amount)
    in_bytes = resource in ("memory", "ephemeral-storage") or resource.startswith("hugepages-")
    return format_bytes(amount // 2**20 * 2**20 if amount >= 2**20 else amount) if in_bytes else str(amount)
