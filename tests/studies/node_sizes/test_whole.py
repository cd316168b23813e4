"""Whole numbers of nodes by zone, held against trying every way to part the pods and to choose the zones."""

from __future__ import annotations

import time
from dataclasses import replace
from fractions import Fraction
from itertools import chain, product, repeat
from random import Random

import numpy as np
import pytest

from solver.cluster.labels import equals
from solver.cluster.topology import ZONE, SpreadConstraint
from solver.cluster.workloads import DaemonSet
from solver.studies.node_sizes.kinds import Kinds
from solver.studies.node_sizes.relaxation import relaxation
from solver.studies.node_sizes.search import least_cost
from solver.studies.node_sizes.whole import Whole
from solver.studies.node_sizes.zones import with_all_zones
from tests.studies.node_sizes.makings import ZONES, _cheapest, _partitions, machine, offers, pods, spec, task


def over_zones(app: str, skew: int = 1) -> tuple[SpreadConstraint, ...]:
    return (SpreadConstraint(skew, ZONE, True, equals({"app": app})),)


def sampled(seed: int):
    """Up to six pods of two workloads, one of them spread over two zones, and three types; a DaemonSet perhaps."""
    draw = Random(seed)
    types = [
        machine(f"t{at}", draw.choice((1000, 2000, 4000)), draw.choice((4, 8, 16)), f"0.{draw.randint(5, 40):02}")
        for at in range(3)
    ]
    skew = draw.choice((1, 1, 2))
    web = spec(
        draw.choice((200, 700, 900)), draw.randint(0, 3), apart=draw.random() < 0.3, spread=over_zones("web", skew)
    )
    some = pods("web", draw.randint(2, 4), web)
    some += pods("db", draw.randint(1, 2), spec(draw.choice((100, 900)), draw.randint(1, 3), "db"))
    daemons = [spec(100, 0, "agent")] if draw.random() < 0.5 else []
    small = task(some, offers(*types), daemons)
    return small.with_workloads(with_all_zones(small.workloads, small.offers))


def least_in_zones(small) -> Fraction | None:
    """By trying every way to part the pods into nodes, and every zone for each of these."""
    found = []
    for parts in _partitions(list(small.workloads.pending)):
        prices = [_cheapest(small, part) for part in parts]
        if None not in prices and any(_kept(parts, zones) for zones in product(ZONES, repeat=len(parts))):
            found.append(sum((price for price in prices if price is not None), Fraction(0)))
    return min(found, default=None)


def _kept(parts, zones) -> bool:
    """Whether the spread pods differ in number by no more than their skew, zones without a node counting as empty."""
    counts = dict.fromkeys(ZONES, 0)
    skew = 0
    for part, zone in zip(parts, zones, strict=True):
        for pod in part:
            for constraint in pod.spec.spread:
                counts[zone] += 1
                skew = constraint.max_skew
    return max(counts.values()) - min(counts.values()) <= skew


@pytest.mark.parametrize("seed", range(12))
def test_the_mix_is_the_cheapest_of_all_and_proven(seed):
    small = sampled(seed)
    least = least_in_zones(small)
    mix = least_cost(small)
    assert (mix.cost, mix.bound) == (least, least)


@pytest.mark.parametrize("seed", range(12))
def test_no_numbers_are_refused_that_a_cheaper_mix_has(seed):
    small = sampled(seed)
    least = least_in_zones(small)
    assert least is not None
    kinds = Kinds(small)
    relaxed = relaxation(kinds, Fraction(0), lambda: False)
    assert relaxed is not None
    assert relaxed.bound <= least
    step = relaxed.packing.step
    whole = Whole(small, relaxed, int(2 * least / step), time.monotonic() + 5)
    found = whole.run(0)
    assert whole.bound * step <= least
    if found is not None:
        assert sum(Fraction(node.price_per_hour or 0) for node in found.placement.used) == least
    # What costs less than the cheapest mix is refused altogether, and nothing else is.
    below = Whole(small, relaxed, int(least / step) - 1, time.monotonic() + 5)
    assert below.run(0) is None
    assert below.bound * step <= least


def test_pods_in_a_zone_are_no_more_than_spreading_allows():
    small = task(pods("web", 7, spec(100, spread=over_zones("web"))), offers(machine("one", 4000, 16, "0.1")))
    written = Kinds(small)
    assert written.most_in_zone.tolist() == [2**31]
    meant = small.with_workloads(with_all_zones(small.workloads, small.offers))
    assert Kinds(meant).most_in_zone.tolist() == [4]
    assert Kinds(meant).limit.tolist() == [4]
    counted = replace(meant.workloads, daemon_sets=(DaemonSet("also", spec(10, daemon=True)),))
    assert Kinds(meant.with_workloads(counted)).spreads == ()


def test_each_zone_needs_a_whole_node_of_its_own():
    small = task(pods("web", 2, spec(100, spread=over_zones("web"))), offers(machine("one", 4000, 16, "0.1")))
    meant = small.with_workloads(with_all_zones(small.workloads, small.offers))
    kinds = Kinds(meant)
    relaxed = relaxation(kinds, Fraction(0), lambda: False)
    assert relaxed is not None
    whole = Whole(meant, relaxed, 5, time.monotonic() + 5)
    found = whole.run(0)
    assert found is not None
    assert len({node.zone for node in found.placement.used}) == 2
    assert np.array_equal(kinds.quotas, [[1], [1]])


def test_time_that_is_over_in_the_middle_ends_the_search(monkeypatch):
    small = sampled(0)
    relaxed = relaxation(Kinds(small), Fraction(0), lambda: False)
    assert relaxed is not None
    left = chain((1.0, 1.0), repeat(-0.01))
    monkeypatch.setattr(Whole, "_left", property(lambda whole: next(left)))
    whole = Whole(small, relaxed, 10**6, time.monotonic())
    whole.run(0)
    assert whole.bound > 0
