"""NodeAffinity: nodeSelector and required node affinity, both.

Source: https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#node-affinity
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.verify.replay.check import Stateless

if TYPE_CHECKING:
    from solver.cluster.node import Node
    from solver.cluster.pod import Pod, PodSpec


def selects(spec: PodSpec, node: Node) -> bool:
    """Whether nodeSelector and required node affinity allow the node."""
    labels = node.labels
    if any(labels.get(key) != value for key, value in spec.node_selector.items()):
        return False
    return spec.node_affinity.allows(node.name, labels)


class NodeAffinity(Stateless):
    """Labels and name of the node decide."""

    rule = "NodeAffinity"

    def objection(self, pod: Pod, node: Node) -> str | None:
        """The selector, or every one of the terms, does not match."""
        return None if selects(pod.spec, node) else "the pod's node selector or affinity does not match the node"
