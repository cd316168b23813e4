"""What is on every node, as far as loose pods come and go; everybody else stays where an answer has them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from numpy.typing import NDArray

    from solver.cluster.node import Node
    from solver.cluster.pod import Pod
    from solver.model.ground import Ground
    from solver.model.groups import PodGroup
    from solver.placement import Placement
    from solver.strategies.cpsat.packing.loose import Company, Marks
    from solver.strategies.cpsat.packing.task import Ints

Amounts = tuple[int, ...]


class Kind(NamedTuple):
    """Loose pods that can take one another's places: of one group (its index), in one of its homes."""

    group: int
    home: int


class Loads:
    """Nodes are places in the ground's cluster, kinds places in ``kinds``, resources in the ground's order.

    ``offered`` is what there is of each resource for loose pods (negative where others hold too much already), ``room``
    what is left of it. ``on`` are the kinds of the loose pods that are there and ``left`` those of the ones without a
    node, one entry a pod. Of each kind there are ``requests``, the marks that it ``shows`` and those that it ``bars``.
    ``kept`` nodes hold a workload's pod that stays, or have to be there, and are in use whatever happens; ``staying``
    are the requests of these pods.
    """

    def __init__(self, ground: Ground, company: Company, placement: Placement) -> None:
        self.ground = ground
        self._company = company
        nodes = ground.cluster.nodes
        self.resources = ground.resources(ground.groups)
        self._requests = [tuple(ground.amount(group, name) for name in self.resources) for group in ground.groups]
        offered = [[ground.offered(node, name) for name in self.resources] for node in nodes]
        self.room: Ints = np.array(offered, dtype=np.int64).reshape(len(nodes), len(self.resources))
        self.kept: NDArray[np.bool_] = np.zeros(len(nodes), dtype=np.bool_)
        self.staying: list[list[Amounts]] = [[] for _ in nodes]
        self._held: list[Marks] = [frozenset() for _ in nodes]
        self._pods: dict[Kind, list[Pod]] = {}
        column = {node.name: place for node, place in ground.column.items()}
        closed = self._closed([node for node in ground.candidate_nodes if node.name in placement.cluster.node_named])
        self._settle({pod.key: column[node.name] for pod, node in placement.node_of.items()})
        self._pool = {ground.column[node]: row.pool.name for row in ground.candidates for node in row.nodes}
        self._openable = {row.pool.name: row.pool.openable for row in ground.candidates}
        for place in np.flatnonzero(self.kept).tolist():
            if place in self._pool:
                self._openable[self._pool[place]] -= 1
        self.kinds = tuple(self._pods)
        self.requests = tuple(self._requests[kind.group] for kind in self.kinds)
        self.shows = tuple(company.shows[kind.group] for kind in self.kinds)
        self.bars = tuple(company.bars[kind.group] for kind in self.kinds)
        self._allowed = self._allowing(~closed)
        self.offered: Ints = self.room.copy()
        self._barred = list(self._held)
        self.on: list[list[int]] = [[] for _ in nodes]
        self.left: list[int] = []
        for kind, pods in enumerate(self._pods.values()):
            for pod in pods:
                if pod in placement.node_of:
                    self.put(column[placement.node_of[pod].name], [kind])
                else:
                    self.left.append(kind)

    def put(self, node: int, kinds: Iterable[int]) -> None:
        """Loose pods of these kinds come to the node."""
        came = list(kinds)
        if not came:
            return
        if not self.on[node] and not self.kept[node] and node in self._pool:
            self._openable[self._pool[node]] -= 1
        self.on[node] += came
        self.room[node] -= self._sum(came)
        self._barred[node] = self._barred[node].union(*(self.bars[kind] for kind in came))

    def take(self, node: int) -> list[int]:
        """All loose pods leave the node; gives their kinds."""
        went, self.on[node] = self.on[node], []
        if went:
            self.room[node] += self._sum(went)
            self._barred[node] = self._held[node]
            if not self.kept[node] and node in self._pool:
                self._openable[self._pool[node]] += 1
        return went

    def barred(self, node: int) -> Marks:
        """What a pod that comes to the node must not show."""
        return self._barred[node]

    def keeps_apart(self, kind: int) -> bool:
        """Whether no two pods of the kind may share a node."""
        return not self.shows[kind].isdisjoint(self.bars[kind])

    def is_free(self, kind: int) -> bool:
        """Whether no topology domain has to do with pods of the kind."""
        return self._company.free[self.kinds[kind].group]

    def may_open(self, node: int) -> bool:
        """Whether the pool of an unused node, if it has one, still opens nodes."""
        return node not in self._pool or self._openable[self._pool[node]] > 0

    def allows(self, kind: int, node: int) -> bool:
        """Whether the node is one where the kind may be at all."""
        return bool(self._allowed[kind][node])

    def open_to(self) -> NDArray[np.bool_]:
        """Of each node (row) who may be there at all: equal rows, the same kinds."""
        masks = list({id(mask): mask for mask in self._allowed}.values())
        return np.array(masks, dtype=np.bool_).reshape(len(masks), len(self.on)).T.copy()

    def takers(self, kind: int) -> Ints:
        """The nodes that take a further pod of the kind; unused ones of used-up pools among them."""
        fitting = self._allowed[kind] & (self.room >= self.requests[kind]).all(axis=1)
        shows = self.shows[kind]
        welcome = [place for place in np.flatnonzero(fitting).tolist() if shows.isdisjoint(self._barred[place])]
        taking: Ints = np.array(welcome, dtype=np.int64)
        return taking

    @property
    def missing(self) -> tuple[int, int]:
        """How many pods have lost their node that domains have to do with, and how many have none at all."""
        return sum(not self.is_free(kind) for kind in self.left), len(self.left)

    @property
    def loose(self) -> frozenset[Pod]:
        """The pods that come and go."""
        return frozenset(pod for pods in self._pods.values() for pod in pods)

    def residents(self, home_of: Mapping[str, str]) -> list[Counter[int]]:
        """Of each node the kinds of the loose pods that were there, given by key the name of the node of each."""
        column = {node.name: place for node, place in self.ground.column.items()}
        place_of = {kind: place for place, kind in enumerate(self.kinds)}
        residents: list[Counter[int]] = [Counter() for _ in self.on]
        for kind, pods in self._pods.items():
            home = self._company.home[kind.group]
            for node in (column[home_of[pod.key]] for pod in pods if pod.key in home_of):
                there = kind if home is None else Kind(kind.group, int(home[node]))
                if there in place_of:
                    residents[node][place_of[there]] += 1
        return residents

    def node_of(self) -> Iterator[tuple[Pod, int]]:
        """Which loose pod is where; pods of a kind are taken in their order."""
        waiting = [iter(pods) for pods in self._pods.values()]
        for node, kinds in enumerate(self.on):
            for kind in kinds:
                yield next(waiting[kind]), node

    def _sum(self, kinds: Iterable[int]) -> Ints:
        total: Ints = np.array([self.requests[kind] for kind in kinds], dtype=np.int64).sum(axis=0)
        return total

    def _closed(self, there: list[Node]) -> NDArray[np.bool_]:
        """Candidates that must not open; of those that are open already, the ones that must not close are kept."""
        closed = self._company.homes.closed(there)
        self.kept[[self.ground.column[node] for node in there if closed[self.ground.column[node]]]] = True
        return closed

    def _settle(self, where: Mapping[str, int]) -> None:
        """Tell loose pods from those that stay on the nodes where they are."""
        for group in self.ground.groups:
            host = self.ground.host(group)
            if host is not None:
                self._hold(group, self.ground.column[host], len(group))
                continue
            for node, pods in group.bound.items():
                self._hold(group, self.ground.column[node], len(pods))
            home = self._company.home[group.index]
            sizes = np.bincount(home).tolist() if home is not None else []
            for pod in group.pending:
                place = where.get(pod.key)
                if home is not None and (
                    self._company.free[group.index] or (place is not None and sizes[home[place]] > 1)
                ):
                    self._pods.setdefault(Kind(group.index, int(home[place or 0])), []).append(pod)
                elif place is not None:
                    self._hold(group, place, 1)

    def _hold(self, group: PodGroup, node: int, pods: int) -> None:
        """So many pods of the group stay on the node."""
        requests = self._requests[group.index]
        self.room[node] -= pods * np.array(requests, dtype=np.int64)
        if group.movable:
            self.kept[node] = True
            self.staying[node] += [requests] * pods
        self._held[node] |= self._company.bars[group.index]

    def _allowing(self, open_to: NDArray[np.bool_]) -> list[NDArray[np.bool_]]:
        """Of each kind the nodes where it may be at all; equal answers are kept once."""
        known: dict[bytes, NDArray[np.bool_]] = {}
        allowed: list[NDArray[np.bool_]] = []
        for kind in self.kinds:
            home = self._company.home[kind.group]
            mask = open_to & (self.ground.most(self.ground.groups[kind.group]) > 0)
            mask = mask if home is None else mask & (home == kind.home)
            allowed.append(known.setdefault(mask.tobytes(), mask))
        return allowed
