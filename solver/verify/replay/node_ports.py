"""NodePorts: a host port has one user per node, address and protocol.

Source: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#ports
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from solver.cluster.node import Node
    from solver.cluster.pod import Pod
    from solver.cluster.ports import HostPort


class NodePorts:
    """Ports in use, per node."""

    rule = "NodePorts"

    def __init__(self) -> None:
        self._used: defaultdict[Node, Counter[HostPort]] = defaultdict(Counter)

    def objection(self, pod: Pod, node: Node) -> str | None:
        """One of the pod's ports meets one that is taken."""
        for port in pod.spec.host_ports:
            if any(port.conflicts_with(taken) for taken in self._used[node]):
                return f"host port {port.port}/{port.protocol} is taken on {port.address}"
        return None

    def arrive(self, pod: Pod, node: Node) -> None:
        """Take the ports."""
        if pod.spec.host_ports:
            self._used[node].update(pod.spec.host_ports)

    def leave(self, pod: Pod, node: Node) -> None:
        """Give them back."""
        if pod.spec.host_ports:
            self._used[node] -= Counter(pod.spec.host_ports)
