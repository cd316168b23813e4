"""Rules that work as a profile says, and how many nodes a profile looks for."""

from __future__ import annotations

import math
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis.strategies import integers

from solver.cluster.labels import Operator, Requirement
from solver.cluster.node_affinity import NodeAffinity as Affinity
from solver.cluster.node_affinity import NodeSelectorTerm, PreferredNodeTerm
from solver.cluster.pod import CpuMemory
from solver.cluster.pod_affinity import PodAffinity, PodAffinityTerm
from solver.cluster.resources import is_among
from solver.cluster.topology import ZONE, SpreadConstraint
from solver.cluster.workloads import Service
from solver.rules import RULES
from solver.rules.inter_pod_affinity import InterPodAffinity
from solver.rules.node_affinity import NodeAffinity
from solver.rules.node_resources_fit import NodeResourcesFit
from solver.rules.node_resources_fit.score import MostAllocated, RequestedToCapacityRatio
from solver.rules.pod_topology_spread import PodTopologySpread
from solver.rules.profile import PreemptionLimits, Profile
from tests.rules.building import app, filled, node, pod, points, prefiltered, rejections, sized

GIB = 1 << 30


@pytest.mark.parametrize(
    ("percentage", "nodes", "enough"),
    [
        (None, 5000, 5000),
        (0, 99, 99),
        (0, 100, 100),
        (0, 250, 120),
        (0, 5000, 500),
        (0, 9000, 450),
        (30, 1000, 300),
        (1, 1000, 100),
    ],
)
def test_how_many_feasible_nodes_end_the_search(percentage, nodes, enough):
    assert Profile(percentage_to_score=percentage).enough(nodes) == enough


def test_where_nothing_scores_the_first_feasible_node_ends_the_search():
    assert Profile(scorers=()).enough(5000) == 1


@pytest.mark.parametrize(("nodes", "enough"), [(5, 5), (100, 100), (600, 100), (2000, 200)])
def test_how_many_candidates_preemption_looks_for(nodes, enough):
    assert PreemptionLimits().candidates(nodes) == enough


def test_filters_that_do_not_run_are_waived():
    assert Profile().waived == frozenset()
    without = tuple(rule for rule in RULES if rule.name != "NodePorts")
    assert Profile(filters=without).waived == {"NodePorts"}


def asking(name, on, cpu, memory, foo):
    seen = CpuMemory(cpu, memory)
    return pod(name, on, cpu, requests={"memory": memory, "intel.com/foo": foo}, score_requests=seen, occupied=seen)


def test_the_example_of_the_documentation_for_requested_to_capacity_ratio():
    """https://kubernetes.io/docs/concepts/scheduling-eviction/resource-bin-packing/#node-scoring-for-capacity-allocation."""
    weights = (("intel.com/foo", 5), ("memory", 1), ("cpu", 3))
    rule = NodeResourcesFit(RequestedToCapacityRatio(((0, 0), (100, 100)), weights))
    nodes = [node(name, cpu=8, more={"intel.com/foo": foo, "memory": 1024}) for name, foo in (("a", 4), ("b", 8))]
    there = [asking("x", "a", 1, 256, 1), asking("y", "b", 6, 512, 2)]
    newcomer = asking("p", None, 2, 256, 2)
    assert points(rule, newcomer, filled(nodes, [*there, newcomer])) == {"a": 60, "b": 69}


def naive_ratio(shape, requested, allocatable):
    percent = 100 if requested > allocatable else requested * 100 // allocatable
    if percent <= shape[0][0]:
        return shape[0][1]
    for (x, y), (x2, y2) in pairwise(shape):
        if percent <= x2:
            return y + math.trunc((y2 - y) * (percent - x) / (x2 - x))
    return shape[-1][1]


@given(seed=integers(0, 2**32 - 1))
def test_strategies_agree_with_their_definition(seed):
    dice = Random(seed)
    corners = sorted(dice.sample(range(101), dice.randint(1, 4)))
    shape = tuple((corner, 10 * dice.randint(0, 10)) for corner in corners)
    weights = (("cpu", dice.randint(1, 5)), ("memory", dice.randint(1, 5)))
    room = {"cpu": dice.randint(1, 4000), "memory": dice.randint(1, 8) * GIB}
    used = {"cpu": dice.randint(0, 4000), "memory": dice.randint(0, 4) * GIB}
    there = sized("x", "a", used["cpu"], used["memory"])
    newcomer = sized("p", None, dice.randint(0, 900), dice.randint(0, GIB))
    asked = {"cpu": newcomer.spec.score_requests.cpu, "memory": newcomer.spec.score_requests.memory}
    state = filled([node("a", cpu=room["cpu"], more={"memory": room["memory"]})], [there, newcomer])
    total = {name: used[name] + asked[name] for name in room}
    most = [(min(total[name], room[name]) * 100 // room[name], weight) for name, weight in weights]
    expected = sum(value * weight for value, weight in most) // sum(weight for _, weight in weights)
    assert points(NodeResourcesFit(MostAllocated(weights)), newcomer, state) == {"a": expected}
    ratios = [(naive_ratio(shape, total[name], room[name]), weight) for name, weight in weights]
    counted = [(value, weight) for value, weight in ratios if value]
    mean = sum(v * w for v, w in counted) / sum(w for _, w in counted) if counted else 0
    found = points(NodeResourcesFit(RequestedToCapacityRatio(shape, weights)), newcomer, state)
    assert found == {"a": math.floor(mean + 0.5)}


@pytest.mark.parametrize(
    ("name", "ignored", "among"),
    [
        ("example.com/gpu", {"example.com/gpu"}, True),
        ("example.com/gpu", {"example.com"}, True),
        ("example.com/gpu", {"example.com/fpga"}, False),
        ("cpu", {"cpu"}, False),
        ("x.kubernetes.io/a", {"x.kubernetes.io"}, False),
    ],
)
def test_only_extended_resources_can_be_ignored(name, ignored, among):
    assert is_among(name, ignored) is among


def test_ignored_resources_are_never_short():
    newcomer = pod("p", requests={"example.com/gpu": 9})
    state = filled([node("a")], [newcomer])
    assert rejections(NodeResourcesFit(), newcomer, state)["a"] is not None
    assert rejections(NodeResourcesFit(ignores=frozenset({"example.com"})), newcomer, state)["a"] is None


def term(key):
    return NodeSelectorTerm((Requirement(key, Operator.EXISTS),))


def test_added_affinity_is_asked_before_the_pods_own_and_preferred_terms_add_up():
    rule = NodeAffinity(Affinity((term("ours"),), (PreferredNodeTerm(5, term("nice")),)))
    newcomer = pod(
        "p", node_selector={"mine": "1"}, node_affinity=Affinity(None, (PreferredNodeTerm(5, term("fine")),))
    )
    nodes = [
        node("a", labels={"mine": "1"}),
        node("b", labels={"ours": ""}),
        node("c", labels={"mine": "1", "ours": "", "nice": ""}),
        node("d", labels={"mine": "1", "ours": "", "nice": "", "fine": ""}),
    ]
    state = filled(nodes, [newcomer])
    found = rejections(rule, newcomer, state)
    assert found["a"].reasons == ("node(s) didn't match scheduler-enforced node affinity",)
    assert found["b"].reasons == ("node(s) didn't match Pod's node affinity/selector",)
    assert found["c"] is found["d"] is None
    assert points(rule, newcomer, state, ["c", "d"]) == {"c": 50, "d": 100}
    assert prefiltered(rule, newcomer, state) is None


def test_default_constraints_of_a_profile_may_be_hard_and_need_their_keys():
    hard = SpreadConstraint(1, ZONE, True, None)
    soft = SpreadConstraint(1, "rack", False, None)
    rule = PodTopologySpread((hard, soft))
    web = {"app": "web"}
    nodes = [
        node("a", labels={ZONE: "x", "rack": "1"}),
        node("b", labels={ZONE: "y"}),
        node("c", labels={"rack": "1"}),
    ]
    newcomer = pod("p", labels=web)
    services = (Service("default", "web", {"app": "web"}),)
    state = filled(nodes, [pod("there", "a", labels=web), newcomer], services=services)
    found = rejections(rule, newcomer, state)
    assert (found["a"].resolvable, found["b"], found["c"].resolvable) == (True, None, False)
    assert points(rule, newcomer, state) == {"a": 100, "b": 0, "c": 100}
    assert rule.filter(newcomer.spec, filled(nodes, [newcomer])) is None


def test_required_affinity_of_others_weighs_what_the_profile_says():
    lonely = pod("lonely", "a", affinity=PodAffinity((PodAffinityTerm(ZONE, app("web"), frozenset({"default"})),)))
    newcomer = pod("p", labels={"app": "web"})
    state = filled([node("a", labels={ZONE: "x"}), node("b", labels={ZONE: "y"})], [lonely, newcomer])
    assert points(InterPodAffinity(), newcomer, state) == {"a": 100, "b": 0}
    assert points(InterPodAffinity(hard_weight=0), newcomer, state) is None
    assert points(InterPodAffinity(heeds_others=False), newcomer, state) is None
