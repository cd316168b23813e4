"""Pods of a failed part go to the places that a mix keeps for their kind, evenly over the zones that are left."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from solver.placement import Placement
from solver.strategies.bind_order import bind_order
from solver.verify import verify

if TYPE_CHECKING:
    from collections.abc import Mapping

    from solver.cluster.cluster import Cluster
    from solver.cluster.node import Node
    from solver.cluster.pod import Pod, PodSpec
    from solver.objectives.question import Question
    from solver.studies.node_sizes.mix import For, Mix


def takes_all(cluster: Cluster, mix: Mix, meant: Mapping[str, PodSpec], question: Question) -> bool:
    """Whether every pending pod of the cluster has a kept place, and that is verified.

    ``meant`` is, by pod, the kind that the places are kept for.
    """
    node_of = _housed(cluster, mix, meant)
    if node_of is None:
        return False
    standing = {pod: cluster.node_named[pod.node] for pod in cluster.bound if pod.node is not None}
    placement = Placement(cluster, standing | node_of)
    order = bind_order(placement)
    return order.steps is not None and not verify(order.placement, order.steps, question)


def _housed(cluster: Cluster, mix: Mix, meant: Mapping[str, PodSpec]) -> dict[Pod, Node] | None:
    """A place for each, in the zone that has fewest of its kind; None where they do not suffice."""
    free: defaultdict[For, defaultdict[str, list[Node]]] = defaultdict(lambda: defaultdict(list))
    for node in cluster.nodes:
        for some, number in mix.kept.get(node.name, {}).items():
            free[some][node.zone or ""] += [node] * number
    there = Counter((meant[pod.key], cluster.node_named[pod.node or ""].zone) for pod in cluster.bound if pod.movable)
    found: dict[Pod, Node] = {}
    for pod in cluster.pending:
        kind = meant[pod.key]
        own = sorted((some for some in free if kind in some and any(free[some].values())), key=len)
        if not own:
            return None
        zones = free[own[0]]
        zone = min((zone for zone, nodes in zones.items() if nodes), key=lambda zone: (there[kind, zone], zone))
        found[pod] = zones[zone].pop()
        there[kind, zone] += 1
    return found
