"""What pending pods of a proven optimum compete for, and with whom: cases whose answer is known."""

from __future__ import annotations

import time

import pytest

from solver.cluster.topology import ZONE
from solver.objectives.question import BoundPods, ObjectiveName, Question
from solver.strategies.cpsat import CpSat
from solver.strategies.strategy import Options, Watch
from tests.model.making import cluster, node, pods, spec, spread, term

FIT = "NodeResourcesFit"


def competes(asked, question=None):
    answer = CpSat().solve(asked, question or Question(), Options(workers=1), Watch(time.perf_counter() + 60))
    return {pod.name: competition for pod, competition in answer.competes.items()}


def test_the_short_resource_and_the_pod_that_has_it_are_named():
    asked = cluster(
        [node("n1")],
        pods(spec("vip", 800, priority=9), "vip"),
        pods(spec("small", 10), "small"),
        pods(spec(cpu=300), "p"),
    )
    found = competes(asked)["p"]
    assert (found.rules, found.resources, found.where) == ((FIT,), ("cpu",), "on all nodes")
    assert found.pods == {"default/vip": 1}
    assert str(found) == "It competes for cpu on all nodes with 1 pod like default/vip."


def test_equal_pods_compete_with_one_another():
    large = spec(requests={"memory": 3 * 2**28})
    (found,) = competes(cluster([node("n1")], pods(large, "p", "q"))).values()
    assert found.resources == ("memory",)
    assert sum(found.pods.values()) == 1


def test_what_is_bound_for_good_is_no_rival_but_leaves_no_room():
    asked = cluster([node("n1")], pods(spec("old", 800), "old", on="n1"), pods(spec(cpu=300), "p"))
    found = competes(asked, Question(bound_pods=BoundPods.FIXED))["p"]
    assert (found.resources, found.pods) == (("cpu",), {})


def test_a_rule_is_named_where_no_resource_is_short():
    found = competes(cluster([node("n1")], pods(spec(anti_affinity=term("web")), "p", "q")))
    (only,) = found.values()
    assert (only.rules, only.resources, sum(only.pods.values())) == (("InterPodAffinity",), (), 1)


def test_two_causes_are_both_named_with_the_domain_of_the_pod():
    """In zone a there is no room for a third one; zone b has room, and the skew would be too large there."""
    even = spec(cpu=500, spread=(spread(max_skew=1),))
    asked = cluster([node("n1", "a", cpu=500), node("n2", "b", cpu=5000)], pods(even, "p1", "p2", "p3", "p4"))
    (found,) = competes(asked).values()
    assert set(found.rules) == {FIT, "PodTopologySpread"}
    assert found.resources == ("cpu",)


def test_where_the_pod_could_be_is_a_domain():
    pinned = spec(cpu=600, node_selector={ZONE: "a"})
    asked = cluster([node("n1", "a"), node("n2", "b")], pods(pinned, "p", "q"))
    (found,) = competes(asked).values()
    assert found.where == f"in {ZONE}=a"


def test_an_earlier_level_is_a_reason():
    """Moving the bound pod would make room; that nobody is disturbed comes first."""
    asked = cluster(
        [node("n1", cpu=1000), node("n2", cpu=500)],
        pods(spec("old", 400), "old", on="n1"),
        pods(spec("large", 900), "large"),
    )
    question = Question((ObjectiveName.DISRUPTION, ObjectiveName.PENDING), BoundPods.EVICTABLE)
    found = competes(asked, question)["large"]
    assert (found.levels, found.resources) == (("disruption",), ("cpu",))


@pytest.mark.parametrize("policy", BoundPods)
def test_a_pod_that_no_node_could_ever_take_competes_with_nobody(policy):
    assert competes(cluster([node("n1")], pods(spec(cpu=2000), "p")), Question(bound_pods=policy)) == {}


def test_a_missing_order_of_binds_is_a_reason():
    """Each wants the other to be there first."""
    one = spec("one", affinity=term("two"))
    two = spec("two", affinity=term("one"))
    found = competes(cluster([node("n1"), node("n2")], pods(one, "p"), pods(two, "q")))
    assert found["p"].rules == found["q"].rules == ("InterPodAffinity",)


def test_the_same_is_said_on_every_run():
    asked = cluster([node("n1"), node("n2")], *(pods(spec(f"a{cpu}", cpu), f"p{cpu}") for cpu in range(300, 800, 70)))
    assert competes(asked) == competes(asked) != {}
