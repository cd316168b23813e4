"""Nodes, pools and resources as understood."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from solver.cluster.resources import CPU, MEMORY, PODS, total
from solver.placement import initial
from solver.report.result_file.write import quantities, quantity

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from solver.cluster.cluster import Cluster
    from solver.cluster.node import Node
    from solver.cluster.pod import Pod
    from solver.cluster.pool import NodePool
    from solver.cluster.taints import Taint


def resource_facts(cluster: Cluster) -> list[dict[str, object]]:
    """Per resource: what all nodes offer, what bound pods take of it, and what pending pods ask for."""
    offered = total(node.allocatable for node in cluster.nodes)
    taken, asked = requested(cluster.bound), requested(cluster.pending)
    names = dict.fromkeys((CPU, MEMORY, PODS, *offered, *taken, *asked))
    return [
        {
            "resource": name,
            "allocatable": quantity(name, offered.get(name, 0)),
            "bound": quantity(name, taken.get(name, 0)),
            "pending": quantity(name, asked.get(name, 0)),
            "share": (taken.get(name, 0) + asked.get(name, 0)) / offered[name] if offered.get(name) else None,
        }
        for name in names
        if offered.get(name) or taken.get(name) or asked.get(name)
    ]


def requested(pods: Iterable[Pod]) -> dict[str, int]:
    """The requests of some pods, their number among them."""
    chosen = tuple(pods)
    return total(pod.spec.requests for pod in chosen) | {PODS: len(chosen)}


def node_facts(cluster: Cluster) -> list[dict[str, object]]:
    """Every node, and what the pods bound to it in the input take of it."""
    return [_node(node, pods) for node, pods in initial(cluster).pods_on.items()]


def _node(node: Node, pods: Sequence[Pod]) -> dict[str, object]:
    return {
        "name": node.name,
        "zone": node.zone,
        "instance_type": node.instance_type,
        "pool": node.pool,
        "price_per_hour": None if node.price_per_hour is None else float(node.price_per_hour),
        "ready": node.ready,
        "cordoned": node.unschedulable,
        "taints": [taint_text(taint) for taint in node.taints],
        "allocatable": quantities(node.allocatable),
        "requested": quantities(requested(pods)),
    }


def taint_text(taint: Taint) -> str:
    """``key=value:effect``, as ``kubectl taint`` takes it."""
    return f"{taint.key}={taint.value}:{taint.effect}" if taint.value else f"{taint.key}:{taint.effect}"


def pool_facts(cluster: Cluster, pool: NodePool) -> dict[str, object]:
    """One pool: the nodes that it has, and those that may still be opened."""
    template = pool.templates[0]
    present = Counter(node.pool for node in cluster.nodes)
    return {
        "name": pool.name,
        "nodes": present[pool.name],
        "openable": pool.openable,
        "zones": [each.zone for each in pool.templates if each.zone],
        "instance_type": template.instance_type,
        "price_per_hour": None if template.price_per_hour is None else float(template.price_per_hour),
        "allocatable": quantities(template.allocatable),
        "taints": [taint_text(taint) for taint in template.taints],
    }
