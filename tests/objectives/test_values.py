"""What objectives count in placements that can be counted by eye."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from solver.cluster.devices import GPU
from solver.cluster.labels import Operator, Requirement
from solver.cluster.node_affinity import NodeAffinity, NodeSelectorTerm, PreferredNodeTerm
from solver.cluster.pod_affinity import PodAffinity, PreferredPodTerm
from solver.cluster.pool import NodePool
from solver.cluster.taints import Effect, Taint
from solver.cluster.topology import ZONE
from solver.errors import InputError
from solver.objectives import check_prices, objective_of, values
from solver.objectives.question import Level, ObjectiveName, Unserved
from solver.placement import Placement
from solver.strategies.cpsat.exact.backend import CpSatBackend
from tests.model.making import EFFORT, cluster, model_of, node, pin, pods, spec, spread, term

COST, PREFERENCES, DISRUPTION = (
    Level(ObjectiveName.COST),
    Level(ObjectiveName.PREFERENCES),
    Level(ObjectiveName.DISRUPTION),
)
TWO = [node("n1", "a"), node("n2", "b")]


def value(level, asked, where):
    """Of the placement that has exactly these pods on these nodes."""
    named = {each.name: each for each in asked.pods}
    placement = Placement(asked, {named[pod]: asked.node_named[place] for pod, place in where.items()})
    return values(placement, [level])[0]


def test_pending_counts_pods_of_at_least_the_priority_evicted_ones_among_them():
    asked = cluster(TWO, pods(spec(priority=5), "old", on="n1"), pods(spec(priority=5), "p1"), pods(spec(), "p2", "p3"))
    counted = [value(Level(ObjectiveName.PENDING, tier), asked, {"p2": "n1"}) for tier in (9, 5, 0)]
    assert counted == [0, 2, 3]


def test_unserved_is_what_pods_without_a_node_request_in_the_resource_s_own_unit():
    asked = cluster(
        TWO,
        pods(spec(cpu=500, requests={"memory": 7}), "p1", "p2"),
        pods(spec("gpu", gpu_milli=460), "s1", "s2"),
        pods(spec("gpus", requests={GPU: 2}, priority=5), "old", on="n1"),
    )
    levels = [Level(Unserved(resource), tier) for resource in ("cpu", "memory", GPU) for tier in (5, 0)]
    unserved = [value(level, asked, {"p1": "n1", "s1": "n1"}) for level in levels]
    assert unserved == [0, Fraction(1, 2), 0, 7, 2, Fraction("2.46")]


def test_disruption_is_one_for_evicted_and_two_for_moved():
    asked = cluster(TWO, pods(spec(), "stays", "goes", "moves", on="n1"), pods(spec(), "new"))
    assert value(DISRUPTION, asked, {"stays": "n1", "moves": "n2", "new": "n1"}) == 3


def test_cost_is_exact_and_leaves_out_nodes_of_daemons_alone():
    nodes = [node(name, price_per_hour=Decimal(price)) for name, price in (("n1", "0.1"), ("n2", "0.2"), ("n3", "9"))]
    asked = cluster(
        nodes, pods(spec(daemon=True), "d", on="n3"), pods(spec(static=True), "s", on="n3"), pods(spec(), "p", "q")
    )
    assert value(COST, asked, {"d": "n3", "s": "n3", "p": "n1", "q": "n2"}) == Fraction(3, 10)


def test_without_any_price_cost_is_the_number_of_used_nodes():
    assert value(COST, cluster(TWO, pods(spec(), "p", "q")), {"p": "n1", "q": "n1"}) == 1


def test_prices_for_some_nodes_only_are_an_input_error_that_names_the_others():
    priced, bare = node("n1", price_per_hour=Decimal(1)), node("n2")
    check_prices(cluster([priced]))
    check_prices(cluster([bare]))
    with pytest.raises(InputError, match="n2"):
        check_prices(cluster([priced, bare]))
    with pytest.raises(InputError, match="pool-a"):
        check_prices(cluster([priced], pools=(NodePool("pool", (node("pool-a"),), (0,), 1),)))
    check_prices(cluster([priced], pools=(NodePool("pool", (node("pool-a"),), (0,), 0),)))


def test_prices_that_cannot_be_added_exactly_are_an_input_error():
    """A unit for both is 10⁻²⁰, and a tenth is more of these than a computer's number holds."""
    nodes = [node("n1", price_per_hour=Decimal("0.1")), node("n2", price_per_hour=Decimal("1e-20"))]
    check_prices(cluster(nodes[:1]))
    with pytest.raises(InputError, match="fewer decimals"):
        check_prices(cluster(nodes))
    dear = node("a", price_per_hour=Decimal("1.1e9"))
    opened = cluster(nodes[:1], pods(spec(), "p", "q"), pools=(NodePool("a", (dear,), (0,), 10**9),))
    check_prices(opened)


def test_discouraging_taints_count_one_for_each_pod():
    tainted = node(
        "n1", taints=(Taint("old", "", Effect.PREFER_NO_SCHEDULE), Taint("slow", "", Effect.PREFER_NO_SCHEDULE))
    )
    asked = cluster([tainted, TWO[1]], pods(spec(), "p", "q", "r"))
    assert value(PREFERENCES, asked, {"p": "n1", "q": "n1", "r": "n2"}) == 4


def test_an_unmet_node_preference_counts_its_weight():
    in_a = NodeSelectorTerm((Requirement(ZONE, Operator.IN, frozenset({"a"})),))
    wishing = spec(node_affinity=NodeAffinity(preferred=(PreferredNodeTerm(7, in_a),)))
    asked = cluster(TWO, pods(wishing, "p", "q", "pending"))
    assert value(PREFERENCES, asked, {"p": "n1", "q": "n2"}) == 7


def wish(app, weight, key=ZONE):
    return PodAffinity(preferred=(PreferredPodTerm(weight, term(app, key).required[0]),))


@pytest.mark.parametrize(
    ("where", "unmet"),
    [({"p": "n1"}, 3), ({"p": "n1", "q": "n1"}, 0), ({"p": "n1", "q": "n2"}, 6), ({}, 0)],
)
def test_preferred_company_is_another_pod_in_the_domain(where, unmet):
    assert value(PREFERENCES, cluster(TWO, pods(spec(affinity=wish("web", 3)), "p", "q")), where) == unmet


@pytest.mark.parametrize(
    ("where", "unmet"),
    [({"p": "n1"}, 0), ({"p": "n1", "q": "n1"}, 6), ({"p": "n1", "q": "n2"}, 0)],
)
def test_preferred_distance_is_from_other_pods_in_the_domain(where, unmet):
    assert value(PREFERENCES, cluster(TWO, pods(spec(anti_affinity=wish("web", 3)), "p", "q")), where) == unmet


def test_a_node_without_the_key_offers_neither_company_nor_a_crowd():
    bare = [node("n1"), node("n2")]
    assert value(PREFERENCES, cluster(bare, pods(spec(affinity=wish("web", 3)), "p", "q")), {"p": "n1", "q": "n1"}) == 6
    assert (
        value(PREFERENCES, cluster(bare, pods(spec(anti_affinity=wish("web", 3)), "p", "q")), {"p": "n1", "q": "n1"})
        == 0
    )


def test_soft_spreading_counts_pods_above_what_max_skew_allows():
    even = spec(spread=(spread(hard=False),))
    asked = cluster(TWO, pods(even, "p", "q", "r"), pods(spec(), "x"))
    assert value(PREFERENCES, asked, {"p": "n1", "q": "n1", "r": "n1"}) == 2
    assert value(PREFERENCES, asked, {"p": "n1", "q": "n1", "r": "n1", "x": "n2"}) == 1
    assert value(PREFERENCES, asked, {"p": "n1", "q": "n1", "r": "n2"}) == 0


def test_uneven_domains_count_whether_the_carrier_is_there_or_not():
    """The carrier is in zone b, the crowd it counts in zone a: 3 there, 1 in b (itself), a skew of 1 is allowed."""
    carrier, plain = spec(spread=(spread(hard=False),)), spec()
    asked = cluster([node("n1", "a"), node("n2", "b")], pods(plain, "p1", "p2", "p3"), pods(carrier, "c"))
    named = {pod.name: pod for pod in asked.pods}
    where = {named[name]: asked.nodes[0] for name in ("p1", "p2", "p3")}
    level = PREFERENCES
    assert values(Placement(asked, where), [level]) == (Fraction(0),)
    assert values(Placement(asked, {**where, named["c"]: asked.nodes[1]}), [level]) == (Fraction(1),)
    model = model_of(asked)
    pin(model, {"p1": "n1", "p2": "n1", "p3": "n1", "c": "n2"})
    expression = objective_of(level.objective).expression(model, level).linear
    found = CpSatBackend(model.program).solve(expression, EFFORT, {})
    assert expression.value(found.values) == 1
