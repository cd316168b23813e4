"""Nodes opened the way a cluster autoscaler does it: for the pods that are left over, in rounds.

Source: https://kubernetes.io/docs/concepts/cluster-administration/node-autoscaling/
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from solver.cluster.state import ClusterState
from solver.placement import Placement, widened
from solver.rules.gpu_sharing.assign import named_devices
from solver.rules.profile import Profile
from solver.strategies.kube_scheduler.standing import Standing

if TYPE_CHECKING:
    from solver.cluster.cluster import Cluster
    from solver.cluster.columns import Column
    from solver.cluster.node import Node
    from solver.cluster.pod import Pod
    from solver.cluster.pool import NodePool
    from solver.result import Answer

_REPEATS = 3
"""How often nodes are opened again after dropping empty ones has left pods without a node."""

_NEVER = 2**62
"""The turn of nodes that are not for choice."""

Schedule = Callable[["Cluster"], "Answer"]


@dataclass
class Autoscaler:
    """Opens nodes of the cluster's pools, and schedules from scratch after every round.

    ``schedule`` is one run of kube-scheduler on exactly the nodes of a cluster.
    """

    cluster: Cluster
    schedule: Schedule
    profile: Profile = field(default_factory=Profile)

    def answer(self) -> Answer:
        """kube-scheduler's own answer on the nodes that are there in the end; every opened one holds a pod."""
        opened: list[Node] = []
        answer = self.schedule(self.cluster)
        for _ in range(_REPEATS):
            opened, grown = self._grow(opened, answer)
            opened, answer = self._shrink(opened, grown)
            if self._left(answer) <= self._left(grown):
                break
        return answer

    def _grow(self, opened: list[Node], answer: Answer) -> tuple[list[Node], Answer]:
        """Open nodes as long as that leaves fewer pods without one; what did not help a pod is not tried again."""
        tried: set[tuple[str, Pod]] = set()
        while True:
            helped, nodes = self._cheapest_help(answer.placement, opened, tried)
            larger = self.schedule(widened(self.cluster, (*opened, *nodes))) if nodes else answer
            if not nodes or larger.limit is not None:
                return opened, answer
            if self._left(larger) < self._left(answer):
                opened, answer = [*opened, *nodes], larger
            else:
                tried |= helped

    def _shrink(self, opened: list[Node], answer: Answer) -> tuple[list[Node], Answer]:
        """Drop the opened nodes that hold nothing, and schedule again, until there are none."""
        while True:
            used = set(answer.placement.used)
            kept = [node for node in opened if node in used]
            if len(kept) == len(opened):
                return opened, answer
            smaller = self.schedule(widened(self.cluster, kept))
            if smaller.limit is not None:
                return opened, answer
            opened, answer = kept, smaller

    def _cheapest_help(
        self, placement: Placement, opened: Sequence[Node], tried: set[tuple[str, Pod]]
    ) -> tuple[set[tuple[str, Pod]], list[Node]]:
        """The nodes of the cheapest pool that would take any of the pods left over, and these pods with the pool."""
        candidates = {pod for pod in self.cluster.pending if pod.movable}
        for pool in sorted(self.cluster.pools, key=_price):
            left = [pod for pod in placement.pending if pod in candidates and (pool.name, pod) not in tried]
            fresh = list(_fresh_nodes(pool, opened, len(left)))
            estimate = self._first_fit(placement, fresh, left) if fresh else {}
            if estimate:
                used = set(estimate.values())
                return {(pool.name, pod) for pod in estimate}, [node for node in fresh if node.name in used]
        return set(), []

    def _first_fit(self, placement: Placement, fresh: Sequence[Node], pods: Sequence[Pod]) -> dict[Pod, str]:
        """Largest pod first, each on the first of the fresh nodes in use that takes it, else on the next one."""
        cluster = widened(placement.cluster, fresh)
        state = ClusterState(cluster, (), named_devices(placement))
        for pod, node in placement.node_of.items():
            state.bind(pod, state.place[node.name])
        turn = np.full(len(state.nodes), _NEVER, dtype=np.int64)
        turn[[state.place[node.name] for node in fresh]] = len(fresh) + np.arange(len(fresh))
        daemons = cluster.pods[len(placement.cluster.pods) :]
        estimate: dict[Pod, str] = {}
        for pod in (*daemons, *sorted(pods, key=lambda pod: _size(pod, fresh[0]), reverse=True)):
            place = self._first_place(pod, state, turn)
            if place is not None:
                state.bind(pod, place)
                if pod.movable:
                    turn[place] %= len(fresh)
                    estimate[pod] = state.nodes[place].name
        return estimate

    def _first_place(self, pod: Pod, state: ClusterState, turn: Column) -> int | None:
        """The feasible node whose turn comes first; nodes in use have theirs before all others."""
        standing = state.once(("standing", pod.spec), lambda: Standing(pod.spec, state, self.profile))
        standing.begin()
        feasible = standing.feasible()
        if standing.rejected is not None or not len(feasible):
            return None
        first = int(feasible[turn[feasible].argmin()])
        return first if turn[first] != _NEVER else None

    def _left(self, answer: Answer) -> tuple[int, ...]:
        """How many of the pods of at least each priority have no node, from the top."""
        without = [pod.priority for pod in self.cluster.pending if pod not in answer.placement.node_of]
        return tuple(sum(priority >= tier for priority in without) for tier in self.cluster.tiers)


def _fresh_nodes(pool: NodePool, opened: Sequence[Node], most: int) -> Iterator[Node]:
    """The next nodes that the pool can open, its zones in turn."""
    names = {node.name for node in opened}
    mine = sum(node.pool == pool.name for node in opened)
    zones = len(pool.templates)
    turn = sum(pool.taken) + mine
    ranks = [0] * zones
    for _ in range(min(most, pool.openable - mine)):
        zone = turn % zones
        turn += 1
        node = pool.node(zone, ranks[zone])
        while node.name in names:
            ranks[zone] += 1
            node = pool.node(zone, ranks[zone])
        ranks[zone] += 1
        yield node


def _price(pool: NodePool) -> float:
    """Per hour; pools without a price come in their order, after none."""
    price = pool.templates[0].price_per_hour
    return 0.0 if price is None else float(price)


def _size(pod: Pod, node: Node) -> float:
    """The largest share of a node that any of the requests takes."""
    shares = (amount / max(node.allocatable.get(name, 0), 1) for name, amount in pod.spec.requests.items())
    return max(shares, default=0.0)
