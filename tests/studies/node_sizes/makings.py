"""Small workloads and catalogues, and the least price of a mix by trying everything."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from solver.catalog import DEFAULT_RULES, InstanceType
from solver.cluster.cluster import Cluster
from solver.cluster.labels import equals
from solver.cluster.pod import Pod, PodSpec
from solver.cluster.pod_affinity import PodAffinity, PodAffinityTerm
from solver.cluster.resources import total
from solver.cluster.topology import HOSTNAME
from solver.cluster.workloads import DaemonSet
from solver.objectives.question import Question
from solver.scenario import Scenario
from solver.studies.node_sizes.capacity import for_workloads
from solver.studies.node_sizes.offers import Capacity, offers_of
from solver.studies.node_sizes.task import Task

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from solver.studies.node_sizes.offers import Offer

GIB = 2**30
ZONES = ("a", "b")


def machine(name: str, cpu: int, gib: int, price: str, *, pods: int = 20, spot: str | None = None) -> InstanceType:
    """A type whose allocatable is known: milli-CPU, GiB and pods."""
    stated = {"cpu": cpu, "memory": gib * GIB, "pods": pods}
    spot_price = None if spot is None else Decimal(spot)
    return InstanceType(
        name, None, "amd64", Fraction(cpu, 1000), gib * 1024, 0, "", pods, Decimal(price), spot_price, stated
    )


def offers(
    *types: InstanceType, zones: Sequence[str] = ZONES, capacity: Capacity = Capacity.ON_DEMAND
) -> tuple[Offer, ...]:
    return offers_of(types, capacity, zones, DEFAULT_RULES, Decimal(0))


def spec(cpu: int, gib: int = 0, app: str = "web", *, apart: bool = False, **more) -> PodSpec:
    """``apart``: no two pods of the app on one node."""
    term = PodAffinityTerm(HOSTNAME, equals({"app": app}), frozenset({"default"}))
    anti = PodAffinity((term,)) if apart else PodAffinity()
    requests = {"cpu": cpu, "memory": gib * GIB}
    return PodSpec("default", {"app": app}, requests, anti_affinity=anti, **more)


def pods(app: str, number: int, of: PodSpec) -> list[Pod]:
    return [Pod(f"{app}-{at}", of, workload=f"Deployment default/{app}") for at in range(number)]


def task(
    workloads: Sequence[Pod], bought: Sequence[Offer], daemons: Sequence[PodSpec] = (), seconds: float = 5.0
) -> Task:
    sets = tuple(DaemonSet(f"daemon-{at}", replace(each, daemon=True)) for at, each in enumerate(daemons))
    cluster = Cluster((), tuple(workloads), daemon_sets=sets, namespaces={"default": {}})
    return Task(Scenario("small", "", cluster, Question(), (), 0.0), tuple(bought), seconds, workers=1)


def least_price(small: Task, most_types: int | None = None) -> Fraction | None:
    """By trying every way to part the pods into nodes; None where none works."""
    if most_types is not None:
        from itertools import combinations

        found = [least_price(small.over(some)) for some in combinations(small.offers, most_types)]
        return min((price for price in found if price is not None), default=None)
    prices = (_price(small, parts) for parts in _partitions(list(small.workloads.pending)))
    return min((price for price in prices if price is not None), default=None)


def least_price_with(small: Task, offer: Offer) -> Fraction | None:
    """The least price of the mixes that have a node of this offer."""
    only = small.over([offer])
    found = []
    for parts in _partitions(list(small.workloads.pending)):
        for at, part in enumerate(parts):
            there, others = _cheapest(only, part), _price(small, [*parts[:at], *parts[at + 1 :]])
            if there is not None and others is not None:
                found.append(there + others)
    return min(found, default=None)


def _price(small: Task, parts: list[list[Pod]]) -> Fraction | None:
    found = [_cheapest(small, part) for part in parts]
    return None if None in found else sum((price for price in found if price is not None), Fraction(0))


def _cheapest(small: Task, part: list[Pod]) -> Fraction | None:
    apart = [pod.spec.labels["app"] for pod in part if pod.spec.anti_affinity.required]
    if len(set(apart)) < len(apart):
        return None
    wanted = total(pod.spec.requests for pod in part) | {"pods": len(part)}
    fitting = (
        Fraction(offer.price)
        for offer in small.offers
        if all(for_workloads(offer.template, small.workloads).get(name, 0) >= amount for name, amount in wanted.items())
    )
    return min(fitting, default=None)


def _partitions(some: list[Pod]) -> Iterator[list[list[Pod]]]:
    if not some:
        yield []
        return
    first, rest = some[0], some[1:]
    for parts in _partitions(rest):
        yield [[first], *parts]
        for at in range(len(parts)):
            yield [*parts[:at], [first, *parts[at]], *parts[at + 1 :]]
