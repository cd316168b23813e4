"""NodePorts: a port of a node serves one pod.

Source: https://kubernetes.io/docs/concepts/configuration/overview/#services
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from solver.rules.rule import Codes, Filter, Reach, Rejection, Rule

if TYPE_CHECKING:
    from collections.abc import Hashable

    from solver.cluster.cluster import Cluster
    from solver.cluster.columns import Places
    from solver.cluster.pod import PodSpec
    from solver.cluster.ports import HostPort
    from solver.cluster.state import ClusterState


@dataclass(frozen=True)
class TakesPort:
    """The trait of taking a port that conflicts with this one."""

    port: HostPort

    def count(self, spec: PodSpec) -> int:
        """The pod's ports in conflict."""
        return sum(port.conflicts_with(self.port) for port in spec.host_ports)


class NodePorts(Rule):
    """No pod comes to a node where one of its host ports is taken."""

    name = "NodePorts"

    def signature(self, spec: PodSpec, cluster: Cluster) -> Hashable:
        """The host ports."""
        return frozenset(spec.host_ports)

    def filter(self, spec: PodSpec, state: ClusterState) -> Filter | None:
        """Nothing to check without host ports."""
        return PortFilter(spec, state) if spec.host_ports else None


class PortFilter(Filter):
    """Counts the conflicting ports on each node."""

    reach = Reach.NODE
    REJECTION = Rejection(
        NodePorts.name, ("node(s) didn't have free ports for the requested pod ports",), resolvable=True
    )

    def __init__(self, spec: PodSpec, state: ClusterState) -> None:
        self.taken = [state.tally(TakesPort(port)) for port in dict.fromkeys(spec.host_ports)]

    def codes(self, at: Places) -> Codes:
        """1 where a port is taken."""
        taken = np.zeros(len(at), dtype=np.bool_)
        for tally in self.taken:
            taken |= tally.per_node[at] > 0
        return taken.astype(np.uint8)

    def rejection(self, code: int, node: int) -> Rejection:
        """Always the same."""
        return self.REJECTION
