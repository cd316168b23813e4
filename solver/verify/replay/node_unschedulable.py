"""NodeUnschedulable: cordoned nodes take only the pods that tolerate it.

Source: https://kubernetes.io/docs/concepts/architecture/nodes/#manual-node-administration
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.cluster.taints import UNSCHEDULABLE
from solver.verify.replay.check import Stateless

if TYPE_CHECKING:
    from solver.cluster.node import Node
    from solver.cluster.pod import Pod


class NodeUnschedulable(Stateless):
    """``spec.unschedulable`` counts as the taint of that name."""

    rule = "NodeUnschedulable"

    def objection(self, pod: Pod, node: Node) -> str | None:
        """Cordoned, and not tolerated."""
        if not node.unschedulable or UNSCHEDULABLE.tolerated_by(pod.spec.tolerations):
            return None
        return "the node is cordoned"
