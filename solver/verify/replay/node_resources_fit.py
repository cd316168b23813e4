"""NodeResourcesFit: requests fit into what is free, and the node has a place for one more pod.

Source: https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/#how-pods-with-resource-requests-are-scheduled
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from solver.cluster.resources import is_among

if TYPE_CHECKING:
    from collections.abc import Collection

    from solver.cluster.node import Node
    from solver.cluster.pod import Pod


class NodeResourcesFit:
    """Requested amounts and pods, per node. What a pod does not request, or is waived, is never insufficient for it."""

    rule = "NodeResourcesFit"

    def __init__(self, waived: Collection[str] = ()) -> None:
        self._waived = waived
        self._requested: defaultdict[Node, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
        self._pods: Counter[Node] = Counter()

    def objection(self, pod: Pod, node: Node) -> str | None:
        """The first resource that is short."""
        if self._pods[node] >= node.pods_allowed:
            return f"the node takes {node.pods_allowed} pods and has {self._pods[node]}"
        requested, allocatable = self._requested[node], node.allocatable
        for name, amount in pod.spec.requests.items():
            free = allocatable.get(name, 0) - requested[name]
            if 0 < amount > free and not is_among(name, self._waived):
                return f"insufficient {name}: {amount} requested, {free} free"
        return None

    def arrive(self, pod: Pod, node: Node) -> None:
        """Add the pod's requests."""
        self._change(pod, node, 1)

    def leave(self, pod: Pod, node: Node) -> None:
        """Take them off."""
        self._change(pod, node, -1)

    def _change(self, pod: Pod, node: Node, sign: int) -> None:
        requested = self._requested[node]
        for name, amount in pod.spec.requests.items():
            requested[name] += sign * amount
        self._pods[node] += sign
