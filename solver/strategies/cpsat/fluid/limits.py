"""Rules of the relaxation beyond room: how many pods of some groups a node or a domain takes together.

Only groups without bound pods are limited: what is bound may stand against a rule, and stay.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from solver.cluster.topology import HOSTNAME
from solver.rules.pod_topology_spread.classes import spread_classes
from solver.rules.selection import selected_by
from solver.strategies.cpsat.fluid.supply import may_leave
from solver.strategies.cpsat.fluid.topology import Topology

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Sequence

    from solver.cluster.node import Node
    from solver.cluster.pod_affinity import PodAffinityTerm
    from solver.cluster.ports import HostPort
    from solver.model.domains import Domain
    from solver.model.groups import PodGroup
    from solver.rules.pod_topology_spread.classes import SpreadClass
    from solver.strategies.cpsat.fluid.rows import Ints
    from solver.strategies.cpsat.fluid.supply import Supply

_MOST_DOMAINS = 64
"""Keys with more domains than this, and several nodes in one, are left out: they would make too many node classes."""


@dataclass(frozen=True, eq=False)
class Together:
    """No more than ``limit`` pods of these groups (rows of the supply) on one node."""

    rows: Ints
    limit: int


@dataclass(frozen=True, eq=False)
class InDomain:
    """No more than ``limit`` pods of these groups in a domain, given by its nodes."""

    rows: Ints
    nodes: Ints
    limit: int


@dataclass(frozen=True, eq=False)
class Level:
    """A spread constraint: pods of ``rows`` in each of ``receiving`` are at most ``skew`` above the least of ``least``.

    Domains are arrays of nodes. ``counted`` pods, and as many ``settled`` ones, raise a domain's count. ``zero``: there
    are too few domains, and the minimum is 0.
    """

    rows: Ints
    counted: Ints
    skew: int
    receiving: tuple[Ints, ...]
    least: tuple[Ints, ...]
    settled: tuple[int, ...]
    zero: bool


class Limits:
    """All limits of a supply.

    ``per_node`` has the most pods of each group on any one node; ``marks`` tell apart nodes of different domains, one
    row per node.
    """

    def __init__(self, supply: Supply) -> None:
        self._supply = supply
        self._topology = Topology(supply.ground)
        self._nodes = self._topology.nodes
        self.together: list[Together] = []
        self.in_domain: list[InDomain] = []
        self.levels: list[Level] = []
        self.per_node: Ints = np.full((len(supply.groups), 1), np.iinfo(np.int64).max, dtype=np.int64)
        self._marks: dict[Hashable, Ints] = {}
        for users in _port_users(supply.groups):
            self._keep_together(self._fresh(users), 1)
        self._keep_apart()
        for spread in spread_classes((group.spec for group in supply.ground.groups), self._nodes, hard=True):
            self._spread(spread)

    @property
    def marks(self) -> Ints:
        """One row per node: its domain of every key that a limit speaks of."""
        if not self._marks:
            return np.zeros((len(self._nodes), 0), dtype=np.int64)
        return np.column_stack(tuple(self._marks.values()))

    def _fresh(self, groups: Iterable[PodGroup]) -> Ints:
        return np.array(
            [self._row[group] for group in groups if group in self._row and not group.bound], dtype=np.int64
        )

    @cached_property
    def _row(self) -> dict[PodGroup, int]:
        return {group: row for row, group in enumerate(self._supply.groups)}

    def _keep_together(self, rows: Ints, limit: int) -> None:
        if len(rows):
            self.per_node[rows, 0] = np.minimum(self.per_node[rows, 0], limit)
        if len(rows) > 1:
            self.together.append(Together(rows, limit))

    def _keep_apart(self) -> None:
        """Carriers of an anti-affinity term that match it themselves: one in every domain."""
        namespaces = self._supply.ground.cluster.namespaces
        carriers: dict[PodAffinityTerm, list[PodGroup]] = {}
        for group in self._supply.groups:
            for term in dict.fromkeys(group.spec.anti_affinity.required):
                if selected_by(term, namespaces).holds(group.spec):
                    carriers.setdefault(term, []).append(group)
        for term, groups in carriers.items():
            rows, domains = self._fresh(groups), self._topology.domains(term.topology_key, self._nodes)
            if sum(len(domain.nodes) for domain in domains) == len(self._nodes):
                self._keep_together(rows, 1)
                if all(map(self._topology.single, domains)):
                    continue
            if len(rows) and self._told_apart(term.topology_key, domains):
                self.in_domain += [InDomain(rows, self._topology.places(domain), 1) for domain in domains]

    def _spread(self, spread: SpreadClass) -> None:
        ground, key = self._supply.ground, spread.constraint.topology_key
        counted = [group for group in ground.groups if spread.counted.holds(group.spec)]
        rows = self._fresh(group for group in counted if group.spec in spread.carriers)
        domains = self._topology.domains(key, tuple(spread.eligible))
        if not len(rows) or not domains:
            return
        lasting = [domain for domain in domains if self._topology.lasts(domain)]
        zero = sum(map(self._topology.number, domains)) < (spread.constraint.min_domains or 1)
        if all(map(self._topology.single, domains)):
            # The least of a number of domains is at most their average.
            least = 0 if zero else sum(map(ground.pods, counted)) // max(1, len(lasting))
            if len(spread.eligible) == len(self._nodes) and (lasting or zero):
                self._keep_together(rows, spread.constraint.max_skew + least)
        elif self._told_apart(key, domains):
            self._mark(spread.eligible, spread.eligible)
            least_of = () if zero else tuple(lasting)
            self.levels.append(self._level(spread, rows, counted, domains, least_of, zero=zero))

    def _level(
        self,
        spread: SpreadClass,
        rows: Ints,
        counted: Sequence[PodGroup],
        domains: Sequence[Domain],
        lasting: Sequence[Domain],
        *,
        zero: bool,
    ) -> Level:
        return Level(
            rows,
            np.array([self._row[group] for group in counted if group in self._row], dtype=np.int64),
            spread.constraint.max_skew,
            tuple(map(self._topology.places, domains)),
            tuple(map(self._topology.places, lasting)),
            tuple(self._settled(counted, domain) for domain in lasting),
            zero,
        )

    def _settled(self, counted: Iterable[PodGroup], domain: Domain) -> int:
        """At most so many counted pods in the domain that are not decided here."""
        nodes, ground = set(domain.nodes), self._supply.ground
        number = 0
        for group in counted:
            if not group.movable:
                number += ground.pods(group)
            elif not may_leave(group, ground):
                number += sum(len(pods) for node, pods in group.bound.items() if node in nodes)
        return number

    def _told_apart(self, key: str, domains: Sequence[Domain]) -> bool:
        """Whether node classes know the domains of a key: so they do where there are few.

        Of hostnames they do not where nodes could be opened: classes would depend on how many are made.
        """
        if len(domains) > _MOST_DOMAINS or (key == HOSTNAME and self._supply.ground.candidates):
            return False
        if key not in self._marks:
            values = {node.labels.get(key): None for node in self._nodes}
            number = {value: place for place, value in enumerate(values)}
            self._marks[key] = np.array([number[node.labels.get(key)] for node in self._nodes], dtype=np.int64)
        return True

    def _mark(self, name: tuple[Node, ...], nodes: Iterable[Node]) -> None:
        """Tell these nodes apart from all others."""
        if name not in self._marks:
            marked = np.zeros(len(self._nodes), dtype=np.int64)
            marked[[self._supply.ground.column[node] for node in nodes]] = 1
            self._marks[name] = marked


def _port_users(groups: Iterable[PodGroup]) -> Iterator[list[PodGroup]]:
    """For each host port, those who take this very one."""
    users: dict[HostPort, list[PodGroup]] = {}
    for group in groups:
        for port in dict.fromkeys(group.spec.host_ports):
            users.setdefault(port, []).append(group)
    yield from users.values()
