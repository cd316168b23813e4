"""Nodes opened the way a cluster autoscaler does it: for the pods that are left over, in rounds.

Source: https://kubernetes.io/docs/concepts/cluster-administration/node-autoscaling/
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from solver.placement import widened
from solver.rules.profile import Profile
from solver.strategies.kube_scheduler.estimate import Estimate

if TYPE_CHECKING:
    from solver.cluster.cluster import Cluster
    from solver.cluster.node import Node
    from solver.cluster.pod import Pod
    from solver.cluster.pool import NodePool
    from solver.placement import Placement
    from solver.result import Answer

_REPEATS = 3
"""How often nodes are opened again after dropping empty ones has left pods without a node."""

Schedule = Callable[["Cluster"], "Answer"]
_Try = tuple[str, "Pod"]
"""A pool, by its name, and a pod that it was opened for."""


@dataclass
class Autoscaler:
    """Opens nodes of the cluster's pools, and schedules from scratch after every round.

    ``schedule`` is one run of kube-scheduler on exactly the nodes of a cluster; equal clusters have equal answers.
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
        tried: set[_Try] = set()
        while (larger := self._larger(opened, answer, tried)) is not None:
            opened, answer = larger
        return opened, answer

    def _larger(self, opened: list[Node], answer: Answer, tried: set[_Try]) -> tuple[list[Node], Answer] | None:
        """With the first nodes that leave fewer pods without one; None where none do, or the time is over."""
        in_vain: set[tuple[str, ...]] = set()
        for helped, nodes in self._helps(opened, answer.placement, tried):
            names = tuple(node.name for node in nodes)
            if names not in in_vain:
                wider = [*opened, *nodes]
                larger = self.schedule(widened(self.cluster, wider))
                if larger.limit is not None:
                    return None
                if self._left(larger) < self._left(answer):
                    return wider, larger
                in_vain.add(names)
            tried |= helped
        return None

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

    def _helps(
        self, opened: Sequence[Node], placement: Placement, tried: set[_Try]
    ) -> Iterator[tuple[set[_Try], list[Node]]]:
        """From the cheapest pool on, the nodes that would take any of the pods left over, and these pods with the pool.

        What has been given is to be in ``tried`` before the next is asked for: a pool that helps none of the others
        then will not do so later.
        """
        left = [pod for pod in placement.pending if pod in self._candidates]
        for pool in sorted(self.cluster.pools, key=_price):
            room = pool.openable - _opened_of(pool, opened)
            estimate: Estimate | None = None
            while room and (waiting := [pod for pod in left if (pool.name, pod) not in tried]):
                number = min(len(waiting), room)
                if estimate is None or len(estimate.fresh) != number:
                    estimate = Estimate(placement, _fresh_nodes(pool, opened, number), self.profile)
                taken = estimate.first_fit(waiting)
                if not taken:
                    break
                used = set(taken.values())
                yield {(pool.name, pod) for pod in taken}, [node for node in estimate.fresh if node.name in used]

    @cached_property
    def _candidates(self) -> set[Pod]:
        return {pod for pod in self.cluster.pending if pod.movable}

    def _left(self, answer: Answer) -> tuple[int, ...]:
        """How many of the pods of at least each priority have no node, from the top."""
        without = [pod.priority for pod in self.cluster.pending if pod not in answer.placement.node_of]
        return tuple(sum(priority >= tier for priority in without) for tier in self.cluster.tiers)


def _opened_of(pool: NodePool, opened: Sequence[Node]) -> int:
    return sum(node.pool == pool.name for node in opened)


def _fresh_nodes(pool: NodePool, opened: Sequence[Node], number: int) -> Iterator[Node]:
    """The next nodes that the pool can open, its zones in turn."""
    names = {node.name for node in opened}
    zones = len(pool.templates)
    turn = sum(pool.taken) + _opened_of(pool, opened)
    ranks = [0] * zones
    for _ in range(number):
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
