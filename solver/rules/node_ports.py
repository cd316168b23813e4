"""NodePorts: a port of a node serves one pod.

Source: https://kubernetes.io/docs/concepts/configuration/overview/#services
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from solver.cluster.ports import ANY_ADDRESS
from solver.cluster.tally import Trait
from solver.model.crowding import at_most
from solver.model.linear import total
from solver.rules.rule import Codes, Filter, Reach, Rejection, Rule

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

    from solver.cluster.cluster import Cluster
    from solver.cluster.columns import Column, Places
    from solver.cluster.pod import PodSpec
    from solver.cluster.ports import HostPort
    from solver.cluster.state import ClusterState
    from solver.model.groups import PodGroup
    from solver.model.model import Model


@dataclass(frozen=True)
class TakesPort(Trait):
    """The trait of taking a port that conflicts with this one."""

    port: HostPort

    def count(self, spec: PodSpec) -> int:
        """The pod's ports in conflict."""
        return sum(port.conflicts_with(self.port) for port in spec.host_ports)


class NodePorts(Rule):
    """No pod comes to a node where one of its host ports is taken.

    ``forgets_shared``: a port that several pods of a node take counts as free as soon as one of them has left. So
    kube-scheduler keeps its books, which hold a port once; no kubelet would run a pod that comes by this.
    """

    name = "NodePorts"

    def __init__(self, *, forgets_shared: bool = False) -> None:
        self.forgets_shared = forgets_shared

    def signature(self, spec: PodSpec, cluster: Cluster) -> Hashable:
        """The host ports."""
        return frozenset(spec.host_ports)

    def most(self, spec: PodSpec, state: ClusterState) -> Column | None:
        """One: equal pods take the same ports."""
        return np.ones(len(state.nodes), dtype=np.int64) if spec.host_ports else None

    def constrain(self, model: Model) -> None:
        """At most one pod of each clique on a node: ``Σ_{g in clique} count[g, n] <= 1``.

        Pods are in conflict for a port and protocol when they share an address or one of them takes all; so the users
        of one address and of the wildcard form a clique, and every conflict is in one.
        """
        for users in _cliques(model.groups):
            for node in model.free_nodes:
                present = total(model.count(group, node) for group in users)
                if not present.is_constant:
                    arriving = total(model.arrivals(group, node) for group in users)
                    before = sum(len(group.bound.get(node, ())) for group in users)
                    at_most(model, 1, present, arriving, before)

    def filter(self, spec: PodSpec, state: ClusterState) -> Filter | None:
        """Nothing to check without host ports."""
        return PortFilter(spec, state, forgets_shared=self.forgets_shared) if spec.host_ports else None


class PortFilter(Filter):
    """Counts the conflicting ports on each node."""

    reach = Reach.NODE
    REJECTION = Rejection(
        NodePorts.name, ("node(s) didn't have free ports for the requested pod ports",), resolvable=True
    )

    def __init__(self, spec: PodSpec, state: ClusterState, *, forgets_shared: bool = False) -> None:
        self.state = state
        self.ports = tuple(dict.fromkeys(spec.host_ports))
        self.taken = [state.tally(TakesPort(port)) for port in self.ports]
        self.forgets_shared = forgets_shared

    def codes(self, at: Places) -> Codes:
        """1 where a port is taken."""
        taken = np.zeros(len(at), dtype=np.bool_)
        for tally in self.taken:
            taken |= tally.per_node[at] > 0
        if self.forgets_shared and self.state.vacated:
            for number in np.flatnonzero(taken):
                taken[number] = self._remembered(int(at[number]))
        return taken.astype(np.uint8)

    def _remembered(self, node: int) -> bool:
        """Whether one of the ports is taken that nobody has left."""
        left = self.state.vacated.get(node, frozenset())
        there = {port for pod in self.state.pods_on[node] for port in pod.spec.host_ports} - left
        return any(port.conflicts_with(mine) for port in there for mine in self.ports)

    def rejection(self, code: int, node: int) -> Rejection:
        """Always the same."""
        return self.REJECTION


def _cliques(groups: Iterable[PodGroup]) -> list[list[PodGroup]]:
    """For every port, protocol and address: the groups that use it there or on all addresses."""
    using = [group for group in groups if group.spec.host_ports]
    ports = dict.fromkeys(port for group in using for port in group.spec.host_ports)
    return [[group for group in using if any(_shares(port, each) for each in group.spec.host_ports)] for port in ports]


def _shares(port: HostPort, other: HostPort) -> bool:
    """Whether the other one is on this very address, or on all."""
    return port.conflicts_with(other) and other.address in (port.address, ANY_ADDRESS)
