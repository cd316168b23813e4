"""Mixes that survive failures, and their bounds, held against trying everything on small samples."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations_with_replacement, product
from math import inf
from random import Random
from typing import TYPE_CHECKING

import pytest

from solver.cluster.resources import PODS
from solver.studies.node_sizes import Request, Selection
from solver.studies.node_sizes.ceilings import least_price as least_price_of_share
from solver.studies.node_sizes.ceilings import limited
from solver.studies.node_sizes.floor import Floor
from solver.studies.node_sizes.risk import Part
from solver.studies.node_sizes.search import attempted, least_cost
from solver.studies.node_sizes.survival import survives
from solver.studies.node_sizes.survival_bound import least_by_totals, least_price, least_sum
from solver.studies.node_sizes.surviving import surviving
from solver.studies.node_sizes.wishes import wishes
from tests.studies.node_sizes.makings import machine, offers, pods, spec, task

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from solver.cluster.node import Node
    from solver.cluster.pod import Pod
    from solver.studies.node_sizes.task import Task

NODES = 5
"""So many are tried at most."""


def sampled(seed: int, zones: tuple[str, ...]) -> Task:
    """Up to four pods of two sizes, perhaps apart, on two or three types."""
    draw = Random(seed)
    types = [
        machine(f"t{at}", draw.choice((1000, 2000, 4000)), draw.choice((2, 4, 8)), f"0.{draw.randint(5, 40):02}")
        for at in range(draw.randint(2, 3))
    ]
    apart = draw.random() < 0.3
    some = pods("web", draw.randint(1, 2), spec(draw.choice((400, 700, 1500)), draw.randint(0, 3), apart=apart))
    some += pods("db", draw.randint(1, 2), spec(draw.choice((300, 900)), draw.randint(1, 2), "db"))
    return task(some, offers(*types, zones=zones))


def least_that_survives(small: Task, kind: Part) -> Fraction | None:
    """By trying every choice of nodes, every placement, and after every failure every placement of what was lost."""
    templates = [node for offer in small.offers for node in offer.templates]
    if kind is Part.NODE:
        templates = [offer.template for offer in small.offers]
    choices = (some for number in range(1, NODES + 1) for some in combinations_with_replacement(templates, number))
    for nodes in sorted(choices, key=lambda some: sum(node.price_per_hour or 0 for node in some)):
        if any(_survives(where, nodes, small.workloads.pending, kind) for where in _placements(nodes, small)):
            return sum((Fraction(node.price_per_hour or 0) for node in nodes), Fraction(0))
    return None


def _placements(nodes: Sequence[Node], small: Task) -> Iterator[tuple[int, ...]]:
    some = small.workloads.pending
    return (where for where in product(range(len(nodes)), repeat=len(some)) if _fits(where, nodes, some))


def _fits(where: Sequence[int], nodes: Sequence[Node], some: Sequence[Pod]) -> bool:
    for at, node in enumerate(nodes):
        here = [pod for pod, place in zip(some, where, strict=True) if place == at]
        apart = [pod.spec.labels["app"] for pod in here if pod.spec.anti_affinity.required]
        asked = {name: sum(pod.spec.requests.get(name, 0) for pod in here) for name in ("cpu", "memory")}
        if len(set(apart)) < len(apart) or len(here) > node.allocatable[PODS]:
            return False
        if any(asked[name] > node.allocatable[name] for name in asked):
            return False
    return True


def _survives(where: Sequence[int], nodes: Sequence[Node], some: Sequence[Pod], kind: Part) -> bool:
    parts = {at: at if kind is Part.NODE else node.zone for at, node in enumerate(nodes)}
    return all(_replaced(where, nodes, some, {at for at in parts if parts[at] == part}) for part in parts.values())


def _replaced(where: Sequence[int], nodes: Sequence[Node], some: Sequence[Pod], gone: set[int]) -> bool:
    left = [at for at in range(len(nodes)) if at not in gone]
    ways = product(*(left if place in gone else [place] for place in where))
    return any(_fits(way, nodes, some) for way in ways)


@pytest.mark.parametrize("kind", list(Part))
@pytest.mark.parametrize("seed", range(10))
def test_no_mix_that_survives_costs_less_than_the_bound(seed, kind):
    small = sampled(seed, ("a", "b", "c") if seed % 2 and kind is Part.NODE else ("a", "b"))
    least = least_that_survives(small, kind)
    free = attempted(small)
    found = None if free is None else surviving(small, [free], kind, 1.0)
    if least is None:
        return
    assert found is not None
    assert survives(small, found, kind, 1.0)
    assert found.bound <= least
    assert found.bound <= found.cost
    # Nothing beyond so many nodes was tried, so what is found may be cheaper still.
    assert found.cost <= least * Fraction(5, 4)


@pytest.mark.parametrize("kind", list(Part))
@pytest.mark.parametrize("seed", range(6))
def test_one_type_that_survives_is_the_best_of_all_single_types(seed, kind):
    small = sampled(seed, ("a", "b"))
    alone = [least_that_survives(small.over([offer]), kind) for offer in small.offers]
    known = [price for price in alone if price is not None]
    free = attempted(small)
    if not known or free is None:
        return
    wish = Request(Selection(), max_types=1, survive=kind)
    _, one, survivor = wishes(small, wish, free, 1.0)
    assert len({node.instance_type for node in survivor[1].nodes}) == 1
    assert one[1].cost <= survivor[1].bound <= min(known)
    assert survivor[1].cost <= min(known) * Fraction(5, 4)
    floor = Floor(small.offers, small.workloads)
    for offer, price in zip(small.offers, alone, strict=True):
        assert price is None or least_by_totals(floor, [offer], kind, Fraction(0)) <= price


@pytest.mark.parametrize("seed", range(20))
def test_the_least_sum_of_prices_is_the_least_of_all_sums(seed):
    draw = Random(seed)
    prices = [Fraction(draw.randint(3, 40), 100) for _ in range(3)]
    least = Fraction(draw.randint(0, 100), 100)
    most = int(least / min(prices)) + 2
    sums = (
        sum(map(Fraction, some), Fraction(0)) for n in range(most) for some in combinations_with_replacement(prices, n)
    )
    assert least_sum(prices, least) == min(each for each in sums if each >= least)


def test_sums_too_fine_to_be_counted_out_are_rounded_to_what_prices_have_in_common():
    prices = [Fraction(1_000_003, 10**7), Fraction(2_000_003, 10**7)]
    assert least_sum(prices, Fraction(5, 10)) == Fraction(5, 10)


def test_a_failure_of_the_dearest_node_is_what_the_bound_counts():
    """Two small nodes hold everything, so do three with any one gone; one large node would need its like beside it."""
    small = task(pods("web", 4, spec(500, 0)), offers(machine("one", 1000, 4, "0.1"), machine("two", 2000, 8, "0.15")))
    free = least_cost(small)
    assert free.counts == {"two": 1}
    found = surviving(small, [free], Part.NODE, 2.0)
    assert found is not None
    assert found.cost == found.bound == Fraction(3, 10)
    assert least_price(small, Part.NODE, Fraction(1), inf, 2.0) == Fraction(3, 10)


def test_the_last_failure_of_three_zones_takes_a_third():
    small = task(pods("web", 4, spec(900, 0)), offers(machine("one", 1000, 4, "0.1"), zones=("a", "b", "c")))
    found = surviving(small, [least_cost(small)], Part.ZONE, 2.0)
    assert found is not None
    assert found.cost == found.bound == Fraction(6, 10)
    assert {node.zone for node in found.nodes} == {"a", "b", "c"}


@pytest.mark.parametrize("seed", range(8))
def test_no_mix_within_a_share_costs_less_than_its_bound(seed):
    small = sampled(seed, ("a",))
    share = Fraction(1, 2)
    mix = attempted(limited(small, share))
    if mix is None:
        return
    bound = least_price_of_share(small, share)
    assert bound <= mix.cost
    assert bound >= 2 * min(Fraction(offer.price) for offer in small.offers)


def test_the_number_of_nodes_counts_beside_the_totals():
    """Three of seven pods on a node: three nodes, and nine pods in number; the memory needs a large one as well."""
    small = task(pods("web", 7, spec(100, 1)), offers(machine("one", 1000, 2, "0.1"), machine("two", 2000, 8, "0.2")))
    bound = least_price_of_share(small, Fraction(3, 7))
    mix = attempted(limited(small, Fraction(3, 7)))
    assert mix is not None
    assert Fraction(3, 10) < bound <= mix.cost
