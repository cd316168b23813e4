"""What fits, and how full nodes are scored.

Source: https://kubernetes.io/docs/concepts/scheduling-eviction/resource-bin-packing/
"""

from __future__ import annotations

import pytest

from solver.cluster.pod import CpuMemory
from solver.rules.node_resources_balanced_allocation import NodeResourcesBalancedAllocation
from solver.rules.node_resources_fit import NodeResourcesFit
from solver.rules.node_resources_fit.score import LeastAllocated
from tests.rules.building import filled, filter_of, node, pod, points, rejections, sized

GIB = 1 << 30


def fit(newcomer, *there, **fields):
    return rejections(NodeResourcesFit(), newcomer, filled([node("a", **fields)], [*there, newcomer]))["a"]


@pytest.mark.parametrize(("cpu", "fits"), [(1000, True), (1001, False)])
def test_a_request_up_to_what_is_free_fits(cpu, fits):
    assert (fit(pod("p", cpu=cpu), pod("b", on="a", cpu=3000)) is None) is fits


def test_lack_of_room_can_be_resolved_and_lack_of_size_cannot():
    short = fit(pod("p", cpu=2000), pod("b", on="a", cpu=3000))
    small = fit(pod("p", cpu=4001))
    assert (short.reasons, short.code) == (("Insufficient cpu",), "Unschedulable")
    assert (small.reasons, small.code) == (("Insufficient cpu",), "UnschedulableAndUnresolvable")


def test_everything_that_is_short_is_named_and_one_hopeless_resource_decides():
    newcomer = pod("p", cpu=2000, requests={"example.com/gpu": 1, "memory": 1})
    found = fit(newcomer, pod("b", on="a", cpu=3000), pods=1)
    assert set(found.reasons) == {"Too many pods", "Insufficient cpu", "Insufficient example.com/gpu"}
    assert not found.resolvable


def test_a_pod_without_requests_needs_only_a_place():
    assert fit(pod("p"), pod("b", on="a", cpu=9000)) is None
    assert fit(pod("p"), pod("b", on="a"), pods=1).reasons == ("Too many pods",)


def test_a_request_of_nothing_is_never_short():
    assert fit(pod("p", requests={"example.com/gpu": 0}), pod("b", on="a", cpu=9000)) is None


def test_the_reasons_of_many_nodes_are_those_of_each():
    nodes = [node(f"n{number}", cpu=1000 * number, pods=number) for number in range(4)]
    newcomer = pod("p", cpu=2000)
    state = filled(nodes, [pod("b", on="n3", cpu=2000), newcomer])
    found = filter_of(NodeResourcesFit(), newcomer, state)
    codes = found.codes(state.everywhere)
    rejected = state.everywhere[codes > 0]
    assert found.reasons(codes[codes > 0], rejected) == {"Too many pods": 1, "Insufficient cpu": 3}
    assert list(found.resolvable(codes[codes > 0], rejected)) == [3]


def test_the_emptier_node_scores_better_and_everything_is_truncated():
    nodes = [node("a"), node("b", cpu=3000)]
    newcomer = sized("p", cpu=1000, memory=GIB)
    there = sized("b", on="a", cpu=999, memory=3 * GIB)
    # a: cpu 2001 of 4000 left (50), memory 4 of 8 (50); b: 2000 of 3000 (66), 7 of 8 (87).
    assert points(NodeResourcesFit(), newcomer, filled(nodes, [there, newcomer])) == {"a": 50, "b": 76}


def test_more_than_there_is_scores_nothing():
    newcomer = sized("p", cpu=5000, memory=4 * GIB)
    assert points(NodeResourcesFit(), newcomer, filled([node("a")], [newcomer])) == {"a": 25}


def test_a_resource_that_the_node_lacks_is_left_out():
    newcomer = sized("p", cpu=1000)
    assert points(NodeResourcesFit(), newcomer, filled([node("a", cpu=0)], [newcomer])) == {"a": 100}


def test_scores_see_stand_ins_where_filters_see_requests():
    newcomer = pod("p", score_requests=CpuMemory(100, 0))
    assert points(NodeResourcesFit(), newcomer, filled([node("a", cpu=1000)], [newcomer])) == {"a": 95}


def test_an_extended_resource_counts_for_those_that_ask_for_it():
    rule = NodeResourcesFit(LeastAllocated((("example.com/gpu", 3), ("cpu", 1))))
    nodes = [node("a", more={"example.com/gpu": 4})]
    asking = pod("p", requests={"example.com/gpu": 1})
    state = filled(nodes, [asking, pod("q")])
    assert points(rule, asking, state) == {"a": 81}
    assert points(rule, pod("q"), state) == {"a": 100}


def test_balance_is_one_less_the_deviation():
    newcomer = sized("p", cpu=1000, memory=6 * GIB)
    # 0.25 of the cpu, 0.75 of the memory: the deviation is 0.25.
    assert points(NodeResourcesBalancedAllocation(), newcomer, filled([node("a")], [newcomer])) == {"a": 75}


def test_fractions_are_capped_at_one():
    newcomer = sized("p", cpu=9000, memory=8 * GIB)
    assert points(NodeResourcesBalancedAllocation(), newcomer, filled([node("a")], [newcomer])) == {"a": 100}


def test_balance_of_one_resource_is_perfect_and_of_three_the_standard_deviation():
    lone = sized("p", cpu=1000)
    assert points(NodeResourcesBalancedAllocation(), lone, filled([node("a", more={"memory": 0})], [lone])) == {
        "a": 100
    }
    rule = NodeResourcesBalancedAllocation(("cpu", "memory", "example.com/gpu"))
    three = pod("q", cpu=2000, requests={"example.com/gpu": 1})
    # Fractions 0.5, 0 and 1: the deviation is 0.408.
    assert points(rule, three, filled([node("a", more={"example.com/gpu": 1})], [three])) == {"a": 59}


def test_balance_is_skipped_for_pods_that_request_neither():
    newcomer = pod("p", requests={"ephemeral-storage": 1}, score_requests=CpuMemory(100, 200))
    assert points(NodeResourcesBalancedAllocation(), newcomer, filled([node("a")], [newcomer])) is None
