"""Which nodes a spread constraint counts.

Source: https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/#spread-constraint-definition
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.cluster.taints import first_untolerated
from solver.verify.replay.node_affinity import selects

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    from solver.cluster.node import Node
    from solver.cluster.pod import PodSpec
    from solver.cluster.topology import SpreadConstraint


class EligibleNodes:
    """The nodes with their domain, once per way of asking: pods that ask the same share the answer."""

    def __init__(self, nodes: tuple[Node, ...]) -> None:
        self._nodes = nodes
        self._known: dict[Hashable, Mapping[Node, str]] = {}

    def domain_of(self, spec: PodSpec, constraint: SpreadConstraint, keys: frozenset[str]) -> Mapping[Node, str]:
        """Nodes that have all the ``keys`` and pass the constraint's policies, with their value of its topology key."""
        asked = (constraint.topology_key, keys, *_policies(spec, constraint))
        if asked not in self._known:
            self._known[asked] = {
                node: node.labels[constraint.topology_key]
                for node in self._nodes
                if all(key in node.labels for key in keys) and _counts(spec, constraint, node)
            }
        return self._known[asked]


def _policies(spec: PodSpec, constraint: SpreadConstraint) -> tuple[Hashable, ...]:
    """What the two policies read of a pod."""
    affinity = (
        (frozenset(spec.node_selector.items()), spec.node_affinity.required) if constraint.honors_affinity else None
    )
    return affinity, spec.tolerations if constraint.honors_taints else None


def _counts(spec: PodSpec, constraint: SpreadConstraint, node: Node) -> bool:
    if constraint.honors_affinity and not selects(spec, node):
        return False
    return not constraint.honors_taints or first_untolerated(node.taints, spec.tolerations) is None
