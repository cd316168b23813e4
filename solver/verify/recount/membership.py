"""Pods and nodes of a placement exist, and only candidates are placed."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from solver.verify.violation import Violation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from solver.placement import Placement

RULE = "Placement"


def membership(placement: Placement) -> Iterator[Violation]:
    """Unknown pods, unknown nodes, held-back pods with a node, two nodes of one name."""
    cluster = placement.cluster
    pods, nodes, held_back = set(cluster.pods), set(cluster.nodes), set(cluster.held_back)
    for pod, node in placement.node_of.items():
        if pod not in pods:
            yield Violation(RULE, f"{pod.key} is placed and is no pod of the cluster.", pod, node)
        if node not in nodes:
            yield Violation(RULE, f"{pod.key} is placed on {node.name}, which is no node of the cluster.", pod, node)
        if pod in held_back:
            yield Violation(
                RULE, f"{pod.key} is held back (gated, another scheduler's, not modelled) and is placed.", pod, node
            )
    for name, count in Counter(node.name for node in cluster.nodes).items():
        if count > 1:
            yield Violation(RULE, f"{count} nodes are called {name}.")
