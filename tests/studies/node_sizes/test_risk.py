"""What a failure takes, whether the rest takes over, and what mixes that do cost."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from solver.cluster.taints import Effect, Taint
from solver.studies.node_sizes.ceilings import limited
from solver.studies.node_sizes.front import front
from solver.studies.node_sizes.money import money
from solver.studies.node_sizes.offers import with_taints
from solver.studies.node_sizes.risk import Part, blast_radius
from solver.studies.node_sizes.rule_prices import EVERYBODY, price_of_requests, prices_of_rules
from solver.studies.node_sizes.search import least_cost
from solver.studies.node_sizes.survival import survival
from solver.studies.node_sizes.surviving import surviving
from tests.studies.node_sizes.makings import machine, offers, pods, spec, task

ONE = machine("one", 1000, 4, "0.1")
FOUR = machine("four", 4000, 16, "0.3")


def test_the_blast_radius_is_the_largest_share_lost_at_once():
    small = task([*pods("web", 3, spec(800)), *pods("db", 1, spec(100, 0, "db"))], offers(ONE, zones=("a",)))
    mix = least_cost(small)
    node, zone = blast_radius(mix, Part.NODE), blast_radius(mix, Part.ZONE)
    assert node.pods == Fraction(2, 4)
    assert (node.replicas, node.workload) == (Fraction(1, 3), "Deployment default/web")
    assert node.capacity == Fraction(1, 3)
    assert zone.pods == zone.replicas == zone.capacity == 1
    assert node.single == 1


def test_a_failure_is_survived_exactly_where_the_rest_has_room():
    roomy = task(pods("web", 4, spec(300)), offers(ONE))
    mix = least_cost(roomy)
    assert len(mix.nodes) == 2
    broken = survival(roomy, mix, Part.NODE, 5.0).broken_by
    assert broken is not None
    assert broken.proven
    # One node keeps its pods and takes one more.
    assert len(broken.homeless) == broken.lost - (3 - (4 - broken.lost))


@pytest.mark.parametrize("kind", list(Part))
def test_the_mix_that_survives_does_and_costs_no_less_than_its_bound(kind):
    small = task(pods("web", 6, spec(300)), offers(ONE, FOUR))
    free = least_cost(small)
    found = surviving(small, [free], kind, 5.0)
    assert found is not None
    assert survival(small, found, kind, 5.0).holds
    assert free.cost <= found.bound <= found.cost


def test_with_one_zone_no_loss_of_it_is_survived():
    small = task(pods("web", 1, spec(300)), offers(ONE, zones=("a",)))
    assert surviving(small, [least_cost(small)], Part.ZONE, 2.0) is None


def test_pods_on_a_node_are_limited_to_their_share_beside_daemon_pods():
    small = task(pods("web", 10, spec(10)), offers(FOUR), [spec(10, 0, "agent")])
    mix = least_cost(limited(small, Fraction(1, 5)))
    assert len(mix.nodes) == 5
    assert blast_radius(mix, Part.NODE).pods == Fraction(1, 5)


def test_the_front_falls_in_price_as_more_may_be_lost():
    small = task(pods("web", 8, spec(300)), offers(ONE, FOUR))
    points = front(small, least_cost(small), (), 3.0)
    shares, costs = [point.lost for point in points], [point.mix.cost for point in points]
    assert len(points) > 2
    assert shares == sorted(shares, reverse=True)
    assert costs == sorted(set(costs))
    assert all(point.mix.bound <= point.mix.cost for point in points)


def test_the_pieces_of_the_price_add_up():
    small = task(pods("web", 3, spec(300)), offers(ONE), [spec(100, 1, "agent")])
    mix = least_cost(small)
    spent = money(mix)
    assert spent.total == mix.cost
    half = Fraction(1, 10) / 2
    assert (spent.requested, spent.daemons) == (half * Fraction(9, 10), half * (Fraction(1, 10) + Fraction(1, 4)))
    assert (spent.reserved, spent.stranded) == (Fraction(0), half * Fraction(3, 4))


def test_an_anti_affinity_costs_the_nodes_that_it_forces():
    small = task([*pods("web", 3, spec(100, apart=True)), *pods("db", 1, spec(100, 0, "db"))], offers(ONE))
    base = least_cost(small)
    (price,) = prices_of_rules(small, base, 3.0)
    assert (price.workload, price.nodes) == ("Deployment default/web", 2)
    assert price.least == price.most == Fraction(2, 10)


def test_several_owners_of_a_rule_are_priced_together_as_well():
    some = [*pods("web", 2, spec(100, apart=True)), *pods("db", 2, spec(100, 0, "db", apart=True))]
    small = task(some, offers(ONE))
    prices = {price.workload: price.most for price in prices_of_rules(small, least_cost(small), 3.0)}
    assert prices == {EVERYBODY: Fraction(1, 10), "Deployment default/web": 0, "Deployment default/db": 0}


def test_taints_cost_the_nodes_that_they_keep_pods_off():
    spot = Taint("spot", "true", Effect.NO_SCHEDULE)
    cheap, dear = offers(ONE, machine("dear", 1000, 4, "0.25"))
    small = task(pods("web", 2, spec(400, 0)), (with_taints(cheap, (spot,)), dear))
    base = least_cost(small)
    assert base.counts == {"dear": 1}
    (price,) = prices_of_rules(small, base, 3.0)
    assert (price.workload, price.change) == (EVERYBODY, "without taints of nodes")
    assert price.least == price.most == Fraction(15, 100)


def test_smaller_requests_save_what_they_save():
    small = task(pods("web", 4, spec(500)), offers(ONE))
    assert price_of_requests(small, least_cost(small), Fraction(1, 2), 3.0).most == Fraction(1, 10)


def test_spare_nodes_are_paid_for():
    small = task(pods("web", 1, spec(300)), offers(ONE))
    mix = least_cost(small)
    spare = replace(mix.nodes[0], name="another")
    assert replace(mix, spare=(spare,)).cost == 2 * mix.cost


def test_the_front_takes_what_is_known_where_that_is_better():
    small = task(pods("web", 8, spec(300)), offers(ONE, FOUR))
    free = least_cost(small)
    known = least_cost(limited(small, Fraction(1, 4)))
    points = front(small, free, [known], 3.0)
    assert all(point.mix.cost <= known.cost for point in points if point.lost >= Fraction(1, 4))
