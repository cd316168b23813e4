"""Simpler ways of sizing, and whether what they say can be carried out.

``totals``: all requests over the capacity of a type, rounded up, for the type that comes out cheapest. ``one type``:
the least that really runs on a single type. ``first-fit decreasing``: a cluster-autoscaler's packing on each type,
the cheapest one. ``flat 8 %``: the same packing where every node is taken to offer 92 % of its capacity and 110 pods.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil, inf
from typing import TYPE_CHECKING

from solver.catalog.reserved import MIB
from solver.cluster.resources import CPU, MEMORY, PODS
from solver.compare.requested import requested_on
from solver.run import run
from solver.studies.node_sizes.capacity import demand
from solver.studies.node_sizes.fit import misfits
from solver.studies.node_sizes.floor import Floor
from solver.studies.node_sizes.search import FIRST, attempted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from solver.result import Result
    from solver.studies.node_sizes.mix import Mix
    from solver.studies.node_sizes.offers import Offer
    from solver.studies.node_sizes.task import Task

WAYS = ("totals", "one type", "first-fit decreasing", "flat 8 %")
_LOOKED_AT = 6
"""Types that each way tries: those that need least for the totals."""
_FLAT_SHARE = (92, 100)
_FLAT_PODS = 110
_ROUNDING = 1e-9
"""USD: sums of prices in floating point."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """How much dearer than the mix the answer is, as a share; None where the pods do not run on what it says.

    ``sure`` False: whether they do was not found out, and ``dearer`` is as if they did. ``packed`` False: not as they
    are packed there, but packed otherwise.
    """

    dearer: float | None
    sure: bool = True
    packed: bool = True


def judged(task: Task, mix: Mix, seconds: float) -> Mapping[str, Verdict]:
    """Every way on one case; the mix is what they are compared with, ``seconds`` are for each type alone."""
    floor = Floor(task.offers, task.workloads)
    ranked = sorted(task.offers, key=floor.alone)[:_LOOKED_AT]
    alone = {offer: attempted(task.over([offer]).within(seconds)) for offer in ranked}
    costs = [float(single.cost) for single in alone.values() if single is not None]
    packed = [_price(result) for offer in ranked if (result := _packed(task, offer)) is not None]
    best = float(mix.cost)
    return {
        "totals": _totals(task, best, seconds),
        "one type": _dearer(min(costs, default=inf), best),
        "first-fit decreasing": _dearer(min(packed, default=inf), best),
        "flat 8 %": _flat(task, alone, best),
    }


def _dearer(cost: float, best: float) -> Verdict:
    return Verdict(None if cost == inf else cost / best - 1)


def _held_against(real: Mix | None, cost: float, best: float) -> Verdict:
    """So many nodes of a type, beside what is known of that type alone."""
    if real is None or float(real.bound) > cost + _ROUNDING:
        return Verdict(None)
    return Verdict(cost / best - 1, sure=float(real.cost) <= cost + _ROUNDING)


def _totals(task: Task, best: float, seconds: float) -> Verdict:
    wanted = demand(task.workloads)
    counts = {offer: _divided(offer, wanted) for offer in task.offers}
    offer = min(counts, key=lambda each: counts[each] * each.price)
    real = attempted(task.over([offer]).within(seconds))
    return _held_against(real, counts[offer] * float(offer.price), best)


def _divided(offer: Offer, wanted: Mapping[str, int]) -> int:
    return max(
        ceil(wanted.get(CPU, 0) / offer.type.milli_cpu), ceil(wanted.get(MEMORY, 0) / (offer.type.memory_mib * MIB))
    )


def _packed(task: Task, offer: Offer) -> Result | None:
    if misfits(task.workloads, [offer]):
        return None
    result = run(task.over([offer]).with_pools(None), FIRST, time_limit_s=5.0)
    return None if result.placement.pending else result


def _price(result: Result) -> float:
    return float(sum(node.price_per_hour or 0 for node in result.placement.used))


def _flat(task: Task, alone: Mapping[Offer, Mix | None], best: float) -> Verdict:
    """The cheapest packing; where it does not hold as it is, its number of nodes is held against what these offer."""
    found: list[tuple[float, int, Offer, bool]] = []
    for at, offer in enumerate(alone):
        flat = replace(
            offer, templates=tuple(replace(node, allocatable=_share(node.capacity)) for node in offer.templates)
        )
        result = _packed(task, flat)
        if result is not None:
            found.append((_price(result), at, offer, _holds(result, offer)))
    if not found:
        return Verdict(None)
    cost, _, offer, holds = min(found, key=lambda each: each[:2])
    return _dearer(cost, best) if holds else replace(_held_against(alone[offer], cost, best), packed=False)


def _share(capacity: Mapping[str, int]) -> dict[str, int]:
    part, whole = _FLAT_SHARE
    reduced = {name: amount * part // whole if name in (CPU, MEMORY) else amount for name, amount in capacity.items()}
    return {**reduced, PODS: _FLAT_PODS}


def _holds(result: Result, offer: Offer) -> bool:
    offered = offer.template.allocatable
    return all(
        amount <= offered.get(name, 0)
        for node in result.placement.used
        for name, amount in requested_on(result.placement, node).items()
    )
