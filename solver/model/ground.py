"""What a model stands on: nodes, pod groups, where a group could be at all, and what may happen to bound pods."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from solver.cluster.pool import NodePool
from solver.cluster.resources import PODS
from solver.model.domains import domains_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from solver.cluster.cluster import Cluster
    from solver.cluster.node import Node
    from solver.model.domains import Domains
    from solver.model.groups import PodGroup
    from solver.model.weighing import Weighing

Column = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Candidates:
    """Equal nodes of a pool in one zone that could be opened, in the order of opening.

    There are ``number`` of them, of which the first ones exist as ``nodes`` (at least one); the last of these stands
    for all others. ``zone`` is the index of the pool's zone.
    """

    pool: NodePool
    zone: int
    nodes: tuple[Node, ...]
    number: int

    @property
    def copies(self) -> Column:
        """How many nodes each of ``nodes`` stands for, itself included."""
        copies: Column = np.ones(len(self.nodes), dtype=np.int64)
        copies[-1] += self.number - len(self.nodes)
        return copies


@dataclass(frozen=True, slots=True)
class Leave:
    """What bound pods may do.

    ``evict``: lose their place. ``move``: take another one. ``by_preemption``: evictions only as preemption does them.
    """

    evict: bool
    move: bool
    by_preemption: bool


Depth = Callable[[NodePool, int], int]
"""How many nodes of a pool's zone, given by its index, are to exist at least."""


def openable(cluster: Cluster, pods: int, depth: Depth | None = None) -> tuple[Candidates, ...]:
    """The nodes that an answer could open: a row for each pool and zone, with so many nodes made (None: with all).

    No answer opens more nodes than there are ``pods`` to put on them, and a pool's limit holds over all its zones, so a
    row is never longer than the smaller of the two and nothing is cut off.
    """
    rows: list[Candidates] = []
    for pool in cluster.pools:
        number = min(pool.openable, pods)
        for zone in range(len(pool.templates)) if number else ():
            made = number if depth is None else max(1, min(number, depth(pool, zone)))
            rows.append(Candidates(pool, zone, tuple(pool.node(zone, rank) for rank in range(made)), number))
    return tuple(rows)


@dataclass(frozen=True, eq=False)
class Ground:
    """``cluster`` holds the candidate nodes that exist too, after its own, with their DaemonSet pods pending.

    ``most`` gives, for a group, the most of its pods that each node could take alone (0: it is not allowed there), one
    entry per node of the cluster, and ``unmet`` what the node itself leaves unmet of the preferences of each of its
    pods. ``weighings`` are what rules say of sums, beside requests.
    """

    cluster: Cluster
    candidates: tuple[Candidates, ...]
    groups: tuple[PodGroup, ...]
    most: Callable[[PodGroup], Column]
    unmet: Callable[[PodGroup], Column]
    leave: Leave
    weighings: tuple[Weighing, ...] = ()

    def resources(self, groups: Iterable[PodGroup]) -> tuple[str, ...]:
        """All by whose sums nodes are limited for these groups: pods, what they request, and what rules weigh."""
        specs = [group.spec for group in groups]
        names = (name for spec in specs for name, amount in spec.requests.items() if amount > 0)
        weighed = (each.name for each in self.weighings if any(each.weight(spec) for spec in specs))
        return tuple(dict.fromkeys((PODS, *names, *weighed)))

    def amount(self, group: PodGroup, resource: str) -> int:
        """What a pod of the group takes of a resource."""
        weighing = self._weighing_named.get(resource)
        if weighing is not None:
            return weighing.weight(group.spec)
        return 1 if resource == PODS else group.spec.requests.get(resource, 0)

    def offered(self, node: Node, resource: str) -> int:
        """What all pods of a node can take of a resource together, unless it holds more in the input."""
        weighing = self._weighing_named.get(resource)
        if weighing is not None:
            return weighing.bears(node)
        return node.pods_allowed if resource == PODS else node.allocatable.get(resource, 0)

    @cached_property
    def _weighing_named(self) -> dict[str, Weighing]:
        return {each.name: each for each in self.weighings}

    def domains(self, key: str, among: tuple[Node, ...] | None = None) -> Domains:
        """The domains of a topology key, of all nodes or of these alone; looked up once."""
        if (key, among) not in self._domains:
            self._domains[key, among] = domains_of(key, self.cluster.nodes if among is None else among)
        return self._domains[key, among]

    @cached_property
    def _domains(self) -> dict[tuple[str, tuple[Node, ...] | None], Domains]:
        return {}

    @cached_property
    def copies(self) -> Column:
        """How many nodes each of the cluster's stands for: 1, but for the last of a row that is not made wholly."""
        rows = [row.copies for row in self.candidates]
        present = len(self.cluster.nodes) - sum(map(len, rows))
        return np.concatenate((np.ones(present, dtype=np.int64), *rows))

    @property
    def whole(self) -> bool:
        """Whether every node that could be opened exists."""
        return bool((self.copies == 1).all())

    def pods(self, group: PodGroup) -> int:
        """The pods of a group, with those that come with nodes that do not exist yet."""
        host = self.host(group)
        return len(group) if host is None else len(group) * int(self.copies[self.column[host]])

    @cached_property
    def size(self) -> int:
        """Pairs of group and node, were all nodes made: what a model over single nodes grows with."""
        daemons = sum(self.pods(group) for group in self.groups if self.host(group) is not None)
        others = sum(self.host(group) is None for group in self.groups)
        return (others + daemons) * int(self.copies.sum())

    @cached_property
    def candidate_nodes(self) -> frozenset[Node]:
        """All nodes that exist here and are not there yet."""
        return frozenset(node for row in self.candidates for node in row.nodes)

    @cached_property
    def column(self) -> dict[Node, int]:
        """The place of each node among the cluster's nodes."""
        return {node: place for place, node in enumerate(self.cluster.nodes)}

    @cached_property
    def highest_preemptor(self) -> int | None:
        """The highest priority among the groups that could arrive somewhere and may preempt."""
        arriving = (group for group in self.groups if group.pending or self.may_move(group))
        return max((group.priority for group in arriving if group.spec.preempts), default=None)

    def may_move(self, group: PodGroup) -> bool:
        """Whether its bound pods may be bound elsewhere: those of kube-scheduler that do not belong to their node."""
        return self.leave.move and bool(group.bound) and group.movable and next(iter(group.pods)).schedulable

    def may_be_evicted(self, group: PodGroup) -> bool:
        """Whether bound pods of the group may end up without a node."""
        if not self.leave.evict or group.spec.static or not group.bound:
            return False
        if not self.leave.by_preemption:
            return True
        return self.highest_preemptor is not None and group.priority < self.highest_preemptor

    def host(self, group: PodGroup) -> Node | None:
        """The candidate node that a DaemonSet pod comes with; None for every other group."""
        if not group.spec.daemon or group.bound:
            return None
        return self._host_of.get(group)

    @cached_property
    def _host_of(self) -> dict[PodGroup, Node]:
        """The daemons of candidates: pinned to one node that does not exist yet."""
        hosts: dict[PodGroup, Node] = {}
        names = {node.name: node for node in self.candidate_nodes}
        for group in self.groups:
            pinned = _pinned_to(group) if group.spec.daemon else None
            if pinned in names:
                hosts[group] = names[pinned]
        return hosts


def _pinned_to(group: PodGroup) -> str | None:
    """The node that a DaemonSet's pod is meant for, as its controller writes it."""
    for term in group.spec.node_affinity.required or ():
        for requirement in term.fields:
            return next(iter(requirement.values), None)
    return None
