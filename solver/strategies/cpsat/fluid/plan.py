"""A placement in the making, as counts of pending pods by group and node, and which groups can be planned so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from solver.cluster.devices import asks_for_devices
from solver.rules.selection import selected_by
from solver.strategies.cpsat.fluid.quotas import Quotas, Shares, even

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from solver.cluster.pod_affinity import PodAffinityTerm
    from solver.cluster.topology import SpreadConstraint
    from solver.model.groups import PodGroup
    from solver.strategies.cpsat.fluid.limits import Level
    from solver.strategies.cpsat.fluid.relaxation import Relaxation
    from solver.strategies.cpsat.fluid.rows import Floats, Ints
    from solver.strategies.cpsat.fluid.supply import Supply


class Plan:
    """Counts of plain groups, one row per group of the supply and one column per node of the ground's cluster.

    Plain are groups whose rules are room, a limit per node, and at most an even share of zones: what is planned of them
    node by node can be carried out. All others are left to whoever completes the placement. Bound pods stay.
    """

    def __init__(self, relaxation: Relaxation, values: Floats) -> None:
        """``values`` are those of the relaxation's variables; domains that they leave closed get no share."""
        self.supply = relaxation.supply
        nodes = len(self.supply.ground.cluster.nodes)
        plain = _plain(relaxation)
        pending = np.array([len(group.pending) for group in self.supply.groups], dtype=np.int64)
        self.left: Ints = np.where(plain, pending, 0)
        self.most: Ints = np.minimum(self.supply.most, relaxation.limits.per_node)
        self.counts: Ints = np.zeros((len(self.supply.groups), nodes), dtype=np.int64)
        self.room: Ints = _free(self.supply)
        levels = ((row, level) for level in relaxation.limits.levels for row in level.rows.tolist() if plain[row])
        self.shares = tuple(_shares(row, level, int(pending[row]), relaxation, values) for row, level in levels)
        self.quotas = Quotas(self.shares, nodes)

    def share(self, place: int) -> Ints:
        """The pods of each group that are left for the domains of the node."""
        share = self.left.copy()
        rows = self.quotas.rows
        share[rows] = np.minimum(share[rows], self.quotas.left(place))
        return share

    def limit(self, place: int) -> Ints:
        """The most pods of each group that may still come to the node."""
        most: Ints = np.maximum(np.minimum(self.share(place), self.most[:, place] - self.counts[:, place]), 0)
        return most

    def place(self, place: int, pods: Ints) -> None:
        """So many pods of each group come to the node (or leave it, where negative)."""
        self.counts[:, place] += pods
        self.left -= pods
        self.room[place] -= self.supply.requests @ pods
        self.quotas.take(place, pods)

    def level(self) -> None:
        """Where a plan is not complete, take out pods that other domains would have to catch up with."""
        for shares in self.shares:
            counts = np.array([self.counts[shares.row, domain].sum() for domain in shares.domains])
            for domain, excess in zip(shares.domains, shares.beyond(counts).tolist(), strict=True):
                self._take_out(shares.row, domain, excess)

    def _take_out(self, row: int, domain: Ints, number: int) -> None:
        """So many pods of the group leave nodes of the domain."""
        for place in domain[self.counts[row, domain] > 0].tolist():
            pods = np.zeros(len(self.left), dtype=np.int64)
            pods[row] = min(number, int(self.counts[row, place]))
            self.place(place, -pods)
            number -= int(pods[row])
            if not number:
                return


def _shares(row: int, level: Level, pods: int, relaxation: Relaxation, values: Floats) -> Shares:
    """An even spread over the domains that are there, or that the relaxation opens."""
    wished = np.array([values[relaxation.within([row], domain)].sum() for domain in level.receiving])
    opened = tuple(relaxation.opens(domain, values) for domain in level.receiving)
    most = even(pods, wished, opened)
    most = np.minimum(most, level.skew) if level.zero else most
    return Shares(row, level.receiving, most, opened, level.skew, level.zero)


def _free(supply: Supply) -> Ints:
    """What bound pods, and the DaemonSet pods that come with candidates, leave of each node."""
    ground = supply.ground
    offered = [[ground.offered(node, name) for name in supply.resources] for node in ground.cluster.nodes]
    free = np.array(offered, dtype=np.int64).reshape(len(ground.cluster.nodes), len(supply.resources))
    for group in ground.groups:
        takes = np.array([ground.amount(group, name) for name in supply.resources])
        host = ground.host(group)
        if host is not None:
            free[ground.column[host]] -= takes * len(group)
        for node, pods in group.bound.items():
            free[ground.column[node]] -= takes * len(pods)
    return free


def _plain(relaxation: Relaxation) -> NDArray[np.bool_]:
    """Which groups can be planned by counts alone."""
    supply, ground = relaxation.supply, relaxation.supply.ground
    terms = _terms(ground.groups)
    leveled = {row: level for level in relaxation.limits.levels for row in level.rows.tolist()}
    ports = [port for group in ground.groups for port in group.spec.host_ports]
    plain = np.zeros(len(supply.groups), dtype=np.bool_)
    for row, group in enumerate(supply.groups):
        spec = group.spec
        hard = [constraint for constraint in spec.spread if constraint.hard]
        level = leveled.get(row)
        spread = not hard or (len(hard) == 1 and level is not None and _even(level, hard[0]))
        unbound = not group.bound or not (hard or spec.anti_affinity.required or spec.host_ports)
        lonely = sum(port.conflicts_with(mine) for mine in spec.host_ports for port in ports) <= len(spec.host_ports)
        stored = spec.claims or spec.disks or spec.inline_volumes
        sharing = ground.cluster.shares_devices and asks_for_devices(spec)
        plain[row] = (
            spread
            and unbound
            and lonely
            and not stored
            and not sharing
            and not spec.affinity.required
            and _apart_by_nodes(group, terms, supply)
        )
    return plain


def _even(level: Level, constraint: SpreadConstraint) -> bool:
    """Whether one group carries the constraint and is all that it counts, whichever domains are there."""
    alone = len(level.rows) == 1 and level.rows.tolist() == level.counted.tolist()
    steady = level.zero or len(level.least) == len(level.receiving) or (constraint.min_domains or 1) == 1
    return alone and steady


def _terms(groups: Iterable[PodGroup]) -> dict[PodAffinityTerm, list[PodGroup]]:
    terms: dict[PodAffinityTerm, list[PodGroup]] = {}
    for group in groups:
        for term in dict.fromkeys(group.spec.anti_affinity.required):
            terms.setdefault(term, []).append(group)
    return terms


def _apart_by_nodes(group: PodGroup, terms: dict[PodAffinityTerm, list[PodGroup]], supply: Supply) -> bool:
    """Whether the group's own terms, which nobody else has to do with, are all that keep it apart, node by node."""
    cluster = supply.ground.cluster
    for term, carriers in terms.items():
        selected = selected_by(term, cluster.namespaces)
        if group in carriers:
            matching = [each for each in supply.ground.groups if selected.holds(each.spec)]
            values = {node.labels.get(term.topology_key) for node in cluster.nodes}
            if carriers != [group] or matching != [group] or len(values) < len(cluster.nodes):
                return False
        elif selected.holds(group.spec):
            return False
    return True
