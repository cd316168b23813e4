"""Bounds that need no search: what no placement can beat, by counting one resource at a time.

Pending: of pods that share a capacity, never more fit than as many of the smallest. Cost: the placed pods need so much
of a resource, and no set of nodes offers that for less than the cheapest per unit do. Both forget on which node a pod
is and every rule but the room, so every placement meets them. `docs/formulation.md` has the arguments.
"""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from functools import cached_property
from math import ceil, gcd, lcm
from typing import TYPE_CHECKING, NamedTuple

from solver.objectives.cost import prices_of
from solver.objectives.question import ObjectiveName, Unserved
from solver.objectives.unserved import requested, unit_of
from solver.strategies.cpsat.stages import Part

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from solver.cluster.node import Node
    from solver.model.ground import Ground
    from solver.model.groups import PodGroup
    from solver.strategies.cpsat.stages import Stage


def own_bounds(stages: Sequence[Stage], values: Sequence[Fraction], ground: Ground) -> list[Fraction]:
    """A bound for each stage that holds as long as the earlier ones keep these ``values``, or better ones."""
    counting = Counting(ground)
    bounds = [_bound(place, stages, values, counting) for place in range(len(stages))]
    return [min(bound, value) for bound, value in zip(bounds, values, strict=True)]


def _bound(place: int, stages: Sequence[Stage], values: Sequence[Fraction], counting: Counting) -> Fraction:
    stage = stages[place]
    if stage.level.objective is ObjectiveName.COST:
        return counting.cost(_left_out(stages[:place], values))
    if isinstance(stage.level.objective, Unserved):
        return counting.unserved(stage.level.objective.resource, stage.level.priority)
    if stage.level.objective is not ObjectiveName.PENDING or stage.level.priority is None or stage.part is Part.EVICTED:
        return Fraction(0)
    counted = (value for earlier, value in zip(stages[:place], values, strict=False) if earlier.part is not None)
    known = sum(counted, Fraction(0)) if stage.part is Part.UNPLACED else Fraction(0)
    return max(Fraction(0), counting.pending(stage.level.priority) - known)


class LeftOut(NamedTuple):
    """At most so many ``pods`` of at least this ``priority`` are left without a node."""

    priority: int
    pods: int


def _left_out(stages: Sequence[Stage], values: Sequence[Fraction]) -> LeftOut | None:
    """What these stages say of the lowest tier that they speak of, where they keep their values; None: of no tier."""
    asked = [
        (stage, stage.level.priority, value)
        for stage, value in zip(stages, values, strict=False)
        if stage.level.objective is ObjectiveName.PENDING and stage.level.priority is not None
    ]
    if not asked:
        return None
    last, priority, pods = asked[-1]
    return LeftOut(priority, int(pods if last.part is None else sum(value for *_, value in asked)))


class Shortage(NamedTuple):
    """What pods ask for of a resource (milli-CPU, bytes, pods), and what there is for them."""

    resource: str
    asked: int
    room: int


class Counting:
    """Demand and capacity of a ground, resource by resource; DaemonSet pods of candidates are left out."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._groups = [group for group in ground.groups if ground.host(group) is None]
        self._resources = ground.resources(self._groups)

    def pending(self, tier: int) -> Fraction:
        """The least number of pods of at least this priority without a node."""
        asking = [group for group in self._groups if group.priority >= tier]
        able = [group for group in asking if group.bound or self._ground.most(group).any()]
        hopeless = sum(map(len, asking)) - sum(map(len, able))
        return Fraction(hopeless + max(self._too_many(able, resource) for resource in self._resources))

    def unserved(self, resource: str, tier: int | None) -> Fraction:
        """The least that pods of at least this priority request of a resource without getting it."""
        asking = [group for group in self._groups if tier is None or group.priority >= tier]
        able = [group for group in asking if group.bound or self._ground.most(group).any()]
        asked = sum(requested(group.spec, resource) * self._restless(group) for group in asking)
        served = min(self._served(able, resource, limiting) for limiting in self._resources)
        return max(Fraction(0), asked - served) * unit_of(resource)

    def _served(self, groups: Iterable[PodGroup], resource: str, limiting: str) -> Fraction:
        """The most of a resource for pods that share the room of another: whoever brings most for its room first."""
        amounts = [
            (requested(group.spec, resource), self._ground.amount(group, limiting), self._restless(group))
            for group in groups
        ]
        served = Fraction(sum(value * pods for value, amount, pods in amounts if not amount))
        room = Fraction(self._total_room(limiting))
        limited = (each for each in amounts if each[1])
        for value, amount, pods in sorted(limited, key=lambda each: Fraction(-each[0], each[1])):
            fitting = min(Fraction(pods), room / amount)
            served += value * fitting
            room -= fitting * amount
        return served

    def shortage(self, tier: int) -> Shortage | None:
        """The resource of which pods of at least this priority need more than there is; None: none proves it alone."""
        asking = [group for group in self._groups if group.priority >= tier]
        able = [group for group in asking if group.bound or self._ground.most(group).any()]
        short = max(self._resources, key=lambda resource: self._too_many(able, resource))
        if not self._too_many(able, short):
            return None
        asked = sum(self._ground.amount(group, short) * self._restless(group) for group in able)
        return Shortage(short, asked, self._total_room(short))

    def cost(self, left_out: LeftOut | None) -> Fraction:
        """The least price of nodes for all pods of a tier but so many, in what prices can add up to."""
        if left_out is None:
            return Fraction(0)
        prices = prices_of(self._ground.cluster)
        least = max(self._price_of(resource, left_out, prices) for resource in self._resources)
        step = common_part(prices.values())
        return ceil(least / step) * step if step else least

    def _too_many(self, groups: Iterable[PodGroup], resource: str) -> int:
        """How many of the groups' pods that may go or leave do not fit, were each as small as the smallest left."""
        room = self._total_room(resource)
        too_many = 0
        for group in sorted(groups, key=lambda group: self._ground.amount(group, resource)):
            amount, pods = self._ground.amount(group, resource), self._restless(group)
            fitting = min(pods, room // amount) if amount else pods
            room -= fitting * amount
            too_many += pods - fitting
        return too_many

    def _total_room(self, resource: str) -> int:
        """What all restless pods together can have, of nodes that are there and that may be opened."""
        there = (node for node in self._ground.cluster.nodes if node not in self._candidates)
        return sum(self._room(node, resource) for node in there) + self._room_to_open(resource)

    def _price_of(self, resource: str, left_out: LeftOut, prices: Mapping[Node, Fraction]) -> Fraction:
        """Fill the demand from the nodes that are paid for anyway, then from the cheapest per unit."""
        need = self._demand(resource, left_out)
        offers: Counter[tuple[Fraction, int]] = Counter()
        spent = Fraction(0)
        for node, copies in zip(self._ground.cluster.nodes, self._ground.copies.tolist(), strict=True):
            offered = max(self._ground.offered(node, resource), self._held(node, resource))
            if node in self._surely_used:
                need -= offered
                spent += prices[node]
            elif offered:
                offers[prices[node], offered] += copies
        for (price, offered), number in sorted(offers.items(), key=lambda offer: offer[0][0] / offer[0][1]):
            if need <= 0:
                break
            used = min(Fraction(need, offered), Fraction(number))
            spent += used * price
            need -= offered * number
        return spent

    def _demand(self, resource: str, left_out: LeftOut) -> int:
        """What the workloads' pods of the tier need in all, without the largest so many."""
        groups = [group for group in self._groups if group.movable and group.priority >= left_out.priority]
        need, without_node = 0, left_out.pods
        for group in sorted(groups, key=lambda group: -self._ground.amount(group, resource)):
            dropped = min(without_node, len(group))
            without_node -= dropped
            need += (len(group) - dropped) * self._ground.amount(group, resource)
        return need

    def _restless(self, group: PodGroup) -> int:
        """Pods that want a node or may leave theirs; the others have theirs for good."""
        return len(group) if self._may_leave(group) else len(group.pending)

    def _may_leave(self, group: PodGroup) -> bool:
        return self._ground.may_be_evicted(group) or self._ground.may_move(group)

    def _room(self, node: Node, resource: str) -> int:
        """What the restless pods can have of a node: what others leave, or what they hold already if that is more."""
        allocatable = self._ground.offered(node, resource)
        settled = sum(
            self._ground.amount(group, resource) * count
            for group, count in self._on(node)
            if not self._may_leave(group)
        )
        restless = sum(
            self._ground.amount(group, resource) * count for group, count in self._on(node) if self._may_leave(group)
        )
        return max(allocatable - settled, restless)

    def _room_to_open(self, resource: str) -> int:
        """The largest that each pool could add."""
        sizes: dict[str, tuple[int, int]] = {}
        for row in self._ground.candidates:
            template = row.nodes[0] if row.nodes else None
            if template is not None:
                size = self._ground.offered(template, resource)
                largest = max(size, sizes.get(row.pool.name, (0, 0))[0])
                sizes[row.pool.name] = (largest, row.pool.openable)
        return sum(size * number for size, number in sizes.values())

    def _held(self, node: Node, resource: str) -> int:
        return sum(self._ground.amount(group, resource) * count for group, count in self._on(node))

    def _on(self, node: Node) -> Sequence[tuple[PodGroup, int]]:
        return self._bound.get(node, ())

    @cached_property
    def _candidates(self) -> frozenset[Node]:
        return self._ground.candidate_nodes

    @cached_property
    def _bound(self) -> Mapping[Node, Sequence[tuple[PodGroup, int]]]:
        bound: dict[Node, list[tuple[PodGroup, int]]] = {}
        for group in self._groups:
            for node, pods in group.bound.items():
                bound.setdefault(node, []).append((group, len(pods)))
        return bound

    @cached_property
    def _surely_used(self) -> frozenset[Node]:
        """Nodes of workload pods that cannot leave."""
        settled = (group for group in self._groups if group.movable and not self._may_leave(group))
        return frozenset(node for group in settled for node in group.bound)


def common_part(prices: Iterable[Fraction]) -> Fraction:
    """The largest amount of which every price is a multiple."""
    known = set(prices)
    parts = lcm(*(price.denominator for price in known))
    return Fraction(gcd(*(int(price * parts) for price in known)), parts)
