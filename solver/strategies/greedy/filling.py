"""Filling a cluster pod by pod, opening a node of a pool where nothing else takes a pod."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import count
from typing import TYPE_CHECKING

import numpy as np

from solver.cluster.state import ClusterState
from solver.cluster.topology import HOSTNAME
from solver.cluster.workloads import daemon_pods
from solver.placement import Bind, Placement, widened
from solver.rules.gpu_sharing.assign import assigned_devices
from solver.strategies.feasibility import Feasibility

if TYPE_CHECKING:
    from solver.cluster.cluster import Cluster
    from solver.cluster.columns import Places
    from solver.cluster.node import Node
    from solver.cluster.pod import Pod, PodSpec
    from solver.cluster.pool import NodePool

_STOCKED_FROM = 4
"""Once so many nodes of a pool are open in a zone, twice as many more are looked at in advance."""

Choice = Callable[[ClusterState, "Pod", "Places"], int]
"""Of the feasible places (never none, in the order of the input), the one that the pod goes to."""


class Filling:
    """A cluster being filled; ``choose`` picks among feasible nodes.

    ``openable`` says how many nodes of each pool, by name, may still be opened; it is brought up to date.
    """

    def __init__(self, cluster: Cluster, choose: Choice, openable: dict[str, int]) -> None:
        self._choose = choose
        self._openable = openable
        self._binds: list[tuple[Pod, str]] = []
        self._hopeless: set[PodSpec] = set()
        self.opened: tuple[Node, ...] = ()
        self._ranks = {(pool.name, zone): _next_rank(cluster, pool, zone) for pool, zone in _rows(cluster)}
        self._opened_in = dict.fromkeys(self._ranks, 0)
        self._may_stock = not any(_counts_nodes(spec) for spec in {pod.spec: None for pod in cluster.pods})
        self._look_at(cluster)

    def place(self, pod: Pod) -> None:
        """To the chosen feasible node, or to a new node of a pool; who fits nowhere stays pending."""
        if pod.spec in self._hopeless:
            return
        if not self._bind(pod) and not (self._open_for(pod) and self._bind(pod)) and not _may_fit_later(pod):
            self._hopeless.add(pod.spec)

    def put(self, pod: Pod, name: str) -> None:
        """To the node of this name, whatever would be chosen."""
        self._take(pod, self._state.place[name])

    def result(self) -> tuple[Placement, tuple[Bind, ...]]:
        """The placement over all nodes, opened ones included, and its binds in their order."""
        node_named = self.cluster.node_named
        node_of = {pod: node_named[pod.node] for pod in self.cluster.bound if pod.node is not None}
        node_of |= {pod: node_named[name] for pod, name in self._binds}
        placement = Placement(self.cluster, node_of, assigned_devices(self._state))
        return placement, tuple(Bind(pod, node_named[name]) for pod, name in self._binds)

    def can_be_replayed(self) -> bool:
        """Whether all binds pass with every node there from the start: an empty one lowers what spreading allows."""
        state = ClusterState(self.cluster)
        feasible = Feasibility(state)
        for pod, name in self._binds:
            if not feasible.allows(pod.spec, state.place[name]):
                return False
            feasible.bind(pod, state.place[name])
        return True

    def _look_at(self, cluster: Cluster, stock: Iterable[Node] = ()) -> None:
        """Go on with this cluster, with what has been bound so far; nodes in ``stock`` take nobody yet.

        Their zones have open nodes of the same pool, so that they are no new domain of whatever label.
        """
        self.cluster = cluster
        self._stock = {node.name: node for node in stock}
        nodes = (*cluster.nodes, *self._stock.values())
        self._state = ClusterState(replace(cluster, nodes=nodes) if self._stock else cluster)
        self._feasible = Feasibility(self._state)
        self._volumes = [self._feasible.bind(pod, self._state.place[name]) for pod, name in self._binds]
        order = {node.name: rank for rank, node in enumerate(nodes)}
        self._rank = np.array([order[node.name] for node in self._state.nodes], dtype=np.intp)
        self._open = np.ones(len(nodes), dtype=np.bool_)
        self._open[[self._state.place[name] for name in self._stock]] = False

    def _bind(self, pod: Pod) -> bool:
        places = np.flatnonzero(self._feasible.nodes(pod.spec) & self._open)
        if not len(places):
            return False
        self._take(pod, self._choose(self._state, pod, places[np.argsort(self._rank[places], kind="stable")]))
        return True

    def _take(self, pod: Pod, place: int) -> None:
        self._volumes.append(self._feasible.bind(pod, place))
        self._binds.append((pod, self._state.nodes[place].name))

    def _open_for(self, pod: Pod) -> bool:
        """Open the node that costs least for the share of it that the pod takes, among those that would take it."""
        before, binds = self.cluster, len(self._binds)
        for pool, zone, node in sorted(self._offers(), key=lambda offer: _price_of_share(offer[2], pod)):
            if any(amount > node.allocatable.get(name, 0) for name, amount in pod.spec.requests.items()):
                continue
            self._add(before, pool, zone, node)
            place = self._state.place[node.name]
            if self._feasible.nodes(pod.spec)[place]:
                self._openable[pool.name] -= 1
                self._ranks[pool.name, zone] += 1
                self._opened_in[pool.name, zone] += 1
                self.opened += (node,)
                return True
            self._take_back(binds)
            if self._may_stock and self._opened_in[pool.name, zone]:
                self._stock[node.name], self._open[place], self.cluster = node, False, before
            else:
                self._look_at(before, self._left_in_stock())
        return False

    def _add(self, before: Cluster, pool: NodePool, zone: int, node: Node) -> None:
        """The node joins the cluster with its DaemonSet pods, from the stock where it is there already."""
        daemons = daemon_pods(before.daemon_sets, node)
        cluster = replace(before, nodes=(*before.nodes, node), pods=(*before.pods, *daemons))
        if node.name in self._state.place:
            self.cluster = cluster
            self._open[self._state.place[node.name]] = True
        else:
            self._look_at(cluster, (*self._left_in_stock(), *self._further(pool, zone)))
        for daemon in daemons:
            self._bind(daemon)

    def _take_back(self, binds: int) -> None:
        """Undo the last binds until so many are left."""
        while len(self._binds) > binds:
            pod, _ = self._binds.pop()
            self._feasible.unbind(pod, self._volumes.pop())

    def _left_in_stock(self) -> Iterator[Node]:
        return (node for name, node in self._stock.items() if not self._open[self._state.place[name]])

    def _further(self, pool: NodePool, zone: int) -> Iterator[Node]:
        """The nodes that come after the next one."""
        opened, rank = self._opened_in[pool.name, zone], self._ranks[pool.name, zone]
        more = min(2 * opened, self._openable[pool.name] - 1) if self._may_stock and opened >= _STOCKED_FROM else 0
        return (pool.node(zone, rank + after) for after in range(1, more + 1))

    def _offers(self) -> Iterator[tuple[NodePool, int, Node]]:
        """The next node of each pool that is not used up, the zone with fewest opened nodes first."""
        for pool in self.cluster.pools:
            if self._openable[pool.name] > 0:
                for zone in sorted(range(len(pool.templates)), key=lambda zone: self._ranks[pool.name, zone]):
                    yield pool, zone, pool.node(zone, self._ranks[pool.name, zone])


def _rows(cluster: Cluster) -> Iterator[tuple[NodePool, int]]:
    return ((pool, zone) for pool in cluster.pools for zone in range(len(pool.templates)))


def _next_rank(cluster: Cluster, pool: NodePool, zone: int) -> int:
    return next(rank for rank in count() if pool.node(zone, rank).name not in cluster.node_named)


def _counts_nodes(spec: PodSpec) -> bool:
    """Whether an empty node would be a domain that a constraint of the pod looks at."""
    return any(constraint.hard and constraint.topology_key == HOSTNAME for constraint in spec.spread)


def filled(cluster: Cluster, order: Sequence[Pod], choose: Choice, stop: Callable[[], bool]) -> Filling:
    """Fill; and again, on the nodes opened so far, as long as an answer would not hold with all of them from the start.

    Then once more for every opened node that was left empty, without it and without opening others.
    """
    opened: tuple[Node, ...] = ()
    openable = {pool.name: pool.openable for pool in cluster.pools}
    while True:
        wide = widened(cluster, opened)
        filling = Filling(wide, choose, openable)
        _fill(filling, (*wide.pending[len(cluster.pending) :], *order), stop)
        known = (*opened, *filling.opened)
        used = {node.name for node in filling.result()[0].used}
        kept = tuple(node for node in known if node.name in used)
        if len(kept) == len(known) and filling.can_be_replayed():
            return filling
        opened = known if filling.opened else kept
        if not filling.opened:
            openable = dict.fromkeys(openable, 0)


def _fill(filling: Filling, order: Iterable[Pod], stop: Callable[[], bool]) -> None:
    for pod in order:
        if stop():
            break
        filling.place(pod)


def _may_fit_later(pod: Pod) -> bool:
    """Whether the arrival of others can make room for a pod that fits nowhere now."""
    return bool(pod.spec.affinity.required or pod.spec.spread)


def _price_of_share(node: Node, pod: Pod) -> Fraction:
    """Price times the pod's largest share of the node; without a price the share alone."""
    shares = (Fraction(amount, max(node.allocatable.get(name, 0), 1)) for name, amount in pod.spec.requests.items())
    price = Fraction(1) if node.price_per_hour is None else Fraction(node.price_per_hour)
    return price * max(shares, default=Fraction(1))
