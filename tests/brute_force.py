"""The best placement of a tiny cluster, by looking at all of them.

Every set of bound pods that may leave is tried; from there every state that binds can reach, each bind passing the
naive oracle's filters in the state of that moment. Nothing of the solver is imported.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import chain, combinations
from typing import TYPE_CHECKING

from tests.oracle import feasible, settled
from tests.oracle.devices import DEVICE, settled_in, taken
from tests.oracle.filters import Bound
from tests.oracle.objects import Raw, key, name, node_named, notes, of_kind, spec

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

PRICE = "podsolver/price-per-hour"

BY_PREEMPTION = ("keep", "movable")
"""Policies under which a bound pod ends up without a node only where preemption takes its place."""

Where = dict[str, str]
"""Pod to node."""


@dataclass(frozen=True)
class Optimum:
    """The least vector and one way to get it.

    ``pending``: for each tier from the top, the pods of at least its priority without a node.
    """

    pending: tuple[int, ...]
    disruption: int
    cost: Fraction
    where: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Tiny:
    """A cluster small enough, split into those who have a node and those who want one."""

    objects: list[Raw]
    pods: dict[str, Raw]
    start: Where

    @property
    def tiers(self) -> list[int]:
        return sorted({self.priority(pod) for pod in self.pods}, reverse=True)

    def priority(self, pod: str) -> int:
        return int(spec(self.pods[pod]).get("priority") or 0)

    def preempts(self, pod: str) -> bool:
        return spec(self.pods[pod]).get("preemptionPolicy") != "Never"


def optimum(objects: list[Raw], policy: str) -> Optimum:
    """The lexicographic optimum of (pending per tier, disruption, cost) under a policy for bound pods."""
    objects = settled_in(objects)
    pods = {key(pod): pod for pod in of_kind(objects, "Pod")}
    start = {pod: spec(raw)["nodeName"] for pod, raw in pods.items() if spec(raw).get("nodeName")}
    tiny = Tiny(objects, pods, start)
    allowed = (where for where in outcomes(tiny, policy) if is_allowed(tiny, where, policy))
    best = min(allowed, key=lambda where: rank(tiny, where, policy))
    return Optimum(pending(tiny, best), disruption(tiny, best), cost(tiny, best), tuple(sorted(best.items())))


def outcomes(tiny: Tiny, policy: str) -> Iterator[Where]:
    """Every placement that can be reached when all that leaves leaves first."""
    wanting = [pod for pod in tiny.pods if pod not in tiny.start]
    for leaving in subsets(tiny.start) if policy != "fixed" else [()]:
        staying = {pod: node for pod, node in tiny.start.items() if pod not in leaving}
        movers = leaving if policy in ("movable", "evictable") else ()
        yield from reachable(tiny, staying, (*wanting, *movers))


def reachable(tiny: Tiny, start: Where, wanting: tuple[str, ...]) -> Iterator[Where]:
    """All states that binds of these pods lead to, the start included; volumes and devices are part of a state."""
    seen = set()
    waiting = [(start, tiny.objects)]
    while waiting:
        where, objects = waiting.pop()
        state = (frozenset(where.items()), volumes_of(objects), devices_of(objects, where))
        if state in seen:
            continue
        seen.add(state)
        yield where
        for pod in wanting:
            for node in of_kind(objects, "Node") if pod not in where else ():
                goes_back = tiny.start.get(pod) == name(node)
                if not goes_back and feasible(objects, Bound(where), tiny.pods[pod], name(node))[0]:
                    later = taken(settled(objects, tiny.pods[pod], node), where, tiny.pods[pod], node)
                    waiting.append(({**where, pod: name(node)}, later))


def volumes_of(objects: list[Raw]) -> frozenset[tuple[str, str]]:
    claims = of_kind(objects, "PersistentVolumeClaim")
    return frozenset((key(claim), str(spec(claim).get("volumeName"))) for claim in claims)


def devices_of(objects: list[Raw], where: Where) -> frozenset[tuple[str, str]]:
    pods = (pod for pod in of_kind(objects, "Pod") if key(pod) in where)
    return frozenset((key(pod), notes(pod).get(DEVICE, "")) for pod in pods)


def subsets(items: Iterable[str]) -> Iterator[tuple[str, ...]]:
    kept = list(items)
    return chain.from_iterable(combinations(kept, count) for count in range(len(kept) + 1))


def evicted(tiny: Tiny, where: Where) -> list[str]:
    return [pod for pod in tiny.start if pod not in where]


def is_allowed(tiny: Tiny, where: Where, policy: str) -> bool:
    """Preemption takes a pod's place for one of higher priority that may preempt and is new on the very node."""
    return policy not in BY_PREEMPTION or all(is_victim(tiny, where, pod) for pod in evicted(tiny, where))


def is_victim(tiny: Tiny, where: Where, pod: str) -> bool:
    home = tiny.start[pod]
    arrived = [other for other, node in where.items() if node == home and tiny.start.get(other) != home]
    return any(tiny.preempts(other) and tiny.priority(other) > tiny.priority(pod) for other in arrived)


def rank(tiny: Tiny, where: Where, policy: str) -> tuple[object, ...]:
    """Where bound pods are kept, a tier's evictions come before its pods that find no node."""
    if policy != "keep":
        return (*pending(tiny, where), disruption(tiny, where), cost(tiny, where))
    gone = evicted(tiny, where)
    waiting = [pod for pod in tiny.pods if pod not in tiny.start and pod not in where]
    by_tier = [sum(tiny.priority(pod) == tier for pod in pods) for tier in tiny.tiers for pods in (gone, waiting)]
    return (*by_tier, disruption(tiny, where), cost(tiny, where))


def pending(tiny: Tiny, where: Where) -> tuple[int, ...]:
    """For each tier from the top: pods of at least its priority without a node, evicted ones among them."""
    without = [tiny.priority(pod) for pod in tiny.pods if pod not in where]
    return tuple(sum(priority >= tier for priority in without) for tier in tiny.tiers)


def disruption(tiny: Tiny, where: Where) -> int:
    return sum(1 if pod not in where else 2 * (where[pod] != node) for pod, node in tiny.start.items())


def cost(tiny: Tiny, where: Where) -> Fraction:
    """Prices of the nodes that hold a pod; their number where no node has a price."""
    used = [node_named(tiny.objects, node) for node in set(where.values())]
    return sum((Fraction(notes(node).get(PRICE, "1")) for node in used), Fraction(0))
