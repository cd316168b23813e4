from __future__ import annotations

from dataclasses import replace

import pytest

from solver.cluster.cluster import Cluster
from solver.compare.headline import contenders, headline
from solver.placement import Placement, initial
from tests.report.samples import Row, node, placement, replicas, result_of, shop, spec

PROVEN = (Row("pending", 0, 0), Row("cost", 2, 2))


def spread(cluster):
    """All five pods on three nodes."""
    return placement(cluster, front_0="n0", front_1="n1", front_2="n2", paid_0="n0", paid_1="n1")


def packed(cluster):
    """All five pods on two nodes."""
    return placement(cluster, front_0="n0", front_1="n1", front_2="n1", paid_0="n0", paid_1="n1")


def said(cluster, theirs, ours, *levels, **more):
    return headline(cluster, [result_of(theirs, "kube-scheduler"), result_of(ours, "cpsat", *levels, **more)])


def test_fewer_nodes_are_said_in_nodes_and_percent():
    cluster = shop()
    assert said(cluster, spread(cluster), packed(cluster), *PROVEN) == "cpsat needs 1 node fewer (-33 %), proven"


def test_more_pods_and_fewer_nodes_are_joined():
    cluster = shop()
    fewer = placement(cluster, front_0="n0", paid_0="n1", paid_1="n2")
    expected = "cpsat places 2 more pods and needs 1 node fewer (-33 %), proven"
    assert said(cluster, fewer, packed(cluster), *PROVEN) == expected


def test_more_pods_may_take_more_nodes():
    cluster = shop()
    fewer = placement(cluster, front_0="n0")
    assert (
        said(cluster, fewer, packed(cluster), *PROVEN)
        == "cpsat places 4 more pods and needs 1 more node (+100 %), proven"
    )


def test_a_gain_in_a_higher_priority_comes_first_even_where_it_costs_pods_in_all():
    cluster = shop()
    theirs = placement(cluster, front_0="n0", front_1="n1", front_2="n2")
    ours = placement(cluster, paid_0="n0", front_0="n1", front_1="n2")
    told = said(cluster, theirs, ours, *PROVEN)
    assert told == "cpsat places 1 more pod of priority 1,000 (as many in all), proven"


def test_a_worse_answer_is_called_worse():
    cluster = shop()
    fewer = placement(cluster, front_0="n0", paid_0="n0")
    told = said(cluster, packed(cluster), fewer, Row("pending", 3, 1))
    assert told.startswith("cpsat places 3 pods fewer and needs 1 node fewer (-50 %), not proven: pending may be")


def test_equal_answers_are_called_alike():
    cluster = shop()
    told = said(cluster, packed(cluster), packed(cluster), *PROVEN)
    assert told == "cpsat and kube-scheduler answer alike: all 5 pods on 2 nodes, proven"


def test_equal_answers_with_pending_pods_say_how_many_are_placed():
    cluster = shop()
    some = placement(cluster, front_0="n0", paid_0="n0")
    assert "alike: 2 of 5 pods on 1 node, not proven" in said(cluster, some, some, Row("pending", 3))


def test_equal_answers_say_whom_they_evict():
    cluster = Cluster((node("n0"),), tuple(replicas("old", 3, spec(), on="n0")))
    some = placement(cluster, old_0="")
    assert "alike: 2 of 3 pods on 1 node, 1 evicted, proven" in said(cluster, some, some, *PROVEN)


@pytest.mark.parametrize(
    ("level", "told"),
    [
        (Row("cost", 200, 193), "not proven: cost may be up to 3.5 % lower"),
        (Row("cost", 3, 0), "not proven: cost may be up to 100 % lower"),
        (Row("cost", 3), "not proven"),
    ],
)
def test_what_is_not_proven_has_its_gap_where_there_is_one(level, told):
    cluster = shop()
    assert said(cluster, spread(cluster), packed(cluster), level).endswith(f", {told}")


def test_a_priority_is_named_where_there_are_several():
    cluster = shop()
    one, several = (Row("pending", 2, 1, 0),), (Row("pending", 0, 0, 1000), Row("pending", 2, 1, 0))
    assert said(cluster, spread(cluster), packed(cluster), *one).endswith("not proven: pending may be up to 50 % lower")
    assert said(cluster, spread(cluster), packed(cluster), *several).endswith(
        "not proven: pending, priority ≥ 0 may be up to 50 % lower"
    )


def test_the_gap_is_that_of_the_first_level_that_is_not_proven():
    cluster = shop()
    levels = (Row("pending", 0, 0), Row("cost", 4, 3), Row("preferences", 10, 0))
    assert said(cluster, spread(cluster), packed(cluster), *levels).endswith("cost may be up to 25 % lower")


def test_prices_are_said_where_there_are_any():
    nodes = (node("big", cpu=4000, price="0.4"), node("small", cpu=2000, price="0.1"))
    cluster = Cluster(nodes, tuple(replicas("front", 2, spec(1000))))
    theirs = placement(cluster, front_0="big", front_1="big")
    ours = placement(cluster, front_0="small", front_1="small")
    assert said(cluster, theirs, ours, *PROVEN) == "cpsat costs 219.00 a month less (-75 %), proven"


@pytest.mark.parametrize(
    ("dear", "cheap", "told"),
    [
        ("0.3024", "0.2793", "costs 16.86 a month less (-8 %)"),
        ("10", "9.99", "costs 7.30 a month less (-0.1 %)"),
        ("10", "9.999999", "costs 0.00073 a month less, proven"),
        ("2000", "1000", "costs 730,000.00 a month less (-50 %)"),
    ],
)
def test_what_is_saved_is_said_in_digits_that_say_something(dear, cheap, told):
    cluster = Cluster((node("dear", price=dear), node("cheap", price=cheap)), tuple(replicas("front", 1, spec())))
    assert told in said(cluster, placement(cluster, front_0="dear"), placement(cluster, front_0="cheap"), *PROVEN)


def test_evictions_and_moves_are_said():
    shared = spec()
    bound = replicas("old", 2, shared, on="n0")
    cluster = Cluster((node("n0"), node("n1")), tuple(bound))
    theirs = placement(cluster, old_0="")
    ours = placement(cluster, old_0="n1")
    told = said(cluster, theirs, ours, *PROVEN)
    assert (
        told == "cpsat places 1 more pod, evicts 1 pod fewer, moves 1 more pod and needs 1 more node (+100 %), proven"
    )


def test_preferences_alone_still_make_a_difference():
    cluster = shop()
    theirs = result_of(packed(cluster), "kube-scheduler", Row("preferences", 50))
    ours = result_of(packed(cluster), "cpsat", Row("preferences", 20, 20))
    assert headline(cluster, [theirs, ours]) == "cpsat has unmet preferences of 20 instead of 50, proven"


def test_one_strategy_alone_is_described():
    cluster = shop()
    assert (
        headline(cluster, [result_of(packed(cluster), "cpsat", *PROVEN)])
        == "cpsat places all 5 pods on 2 nodes, proven"
    )


def test_without_nodes_everything_stays_pending():
    cluster = replace(shop(), nodes=())
    results = [result_of(initial(cluster), name) for name in ("kube-scheduler", "cpsat")]
    assert headline(cluster, results) == "There are no nodes: all 5 pods stay pending"


def test_the_only_pod_stays_where_many_stay():
    cluster = Cluster((), tuple(replicas("front", 1, spec())))
    assert headline(cluster, [result_of(initial(cluster))]) == "There are no nodes: the only pod stays pending"


def test_where_nothing_is_placed_that_is_said_in_words():
    cluster, single = shop(), Cluster((node("n0"),), tuple(replicas("front", 1, spec())))
    assert said(cluster, initial(cluster), initial(cluster), *PROVEN).endswith("alike: nothing is placed, proven")
    assert headline(cluster, [result_of(initial(cluster), "cpsat", *PROVEN)]) == "cpsat places none of 5 pods, proven"
    assert headline(single, [result_of(initial(single), "cpsat", *PROVEN)]) == "cpsat places no pod, proven"


def test_one_pod_and_one_node_are_not_many():
    cluster = Cluster((node("n0"),), tuple(replicas("front", 1, spec())))
    alone = placement(cluster, front_0="n0")
    assert headline(cluster, [result_of(alone, "cpsat", *PROVEN)]) == "cpsat places the only pod on 1 node, proven"
    told = said(cluster, initial(cluster), alone, *PROVEN)
    assert told == "cpsat places 1 more pod and needs 1 more node, proven"
    assert said(cluster, alone, initial(cluster), *PROVEN).startswith("cpsat places 1 pod fewer and needs 1 node fewer")


def test_without_pods_there_is_nothing_to_place():
    cluster = replace(shop(), pods=())
    assert headline(cluster, [result_of(initial(cluster))]) == "There are no pods to place"


def test_without_results_nobody_has_answered():
    assert headline(shop(), []) == "No strategy has answered"


def test_nodes_that_a_strategy_opened_are_nodes():
    empty = replace(shop(), nodes=())
    opened = replace(empty, nodes=(node("opened", cpu=16000, memory=2**36),))
    ours = Placement(opened, dict.fromkeys(opened.pods, opened.nodes[0]))
    told = headline(empty, [result_of(initial(empty), "kube-scheduler"), result_of(ours, "cpsat", *PROVEN)])
    assert told == "cpsat places 5 more pods and needs 1 more node, proven"


def test_cpsat_is_compared_with_the_baseline_whoever_else_is_there():
    cluster = shop()
    names = ("best-fit", "cpsat", "random", "kube-scheduler")
    ours, theirs = contenders([result_of(packed(cluster), name) for name in names])
    assert theirs is not None
    assert (ours.strategy, theirs.strategy) == ("cpsat", "kube-scheduler")


def test_without_cpsat_the_best_of_the_others_is_compared():
    cluster = shop()
    results = [
        result_of(spread(cluster), "kube-scheduler", Row("cost", 1)),
        result_of(spread(cluster), "random", Row("cost", 3)),
        result_of(packed(cluster), "best-fit", Row("cost", 2)),
    ]
    ours, theirs = contenders(results)
    assert theirs is not None
    assert (ours.strategy, theirs.strategy) == ("best-fit", "kube-scheduler")


def test_without_the_baseline_the_first_of_the_others_stands_in():
    cluster = shop()
    ours, theirs = contenders([result_of(packed(cluster), name) for name in ("random", "best-fit", "cpsat")])
    assert theirs is not None
    assert (ours.strategy, theirs.strategy) == ("cpsat", "random")
