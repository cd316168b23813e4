"""What is on every node, as far as loose pods come and go; everybody else stays where an answer has them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    from solver.cluster.pod import Pod
    from solver.model.ground import Ground
    from solver.model.groups import PodGroup
    from solver.placement import Placement
    from solver.strategies.cpsat.packing.loose import Company, Marks
    from solver.strategies.cpsat.packing.task import Ints

Amounts = tuple[int, ...]


class Loads:
    """Nodes are places in the ground's cluster, groups their indices, resources in the ground's order.

    ``offered`` is what there is of each resource for loose pods (negative where others hold too much already), ``room``
    what is left of it. ``on`` are the groups of the loose pods that are there and ``left`` those of the ones without a
    node, one entry a pod. ``kept`` nodes hold a workload's pod that stays, and are in use whatever happens; ``staying``
    are the groups of these pods.
    """

    def __init__(self, ground: Ground, company: Company, placement: Placement) -> None:
        self.ground = ground
        self.company = company
        nodes = ground.cluster.nodes
        self.resources = ground.resources(ground.groups)
        self.requests: tuple[Amounts, ...] = tuple(
            tuple(ground.amount(group, name) for name in self.resources) for group in ground.groups
        )
        offered = [[ground.offered(node, name) for name in self.resources] for node in nodes]
        self.room: Ints = np.array(offered, dtype=np.int64).reshape(len(nodes), len(self.resources))
        self.kept: NDArray[np.bool_] = np.zeros(len(nodes), dtype=np.bool_)
        self.on: list[list[int]] = [[] for _ in nodes]
        self.staying: list[list[int]] = [[] for _ in nodes]
        self.left: list[int] = []
        self._allowed = _allowed(ground, company)
        self._pool = {ground.column[node]: row.pool.name for row in ground.candidates for node in row.nodes}
        self._openable = {row.pool.name: row.pool.openable for row in ground.candidates}
        self._held: list[Marks] = [frozenset() for _ in nodes]
        self._settle(placement)
        self.offered: Ints = self.room.copy()
        self._barred = list(self._held)
        loose, self.on = self.on, [[] for _ in nodes]
        for node, groups in enumerate(loose):
            self.put(node, groups)

    def put(self, node: int, groups: Iterable[int]) -> None:
        """Loose pods of these groups come to the node."""
        came = list(groups)
        if not came:
            return
        if not self.on[node] and not self.kept[node] and node in self._pool:
            self._openable[self._pool[node]] -= 1
        self.on[node] += came
        self.room[node] -= self._sum(came)
        self._barred[node] = self._barred[node].union(*(self.company.bars[group] for group in came))

    def take(self, node: int) -> list[int]:
        """All loose pods leave the node; gives their groups."""
        went, self.on[node] = self.on[node], []
        if went:
            self.room[node] += self._sum(went)
            self._barred[node] = self._held[node]
            if not self.kept[node] and node in self._pool:
                self._openable[self._pool[node]] += 1
        return went

    def barred(self, node: int) -> Marks:
        """What a group that comes to the node must not show."""
        return self._barred[node]

    def may_open(self, node: int) -> bool:
        """Whether the pool of an unused node, if it has one, still opens nodes."""
        return node not in self._pool or self._openable[self._pool[node]] > 0

    def allows(self, group: int, node: int) -> bool:
        """Whether the node is one where the group may be at all."""
        return bool(self._allowed[group][node])

    def takers(self, group: int) -> Ints:
        """The nodes that take a further pod of the group; unused ones of used-up pools among them."""
        fitting = self._allowed[group] & (self.room >= self.requests[group]).all(axis=1)
        shows = self.company.shows[group]
        welcome = [place for place in np.flatnonzero(fitting).tolist() if shows.isdisjoint(self._barred[place])]
        taking: Ints = np.array(welcome, dtype=np.int64)
        return taking

    def node_of(self) -> Iterator[tuple[Pod, int]]:
        """Which loose pod is where; pods of a group are taken in their order."""
        waiting = {group.index: iter(group.pending) for group in self.ground.groups if self.company.loose[group.index]}
        for node, groups in enumerate(self.on):
            for group in groups:
                yield next(waiting[group]), node

    def _sum(self, groups: Iterable[int]) -> Ints:
        total: Ints = np.array([self.requests[group] for group in groups], dtype=np.int64).sum(axis=0)
        return total

    def _settle(self, placement: Placement) -> None:
        column = {node.name: place for node, place in self.ground.column.items()}
        where = {pod.key: column[node.name] for pod, node in placement.node_of.items()}
        for group in self.ground.groups:
            host = self.ground.host(group)
            if host is not None:
                self._hold(group, self.ground.column[host], len(group))
                continue
            for node, pods in group.bound.items():
                self._hold(group, self.ground.column[node], len(pods))
            if self.company.loose[group.index]:
                for pod in group.pending:
                    (self.on[where[pod.key]] if pod.key in where else self.left).append(group.index)
            else:
                for place, number in Counter(where[pod.key] for pod in group.pending if pod.key in where).items():
                    self._hold(group, place, number)
        for place in np.flatnonzero(self.kept).tolist():
            if place in self._pool:
                self._openable[self._pool[place]] -= 1

    def _hold(self, group: PodGroup, node: int, pods: int) -> None:
        """So many pods of the group stay on the node."""
        self.room[node] -= pods * np.array(self.requests[group.index], dtype=np.int64)
        if group.movable:
            self.kept[node] = True
            self.staying[node] += [group.index] * pods
        self._held[node] |= self.company.bars[group.index]


def _allowed(ground: Ground, company: Company) -> dict[int, NDArray[np.bool_]]:
    """Of each loose group the nodes where it may be at all; equal answers are kept once."""
    known: dict[bytes, NDArray[np.bool_]] = {}
    allowed: dict[int, NDArray[np.bool_]] = {}
    for group in ground.groups:
        if company.loose[group.index] and group.pending:
            mask = ground.most(group) > 0
            allowed[group.index] = known.setdefault(mask.tobytes(), mask)
    return allowed
