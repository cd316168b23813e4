"""NodeUnschedulable: cordoned nodes take only pods that tolerate it.

Source: https://kubernetes.io/docs/concepts/architecture/nodes/#manual-node-administration
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from solver.cluster.taints import UNSCHEDULABLE
from solver.rules.rule import Rejection, Rule, StaticFilter

if TYPE_CHECKING:
    from collections.abc import Hashable

    from solver.cluster.cluster import Cluster
    from solver.cluster.columns import Mask
    from solver.cluster.pod import PodSpec
    from solver.cluster.state import ClusterState


class NodeUnschedulable(Rule):
    """``spec.unschedulable`` keeps away whoever does not tolerate the taint that goes with it."""

    name = "NodeUnschedulable"
    REJECTION = Rejection(name, ("node(s) were unschedulable",))

    def signature(self, spec: PodSpec, cluster: Cluster) -> Hashable:
        """Whether the pod tolerates cordons."""
        return UNSCHEDULABLE.tolerated_by(spec.tolerations)

    def allows(self, spec: PodSpec, state: ClusterState) -> Mask | None:
        """Every node, or those that are not cordoned."""
        open_nodes = state.once(
            self.name, lambda: np.array([not node.unschedulable for node in state.nodes], dtype=np.bool_)
        )
        return None if open_nodes.all() or UNSCHEDULABLE.tolerated_by(spec.tolerations) else open_nodes

    def filter(self, spec: PodSpec, state: ClusterState) -> StaticFilter | None:
        """One reason where it is not allowed."""
        allowed = self.allows(spec, state)
        return None if allowed is None else StaticFilter.passing(allowed, self.REJECTION)
