"""Parts of nodes: never dearer than the cheapest mix, and whole nodes made of them keep shares of zones."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from solver.cluster.labels import equals
from solver.cluster.pod_affinity import PodAffinity, PodAffinityTerm
from solver.cluster.topology import HOSTNAME, ZONE, SpreadConstraint
from solver.strategies.cpsat.packing.master import Master
from solver.studies.node_sizes.floor import Floor
from solver.studies.node_sizes.kinds import UNLIMITED, Kinds
from solver.studies.node_sizes.relaxation import relaxation
from solver.studies.node_sizes.rounding import Rounding
from tests.studies.node_sizes.makings import least_price, least_price_with, machine, offers, pods, spec, task
from tests.studies.node_sizes.test_search import CASES, sampled

SOME = offers(machine("one", 1000, 4, "0.10"), machine("four", 4000, 16, "0.35"), machine("wide", 2000, 32, "0.40"))


def never() -> bool:
    return False


@pytest.mark.parametrize("seed", CASES)
def test_no_mix_costs_less_than_the_relaxation_nor_one_with_an_offer_less_than_said_of_it(seed):
    small = sampled(seed)
    found = relaxation(Kinds(small), Fraction(0), never)
    least = least_price(small)
    if found is None or least is None:
        assert least is None
        return
    assert found.bound <= least
    for offer, bound in zip(small.offers, found.bounds_with, strict=True):
        price = least_price_with(small, offer)
        assert price is None or bound <= price
        assert bound >= found.bound


def test_whole_pods_prove_more_than_totals():
    """Three pods of 700 milli-CPU need three nodes of 1000: in all they ask for little more than two."""
    small = task(pods("web", 3, spec(700)), offers(machine("one", 1000, 4, "0.1")))
    found = relaxation(Kinds(small), Fraction(0), never)
    assert found is not None
    assert Floor(small.offers, small.workloads).of(small.offers) < 0.22
    assert found.bound == Fraction(3, 10) == least_price(small)


def test_only_those_are_alone_on_a_node_whom_a_rule_keeps_apart_from_their_like():
    """Keeping away from another app leaves room for many of the same on one node."""
    from_db = PodAffinityTerm(HOSTNAME, equals({"app": "db"}), frozenset({"default"}))
    away = replace(spec(100), anti_affinity=PodAffinity((from_db,)))
    kinds = Kinds(task([*pods("db", 2, spec(100, 0, "db", apart=True)), *pods("web", 2, away)], SOME))
    assert kinds.limit.tolist() == [1, UNLIMITED]
    assert kinds.planned.tolist() == [1, 1]


def test_a_pod_of_the_second_zone_is_no_pod_that_fits_nothing():
    pinned = spec(700, node_selector={ZONE: "b"})
    small = task(pods("web", 3, pinned), SOME)
    kinds = Kinds(small)
    found = relaxation(kinds, Fraction(0), never)
    assert found is not None
    assert found.bound == Fraction(3, 10)
    bought = Rounding(kinds, found, 6, np.random.default_rng(0), never).run()
    assert bought is not None
    assert {each.zone for each in bought} == {1}


@pytest.mark.parametrize("number", [2, 7, 12])
def test_whole_nodes_hold_every_pod_within_room_and_shares_of_zones(number):
    spread = (SpreadConstraint(1, ZONE, True, equals({"app": "even"})),)
    workloads = [
        *pods("even", number, spec(400, 1, "even", spread=spread)),
        *pods("shy", 4, spec(300, 5, "shy", apart=True)),
        *pods("job", 9, spec(100, 2, "job")),
    ]
    kinds = Kinds(task(workloads, SOME, [spec(100, 0, "agent")]))
    found = relaxation(kinds, Fraction(0), never)
    assert found is not None
    bought = Rounding(kinds, found, 6, np.random.default_rng(0), never).run()
    assert bought is not None
    assert np.sum([each.filling for each in bought], axis=0).tolist() == [number, 4, 9]
    evenly = Counter({0: 0, 1: 0})
    for each in bought:
        assert (each.filling @ kinds.requests <= kinds.room[each.offer]).all()
        assert each.filling[1] <= 1
        evenly[each.zone] += int(each.filling[0])
    assert abs(evenly[0] - evenly[1]) <= 1
    assert sum(Fraction(SOME[each.offer].price) for each in bought) >= found.bound


def test_a_relaxation_that_got_stuck_is_solved_afresh_to_the_same():
    kinds = Kinds(sampled(0))
    relaxed = relaxation(kinds, Fraction(0), lambda: False)
    assert relaxed is not None
    master = Master(relaxed.packing, relaxed.columns)
    first = master.solve()
    master._solve_afresh()
    assert master.solve().value == pytest.approx(first.value)
    assert not first.missing
