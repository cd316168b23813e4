"""Mixes, bounds, dominance and few types, held against trying everything on sampled small cases."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import pytest

from solver.studies.node_sizes.cardinality import best_of_few
from solver.studies.node_sizes.dominance import needless
from solver.studies.node_sizes.floor import Floor
from solver.studies.node_sizes.search import attempted, least_cost
from tests.studies.node_sizes.makings import least_price, machine, offers, pods, spec, task


def sampled(seed: int):
    """Up to six pods of two workloads, one of them perhaps apart, a DaemonSet perhaps, and three or four types."""
    draw = Random(seed)
    types = [
        machine(
            f"t{at}", draw.choice((1000, 2000, 4000, 8000)), draw.choice((2, 4, 8, 16)), f"0.{draw.randint(5, 40):02}"
        )
        for at in range(draw.randint(3, 4))
    ]
    some = pods(
        "web", draw.randint(1, 3), spec(draw.choice((200, 700, 1500)), draw.randint(0, 3), apart=draw.random() < 0.5)
    )
    some += pods("db", draw.randint(1, 3), spec(draw.choice((100, 900)), draw.randint(1, 4), "db"))
    daemons = [spec(draw.choice((100, 300)), 0, "agent")] if draw.random() < 0.5 else []
    return task(some, offers(*types), daemons)


CASES = range(14)


@pytest.mark.parametrize("seed", CASES)
def test_the_mix_is_the_cheapest_and_no_bound_is_above_it(seed):
    small = sampled(seed)
    least = least_price(small)
    mix = attempted(small)
    if least is None:
        assert mix is None
        return
    assert mix is not None
    assert mix.cost == least
    assert mix.bound <= least
    floor = Floor(small.offers, small.workloads)
    assert floor.of(small.offers) <= floor.of_whole_pods(small.offers) <= float(least)


@pytest.mark.parametrize("seed", CASES)
def test_dominated_offers_are_never_missed(seed):
    small = sampled(seed)
    dropped = needless(small.offers, small.workloads)
    kept = [offer for offer in small.offers if offer not in dropped]
    assert least_price(small) == least_price(small.over(kept))
    assert set(dropped.values()) <= set(kept)


@pytest.mark.parametrize("seed", range(5))
def test_the_best_of_few_types_is_the_best_of_all_choices_of_so_many(seed):
    small = sampled(seed)
    free = attempted(small)
    if free is None:
        pytest.skip("no mix takes all pods")
    for number in (1, 2):
        mix, least = best_of_few(small, number, free), least_price(small, number)
        assert (None if mix is None else mix.cost) == least
        assert mix is None or mix.bound <= mix.cost


def test_an_offer_is_needless_only_where_no_rule_can_tell_the_difference():
    cheap, dear = machine("cheap", 4000, 16, "0.1"), machine("dear", 2000, 8, "0.2")
    plain = task(pods("web", 1, spec(100)), offers(cheap, dear))
    assert [offer.title for offer in needless(plain.offers, plain.workloads)] == ["dear"]
    picky = spec(100, node_selector={"node.kubernetes.io/instance-type": "dear"})
    chosen = task(pods("web", 1, picky), offers(cheap, dear))
    assert not needless(chosen.offers, chosen.workloads)
    assert least_cost(chosen).counts == {"dear": 1}


def test_daemon_pods_count_on_every_node_and_fees_and_limits_of_pods_as_well():
    small = task(pods("web", 4, spec(500)), offers(machine("one", 1000, 4, "0.1")), [spec(300, 0, "agent")])
    assert least_cost(small).cost == Fraction(4, 10)
    crowded = task(pods("web", 4, spec(1)), offers(machine("one", 4000, 4, "0.1", pods=3)), [spec(1, 0, "agent")])
    assert len(least_cost(crowded).nodes) == 2


def test_a_known_price_cuts_off_nothing_that_is_as_cheap():
    small = sampled(3)
    free = attempted(small)
    assert free is not None
    again = attempted(small, free.cost)
    assert again is not None
    assert again.cost == free.cost


def test_the_bound_of_totals_knows_which_types_are_too_small_for_a_pod():
    tiny, huge = machine("tiny", 1000, 4, "0.01"), machine("huge", 8000, 32, "0.4")
    small = task([*pods("big", 3, spec(4000, 16)), *pods("web", 2, spec(100))], offers(tiny, huge))
    floor = Floor(small.offers, small.workloads)
    assert floor.of(small.offers) < 0.2
    assert floor.of_whole_pods(small.offers) == pytest.approx(0.6)
    assert least_price(small) == Fraction(8, 10)
