"""Running clusters packed anew: cheaper, carried out, and with as many pods where they are as can be."""

from __future__ import annotations

import time
from collections import Counter

import pytest
from hypothesis import given
from hypothesis.strategies import integers, sampled_from

from solver.cluster.topology import HOSTNAME
from solver.objectives.question import BoundPods, ObjectiveName, PerPriorityTier, Question
from solver.rules.grouping import pod_groups
from solver.strategies.cpsat.afresh.emptied import allowed, emptied, up_to_cost
from solver.strategies.cpsat.afresh.home import brought_home
from solver.strategies.cpsat.afresh.trading import traded
from solver.strategies.cpsat.phases.afresh import pack_afresh
from solver.strategies.cpsat.solving import Solving
from solver.strategies.cpsat.starts import begin, permitted
from solver.strategies.greedy import FirstFitDecreasing
from solver.strategies.strategy import Options, Watch
from solver.verify import verify
from tests.model.making import cluster, node, pods, spec
from tests.properties.voices import loaded
from tests.sampling import Knobs, growing, sample

PENDING, DISRUPTION, COST = ObjectiveName.PENDING, ObjectiveName.DISRUPTION, ObjectiveName.COST
KNOBS = Knobs(nodes=(2, 5), pods=(4, 12), density=0.3, bound=0.6)
CONSOLIDATE = (PENDING, COST, DISRUPTION)


def packed(asked, policy=BoundPods.EVICTABLE):
    question = Question(CONSOLIDATE, policy)
    watch = Watch(time.perf_counter() + 60)
    solving = Solving(asked, question, Options(60, workers=1), watch, (FirstFitDecreasing(),))
    begin(solving)
    before = [result.value for result in solving.results]
    pack_afresh(solving)
    assert verify(solving.incumbent.placement, solving.incumbent.steps, question) == ()
    return solving, before


@given(seed=integers(0, 2**32 - 1), policy=sampled_from([BoundPods.MOVABLE, BoundPods.EVICTABLE, BoundPods.KEEP]))
def test_what_is_packed_anew_is_permitted_and_no_worse(seed, policy):
    asked = loaded([*sample(seed, KNOBS), *(growing(seed) if seed % 3 == 0 else [])])
    solving, before = packed(asked, policy)
    assert [result.value for result in solving.results] <= before
    assert permitted(solving.incumbent.placement, policy)


def test_half_empty_nodes_become_full_ones_and_nobody_moves_in_vain():
    """Six nodes with one pod each, two of which fill a node: three nodes stay, and their pods with them."""
    names = "abcdef"
    asked = cluster(
        [node(name, "z", cpu=1000) for name in names], tuple(pod for name in names for pod in half(name, "web"))
    )
    solving, _ = packed(asked)
    assert len(solving.incumbent.placement.used) == 3
    assert len(solving.incumbent.placement.moved) == 3


def half(name, app):
    return pods(spec(app, {"y": 400, "w": 300}.get(app, 500)), f"{app}-{name}", on=name)


def test_equal_nodes_trade_contents_so_that_most_pods_stay():
    asked = cluster([node(name, "z", cpu=1000) for name in "abc"], (*half("a", "x"), *half("b", "y"), *half("c", "w")))
    groups = {group.spec.labels["app"]: group for group in pod_groups(asked)}
    meant = {groups["x"]: Counter("b"), groups["y"]: Counter("a"), groups["w"]: Counter("a")}
    now = traded(meant, asked)
    assert sorted(now.values()) == ["a", "b", "c"]
    assert now["b"] == "a"
    assert now["a"] in ("b", "c")


@pytest.mark.parametrize(
    ("nodes", "others"),
    [
        ([node("a", "y"), node("b", "z")], ()),
        ([node("a", cpu=1000), node("b", cpu=2000)], ()),
        ([node("a"), node("b")], pods(spec("pinned", node_selector={HOSTNAME: "a"}), "p")),
        ([node("a"), node("b")], pods(spec("other", 10, static=True), "static", on="a")),
    ],
)
def test_nodes_that_differ_do_not_trade(nodes, others):
    asked = cluster(nodes, (*half("a", "x"), *half("b", "y"), *others))
    groups = {group.spec.labels["app"]: group for group in pod_groups(asked)}
    now = traded({groups["x"]: Counter("b"), groups["y"]: Counter("a")}, asked)
    assert now.get("a", "a") == "a"
    assert now.get("b", "b") == "b"


def test_a_pod_that_would_lose_its_node_for_good_stops_it():
    asked = cluster([node("a", cpu=1000), node("b", cpu=1000)], half("a", "x"))
    found = FirstFitDecreasing().solve(emptied(asked), Question(), Options(), Watch(time.perf_counter() + 9)).placement
    nobody = type(found)(found.cluster, {})
    assert brought_home(nobody, asked, pod_groups(asked)) is None
    home = brought_home(found, asked, pod_groups(asked))
    assert home is not None
    assert home.steps == ()


@pytest.mark.parametrize(
    ("objectives", "expected"),
    [
        (CONSOLIDATE, True),
        ((PENDING, DISRUPTION, COST), False),
        ((PerPriorityTier((PENDING, DISRUPTION)), COST), False),
        ((PerPriorityTier((PENDING,)), COST), True),
        ((PENDING, DISRUPTION), False),
    ],
)
def test_only_where_cost_comes_before_disruption(objectives, expected):
    asked = cluster([node("a", cpu=1000)], half("a", "x"))
    assert allowed(Question(objectives, BoundPods.MOVABLE), asked) is expected
    assert not allowed(Question(objectives, BoundPods.FIXED), asked)
    if expected:
        assert up_to_cost(Question(objectives)).objectives[-1] is COST
