"""TaintToleration: NoSchedule and NoExecute taints need a toleration each.

Source: https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.verify.replay.check import Stateless

if TYPE_CHECKING:
    from solver.cluster.node import Node
    from solver.cluster.pod import Pod


class TaintToleration(Stateless):
    """PreferNoSchedule keeps nobody away."""

    rule = "TaintToleration"

    def objection(self, pod: Pod, node: Node) -> str | None:
        """The first hard taint that the pod does not tolerate."""
        for taint in node.taints:
            if taint.hard and not taint.tolerated_by(pod.spec.tolerations):
                return f"the taint {taint.key}={taint.value}:{taint.effect} is not tolerated"
        return None
