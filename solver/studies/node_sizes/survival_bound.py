"""What a mix costs at least that survives the loss of any node, or of any zone.

After a failure everything runs on what is left, so that costs at least L(S), a bound for the workloads on the types S
of the mix. Let p be the price of the dearest node of the mix; S are then offers of a price up to p.

* A node fails, take the dearest: the mix costs at least p + L(price <= p).
* A zone fails: without one node there is more left than without its zone, so that bound holds here, too. And let C be
  the price of the dearest of the zones. The others, at most Z - 1 and none dearer than C, cost at least L together, so
  C is at least L / (Z - 1); it is a sum of prices, so it is at least the least such sum. The mix costs at least L + C.

Which p it is, nobody knows: the bound is the least of these over all prices. Pods that stay may break after a failure
what new ones have to keep, so spreading and required affinity play no part in L.
"""

from __future__ import annotations

import time
from bisect import bisect_left
from dataclasses import replace
from fractions import Fraction
from math import ceil, gcd, inf, lcm
from typing import TYPE_CHECKING

from solver.studies.node_sizes.fit import misfits
from solver.studies.node_sizes.floor import Floor
from solver.studies.node_sizes.risk import Part
from solver.studies.node_sizes.search import attempted, relaxed_bound

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from solver.cluster.cluster import Cluster
    from solver.cluster.pod import PodSpec
    from solver.studies.node_sizes.offers import Offer
    from solver.studies.node_sizes.task import Task

_SEARCHES = 5
"""So many times the time of a side search goes into the bounds L at most."""
_DOUBT = 1e-9
"""Given away for the rounding of floating point numbers."""
_FINEST = 1_000_000
"""Sums of prices are counted out up to so many steps of their common part; beyond, every multiple of it may be one."""


def least_price(
    task: Task, kind: Part, enough: Fraction, until: float, seconds: float, rest: Fraction = Fraction(0)
) -> Fraction | None:
    """A bound for mixes that survive every failure; none is sought above ``enough``, the price of one that does.

    Each search has half of the time that is left for a few of ``seconds``, and until ``until``; ``rest`` is known to be
    needed after any failure. None: with a single zone nothing is left.
    """
    zones = len(task.offers[0].templates)
    if kind is Part.ZONE and zones < 2:
        return None
    relaxed = task.with_workloads(lenient(task.workloads))
    bounds = {price: max(left, rest) for price, left in _from_totals(relaxed, enough).items()}
    untried = set(bounds)
    until = min(until, time.monotonic() + _SEARCHES * seconds)
    while True:
        totals = {price: _with_failure(left, price, relaxed, kind, zones) for price, left in bounds.items()}
        dearest = min(totals, key=lambda price: (totals[price], -price), default=None)
        if dearest is None or totals[dearest] >= enough:
            return enough
        left = until - time.monotonic()
        if dearest not in untried or left <= 0:
            return totals[dearest]
        untried.discard(dearest)
        found = _searched(relaxed.over(_up_to(dearest, relaxed.offers)).within(min(max(seconds, left / 2), left)))
        bounds |= {price: max(left, found) for price, left in bounds.items() if price <= dearest}


def _searched(task: Task) -> Fraction:
    """What is known of L in the end: half of the time for the relaxation alone, what is left of it for a search."""
    until = time.monotonic() + task.time_limit_s
    bound = relaxed_bound(task.within(task.time_limit_s / 2))
    left = until - time.monotonic()
    mix = attempted(task.within(left)) if left > 0 else None
    return bound if mix is None else max(bound, mix.bound)


def least_by_totals(floor: Floor, offers: Sequence[Offer], kind: Part, rest: Fraction) -> float:
    """The same of some offers from totals alone, cheap enough for thousands of subsets."""
    zones = len(offers[0].templates)
    found = inf
    for price in {offer.price for offer in offers}:
        left = max(floor.of(_up_to(Fraction(price), offers)), float(rest))
        found = min(found, left + max(float(price), left / (zones - 1) if kind is Part.ZONE else 0.0))
    return found * (1 - _DOUBT)


def _from_totals(task: Task, enough: Fraction) -> dict[Fraction, Fraction]:
    """By the price of the dearest node: what all pods cost at least on offers up to that price, as totals have it.

    Left out are prices up to which some pods fit no offer, and those that leave less than that of what is ``enough``.
    """
    floor = Floor(task.offers, task.workloads)
    least = floor.of_whole_pods(task.offers)
    prices = sorted({Fraction(offer.price) for offer in task.offers})
    first = bisect_left(prices, True, key=lambda price: not misfits(task.workloads, _up_to(price, task.offers)))
    possible = [price for price in prices[first:] if least < inf and price + Fraction(least) < enough]
    left = {price: max(least, floor.of(_up_to(price, task.offers))) for price in possible}
    return {price: Fraction(amount) for price, amount in left.items() if amount < inf}


def _up_to(price: Fraction, offers: Sequence[Offer]) -> list[Offer]:
    return [offer for offer in offers if offer.price <= price]


def _with_failure(left: Fraction, dearest: Fraction, task: Task, kind: Part, zones: int) -> Fraction:
    """What a mix costs of which ``left`` is left, and whose dearest node has that price."""
    if kind is Part.NODE:
        return left + dearest
    prices = [Fraction(offer.price) for offer in _up_to(dearest, task.offers)]
    return left + max(dearest, least_sum(prices, left / (zones - 1)))


def least_sum(prices: Sequence[Fraction], least: Fraction) -> Fraction:
    """The least sum of prices, each as often as one likes, that is not below ``least``."""
    paid = [price for price in prices if price]
    if not paid:
        return least
    parts = lcm(*(price.denominator for price in paid))
    whole = [int(price * parts) for price in paid]
    step = gcd(*whole)
    target = ceil(least * parts / step)
    if target > _FINEST:
        return Fraction(target * step, parts)
    sums = _sums([price // step for price in whole], target + max(whole) // step) >> target
    return Fraction((target + (sums & -sums).bit_length() - 1) * step, parts)


def _sums(steps: Sequence[int], most: int) -> int:
    """The sums up to ``most``, as bits."""
    mask = (1 << most + 1) - 1
    sums = 1
    for step in set(steps):
        shift = step
        while shift <= most:
            sums |= sums << shift & mask
            shift *= 2
    return sums


def lenient(workloads: Cluster) -> Cluster:
    """Without spreading and required affinity: after a failure, pods that stay may break what new ones have to keep."""
    specs: Mapping[PodSpec, PodSpec] = {
        spec: replace(spec, spread=(), affinity=replace(spec.affinity, required=()))
        for spec in dict.fromkeys(pod.spec for pod in workloads.pods)
    }
    return replace(workloads, pods=tuple(replace(pod, spec=specs[pod.spec]) for pod in workloads.pods))


def loosened(workloads: Cluster) -> bool:
    """Whether some pods have rules that do not count here."""
    specs = dict.fromkeys(pod.spec for pod in workloads.pods)
    return any(spec.affinity.required or any(constraint.hard for constraint in spec.spread) for spec in specs)
