"""Packing finds the optimum of small problems, says so, and keeps out of questions that are not its own."""

from __future__ import annotations

import time
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver.cluster.labels import LabelSelector, equals
from solver.cluster.pod_affinity import PodAffinity, PodAffinityTerm
from solver.cluster.topology import HOSTNAME
from solver.objectives import values
from solver.objectives.question import BoundPods, ObjectiveName, Question, levels_of
from solver.placement import initial
from solver.strategies.cpsat.groundwork import groundwork
from solver.strategies.cpsat.incumbent import Incumbent, StageResult
from solver.strategies.cpsat.packing.asked import cost_of_all, mostly_tied, only_room_counts
from solver.strategies.cpsat.packing.finish import finished, suits
from solver.strategies.cpsat.packing.narrowed import one_by_one
from solver.strategies.cpsat.packing.projection import scarcest
from solver.strategies.cpsat.packing.search import PackingSearch
from solver.strategies.cpsat.stages import stages_of, standing
from solver.strategies.greedy import FirstFitDecreasing
from solver.strategies.strategy import Options, Watch
from solver.verify import verify
from tests.strategies.cpsat.packing.instances import Kind, cluster, least_cost, task

ALL = LabelSelector()
QUESTION = Question((ObjectiveName.PENDING, ObjectiveName.COST))
TRIPLETS = [(497,), (301,), (202,), (455,), (290,), (255,), (430,), (310,), (260,), (401,), (333,), (266,)]
"""Each three fill a node of 1,000 exactly; first-fit decreasing takes five nodes."""


def packed(kinds, items):
    """(level values, bounds, placement) after the search, from first-fit decreasing; None: it is not the question."""
    problem = cluster(kinds, items)
    watch = Watch(deadline=time.perf_counter() + 60)
    work, stages = groundwork(problem, BoundPods.KEEP), stages_of(QUESTION, problem)
    start = FirstFitDecreasing().solve(problem, QUESTION, Options(), watch)
    results = [
        StageResult(stage, value, value * 0)
        for stage, value in zip(stages, standing(start.placement, stages), strict=True)
    ]
    place = cost_of_all(work, results)
    if place is None:
        return None
    search = PackingSearch(work, QUESTION, results, watch, until=0.0, seed=0)
    found = search.run(place, Incumbent(start.placement, start.steps))
    assert verify(found.placement, found.steps, QUESTION) == ()
    assert values(found.placement, levels_of(QUESTION, problem))[-1] == results[place].value
    return results[place]


@pytest.mark.parametrize("pool", [True, False])
def test_triplets_fill_nodes_exactly(pool):
    found = packed([Kind((1000,), 1, 12, pool)], TRIPLETS)
    assert (found.value, found.bound) == (4, 4)


def test_two_dimensions_leave_room_in_both_and_still_need_a_further_node():
    """Less than two nodes of either resource, and hardly two pods fit one."""
    items = [(6, 1), (5, 5), (1, 6)]
    found = packed([Kind((10, 10), 3, 3)], [*items, (5, 5)])
    assert (found.value, found.bound) == (least_cost([Kind((10, 10), 3, 3)], [*items, (5, 5)]),) * 2


def test_a_dear_node_may_be_cheaper_than_several_cheap_ones():
    kinds = [Kind((4,), 3, 4), Kind((12,), 8, 1)]
    found = packed(kinds, [(4,), (4,), (4,)])
    assert (found.value, found.bound) == (8, 8)


@given(
    st.lists(
        st.builds(Kind, st.tuples(st.integers(5, 9)), st.integers(1, 7), st.integers(1, 3), st.booleans()),
        min_size=1,
        max_size=3,
    ),
    st.lists(st.tuples(st.integers(1, 6)), min_size=1, max_size=8),
)
@settings(max_examples=80)
def test_brute_force_agrees(kinds, items):
    optimum, found = least_cost(kinds, items), packed(kinds, items)
    if found is not None:
        assert found.bound <= optimum <= found.value
        assert not found.proven or found.value == optimum


def test_who_cannot_be_placed_is_no_question_for_packing():
    assert packed([Kind((5,), 1, 1)], [(4,), (4,)]) is None


def test_pods_that_keep_apart_are_no_question_for_packing():
    problem = cluster([Kind((10,), 1, 4)], [(4,), (4,), (4,)])
    term = PodAffinityTerm(HOSTNAME, LabelSelector(), frozenset({"default"}))
    apart = replace(problem.pods[0].spec, anti_affinity=PodAffinity(required=(term,)))
    assert asked(problem)
    assert not asked(replace(problem, pods=tuple(replace(pod, spec=apart) for pod in problem.pods)))


def test_pods_that_keep_away_from_others_tie_a_cluster_and_those_that_keep_apart_do_not():
    problem = cluster([Kind((10,), 1, 4)], [(4,), (3,), (2,)])
    own, other = (PodAffinityTerm(HOSTNAME, chosen, frozenset({"default"})) for chosen in (ALL, equals({"a": "b"})))

    def tied(term):
        spec = replace(problem.pods[0].spec, anti_affinity=PodAffinity(required=(term,)))
        pods = (replace(problem.pods[0], spec=spec), *problem.pods[1:])
        return mostly_tied(groundwork(replace(problem, pods=pods), BoundPods.KEEP).ground)

    assert tied(other)
    assert not tied(own)


def asked(problem):
    """Whether packing is the way where all pods are placed and the cost is not proven."""
    stages = stages_of(QUESTION, problem)
    cost = len(stages) - 1
    results = [StageResult(stage, Fraction(place == cost), Fraction(0)) for place, stage in enumerate(stages)]
    work = groundwork(problem, BoundPods.KEEP)
    return cost_of_all(work, results) == cost and only_room_counts(work.ground)


def test_the_nodes_that_the_scarcest_resource_asks_for_are_filled_first():
    """First fit takes the small nodes, which come first; the two in the middle keep apart."""
    problem = cluster([Kind((2,), 1, 6), Kind((6,), 1, 2)], [(2,), (2,), (1,), (1,), (2,), (2,), (1,), (1,)])
    term = PodAffinityTerm(HOSTNAME, LabelSelector(), frozenset({"default"}))
    alone = replace(
        problem.pods[4].spec, anti_affinity=PodAffinity(required=(replace(term, selector=equals({"a": "b"})),))
    )
    pods = tuple(replace(pod, spec=alone) if place == 4 else pod for place, pod in enumerate(problem.pods))
    problem = replace(problem, pods=pods)
    watch = Watch(deadline=time.perf_counter() + 60)
    work, stages = groundwork(problem, BoundPods.KEEP), stages_of(QUESTION, problem)
    start = FirstFitDecreasing().solve(problem, QUESTION, Options(), watch)
    before = standing(start.placement, stages)
    scarce = scarcest(work.ground, 10, lambda: False)
    assert scarce is not None
    found = min(
        one_by_one(work, scarce, lambda: True, lambda: False), key=lambda found: standing(found.placement, stages)
    )
    assert verify(found.placement, found.steps, QUESTION) == ()
    values = standing(found.placement, stages)
    assert (values[:-1], values[-1]) == (before[:-1], scarce.bound)
    assert before[-1] > scarce.bound == 2
    assert not list(one_by_one(work, scarce, lambda: False, lambda: False))


def test_places_for_all_are_looked_for_where_the_answer_leaves_pods_out():
    problem = cluster([Kind((6,), 1, 2)], [(3,), (3,), (2,), (2,), (2,)])
    stages = stages_of(QUESTION, problem)
    work = groundwork(problem, BoundPods.KEEP)
    before = standing(initial(problem), stages)
    results = [StageResult(stage, value, value * 0) for stage, value in zip(stages, before, strict=True)]
    scarce = scarcest(work.ground, 10, lambda: False)
    assert cost_of_all(work, results) is None
    assert cost_of_all(work, results, hoped=True) is not None
    assert scarce is not None
    found = next(one_by_one(work, scarce, lambda: True, lambda: False))
    assert verify(found.placement, found.steps, QUESTION) == ()
    assert list(standing(found.placement, stages)) == [0, 0, 2]


def test_the_last_nodes_are_filled_at_once():
    """Three triplets have one way to fill three nodes; of less room nobody finds any."""
    items = [(497,), (301,), (202,), (455,), (290,), (255,), (430,), (310,), (260,)]
    left = task([Kind((1000,), 1, 3)], items)
    assert suits(left)
    found = finished(left, seed=0)
    assert found is not None
    assert found.total() == 3
    for (_, pattern), _nodes in found.items():
        assert sum(int(left.requests[:, group].max()) * pods for group, pods in pattern) == 1000
    assert finished(replace(left, numbers=left.numbers - 1), seed=0) is None
    assert not suits(task([Kind((1000,), 1, 13)], items))
