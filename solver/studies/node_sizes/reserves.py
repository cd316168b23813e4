"""Mixes that keep a reserve: nodes that hold all pods, and spare ones beside them that can stand in for any that fail.

For the loss of a node one spare is enough, of a type that has as much room as any node of the mix; or one in each zone,
where pods have to be spread. For the loss of a zone, sort the nodes by price and cut them into groups of Z - 1. Each
group gets one spare with as much room as any of the group, and the Z nodes go to different zones. A zone that fails has
one node of each group; if it is not the spare itself, that one stands in another zone and takes its pods. Rules that
tie pods to zones or to one another can still break this: the mixes are candidates, to be played through.
"""

from __future__ import annotations

import time
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from math import inf
from typing import TYPE_CHECKING

from solver.placement import widened
from solver.run import run
from solver.studies.node_sizes.capacity import for_workloads, resources_of
from solver.studies.node_sizes.dealing import further, in_all_zones
from solver.studies.node_sizes.floor import Floor
from solver.studies.node_sizes.mix import Mix, without_empty
from solver.studies.node_sizes.risk import Part
from solver.studies.node_sizes.search import attempted
from solver.studies.node_sizes.task import QUESTION

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from solver.cluster.node import Node
    from solver.result import Result
    from solver.studies.node_sizes.offers import Offer
    from solver.studies.node_sizes.task import Task

_BASES = 5
"""So many mixes are given a reserve: of types up to a price, for those prices that come out cheapest by totals."""

_APART = Decimal("1.5")
"""The ratio of any two of these prices at least: totals do not see that large pods fill small nodes badly."""


def with_reserves(task: Task, known: Sequence[Mix], kind: Part, seconds: float, until: float) -> Iterator[Mix]:
    """The known mixes and some of smaller nodes, each with a reserve; nothing is claimed to be proven.

    Each of the smaller ones gets half of the time that is left, the most promising one first, as long as these are
    ``seconds`` at least.
    """
    for mix in known:
        yield from _with_reserve(task, mix, kind, seconds)
    for price in _prices(task, kind):
        share = (until - time.monotonic()) / 2
        if share < seconds:
            break
        base = attempted(task.over([offer for offer in task.offers if offer.price <= price]).within(share))
        if base is not None:
            yield from _with_reserve(task, base, kind, seconds)


def _prices(task: Task, kind: Part) -> list[Decimal]:
    """Of the dearest node: those with which mix and reserve together look cheapest, each well apart from the others."""
    floor = Floor(task.offers, task.workloads)
    share = 0.0 if kind is Part.NODE else 1 / (len(task.offers[0].templates) - 1)
    estimates = {
        price: floor.of([offer for offer in task.offers if offer.price <= price]) * (1 + share) + float(price)
        for price in sorted({offer.price for offer in task.offers})
    }
    chosen: list[Decimal] = []
    for price in sorted((price for price in estimates if estimates[price] < inf), key=estimates.__getitem__):
        if all(max(price, other) >= _APART * min(price, other) for other in chosen):
            chosen.append(price)
    return chosen[:_BASES]


def _with_reserve(task: Task, base: Mix, kind: Part, seconds: float) -> Iterator[Mix]:
    offers = [task.offer_of_pool[node.pool or ""] for node in base.nodes]
    if kind is Part.NODE:
        base = in_all_zones(task, base)
        spare = _stand_in(task, offers)
        each = [further(template, base.nodes) for template in spare.templates] if spare else []
        # One spare somewhere is enough, but for pods that have to be in the zone of the node that failed.
        for some in [*([node] for node in each), each] if each else []:
            yield replace(base, spare=tuple(some), bound=Fraction(0))
        return
    groups = _groups(task, offers)
    if groups:
        mix = placed_on(task.within(seconds), _dealt(groups))
        if mix is not None:
            yield mix


def _stand_in(task: Task, offers: Sequence[Offer]) -> Offer | None:
    """The cheapest offer with as much room as any of these, in all that pods ask for; None where there is none."""
    names = resources_of(task.workloads)
    rooms = [for_workloads(offer.template, task.workloads) for offer in dict.fromkeys(offers)]
    most = {name: max(room.get(name, 0) for room in rooms) for name in names}
    for offer in sorted(task.offers, key=lambda offer: offer.price):
        room = for_workloads(offer.template, task.workloads)
        if all(room.get(name, 0) >= amount for name, amount in most.items()):
            return offer
    return None


def _groups(task: Task, offers: Sequence[Offer]) -> list[list[Offer]]:
    """The nodes in groups, each with its spare; empty where some group has none."""
    ordered = sorted(offers, key=lambda offer: (-offer.price, offer.pool))
    size = len(offers[0].templates) - 1
    groups = [ordered[at : at + size] for at in range(0, len(ordered), size)]
    spares = [_stand_in(task, group) for group in groups]
    return [[*group, spare] for group, spare in zip(groups, spares, strict=True) if spare] if all(spares) else []


def _dealt(groups: Sequence[Sequence[Offer]]) -> list[Node]:
    """A node of each, those of a group in different zones; the spare ones, too, go to the zones in turn."""
    nodes: list[Node] = []
    for turn, group in enumerate(groups):
        for at, offer in enumerate(group):
            nodes.append(further(offer.templates[(turn + at) % len(offer.templates)], nodes))
    return nodes


def placed_on(task: Task, nodes: Sequence[Node]) -> Mix | None:
    """All pods on these nodes, as few of them used as found; the others are spare. None where pods are left over."""
    cluster = widened(task.workloads, nodes)
    scenario = replace(task.scenario, cluster=cluster, question=QUESTION)
    result = run(scenario, task.strategy, time_limit_s=task.time_limit_s, seed=task.seed, workers=task.workers)
    if result.placement.pending:
        return None
    used = set(result.placement.used)
    return Mix(_without_empty_nodes(result), Fraction(0), spare=tuple(node for node in nodes if node not in used))


def _without_empty_nodes(result: Result) -> Result:
    placement = without_empty(result.placement)
    there = set(placement.cluster.pods)
    return replace(result, placement=placement, steps=tuple(step for step in result.steps if step.pod in there))
