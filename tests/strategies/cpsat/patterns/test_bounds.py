"""No placement that can be carried out beats a pattern bound; where only room counts, patterns prove the best."""

from __future__ import annotations

import time
from collections import Counter

import pytest
from hypothesis import assume, given, settings
from hypothesis.strategies import booleans, integers, sampled_from

from solver.cluster.resources import PODS
from solver.objectives.question import BoundPods, ObjectiveName, PerPriorityTier, Question
from solver.placement import initial
from solver.run.registry import strategy_named
from solver.strategies.cpsat import CpSat
from solver.strategies.cpsat.groundwork import groundwork
from solver.strategies.cpsat.incumbent import Incumbent, StageResult
from solver.strategies.cpsat.patterns import generation as generations
from solver.strategies.cpsat.patterns.asked import quantity_of, suits
from solver.strategies.cpsat.patterns.filling import Filling
from solver.strategies.cpsat.patterns.generation import Generation
from solver.strategies.cpsat.patterns.search import PatternSearch
from solver.strategies.cpsat.patterns.task import task_of
from solver.strategies.cpsat.stages import stages_of, standing
from solver.strategies.cpsat.starts import permitted
from solver.strategies.strategy import Options, Watch
from solver.verify import verify
from tests.brute_force import asking, optimum
from tests.properties.voices import loaded
from tests.sampling import Knobs, sample

PER_TIER = (PerPriorityTier((ObjectiveName.PENDING, ObjectiveName.DISRUPTION)),)
PLAIN = (ObjectiveName.PENDING, ObjectiveName.DISRUPTION)
MIXED = Knobs(nodes=(2, 5), pods=(4, 12), density=0.4, bound=0.4)
ROOM = Knobs(nodes=(2, 4), pods=(6, 14), density=0.5, bound=0.5, rules=frozenset({"resources", "priorities", "taints"}))
TINY = Knobs(nodes=(1, 3), pods=(2, 5), bound=0.4, rules=frozenset({"resources", "priorities", "taints"}))
OTHERS = ("kube-scheduler", "first-fit-decreasing", "best-fit", "random")

seeds = integers(0, 2**32 - 1)


def watch(seconds=60.0):
    return Watch(time.perf_counter() + seconds)


def bound_of(stages, reached, place, ground):
    """The pattern bound of a stage where the earlier ones are at what was reached."""
    asked = [quantity for stage in stages[: place + 1] if (quantity := quantity_of(stage)) is not None]
    task = task_of(ground, dict(zip(asked[:-1], map(int, reached), strict=False)), asked[-1])
    if not task.groups:
        return 0
    generation = Generation(task, None, bool)
    generation.run()
    return generation.whole


def searched(cluster, question, start=None):
    """What patterns alone make of a cluster: the incumbent and the results of the stages."""
    stages = stages_of(question, cluster)
    incumbent = start or Incumbent(initial(cluster), ())
    reached = standing(incumbent.placement, stages)
    results = [StageResult(stage, value, value * 0) for stage, value in zip(stages, reached, strict=True)]
    work = groundwork(cluster, question.bound_pods)
    return PatternSearch(work, question, watch(), 0.0).run(incumbent, results), results


@given(seed=seeds, per_tier=booleans(), policy=sampled_from([BoundPods.EVICTABLE, BoundPods.FIXED]))
def test_no_placement_under_any_rules_beats_the_bound(seed, per_tier, policy):
    cluster = loaded(sample(seed, MIXED))
    question = Question(PER_TIER if per_tier else PLAIN, policy)
    stages, work = stages_of(question, cluster), groundwork(cluster, policy)
    assume(suits(work, question))
    for name in OTHERS:
        placement = strategy_named(name).solve(cluster, question, Options(seed=seed), watch()).placement
        if not permitted(placement, policy):
            continue
        reached = standing(placement, stages)
        for place, value in enumerate(reached):
            assert bound_of(stages, reached, place, work.ground) <= value, (name, place)


@settings(max_examples=60)
@given(seed=seeds, per_tier=booleans(), knobs=sampled_from([MIXED, ROOM]))
def test_bounds_agree_with_proofs_by_search(seed, per_tier, knobs):
    cluster = loaded(sample(seed, knobs))
    question = Question(PER_TIER if per_tier else PLAIN, BoundPods.EVICTABLE)
    stages, work = stages_of(question, cluster), groundwork(cluster, question.bound_pods)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("solver.strategies.cpsat.phases.few_pods.suits", lambda work, question: False)
        plain = CpSat().solve(cluster, question, Options(workers=1), watch())
    assert plain.limit is None
    best = standing(plain.placement, stages)
    incumbent, results = searched(cluster, question)
    assert standing(incumbent.placement, stages) >= best
    for place, result in enumerate(results):
        assert bound_of(stages, best, place, work.ground) <= best[place]
        if not result.proven:
            assert result.bound <= best[place]
            break
        assert result.value == best[place]


def crowded(cluster):
    """Whether some node holds more than it offers, so that who stays may stay and nobody may come."""
    for node, there in initial(cluster).pods_on.items():
        asked = Counter({PODS: len(there)})
        for pod in there:
            asked.update(pod.spec.requests)
        offered = {**node.allocatable, PODS: node.pods_allowed}
        if any(amount > offered.get(name, 0) for name, amount in asked.items()):
            return True
    return False


@given(seed=seeds)
def test_where_only_room_counts_patterns_prove_what_brute_force_finds(seed):
    objects = sample(seed, TINY)
    cluster, question = loaded(objects), Question(PLAIN, BoundPods.EVICTABLE)
    assume(not crowded(cluster))
    incumbent, results = searched(cluster, question)
    assert verify(incumbent.placement, incumbent.steps, question) == ()
    best = optimum(asking(objects, "evictable", "pending", "disruption"))
    assert [result.value for result in results] == list(best.values)
    assert all(result.proven for result in results)


@settings(max_examples=60)
@given(seed=seeds, labels=sampled_from([1, 2, 5]), columns=sampled_from([1, 3, 6_000]))
def test_labels_and_columns_cut_off_lead_to_no_claim(seed, labels, columns):
    cluster = loaded(sample(seed, ROOM))
    question = Question(PER_TIER, BoundPods.EVICTABLE)
    stages = stages_of(question, cluster)
    best = standing(CpSat().solve(cluster, question, Options(workers=1), watch()).placement, stages)
    with pytest.MonkeyPatch.context() as patched:
        for name, limit in (
            ("_FEW", labels),
            ("_SOME", labels),
            ("_MANY", labels),
            ("_LISTED", labels),
            ("_MOST_COLUMNS", columns),
        ):
            patched.setattr(generations, name, limit)
        _, results = searched(cluster, question)
    for result, value in zip(results, best, strict=True):
        if not result.proven:
            assert result.bound <= value
            break
        assert result.value == value


@given(seed=seeds)
def test_a_tier_packed_anew_leaves_those_above_alone_and_fits(seed):
    cluster = loaded(sample(seed, ROOM))
    assume(not crowded(cluster))
    work = groundwork(cluster, BoundPods.EVICTABLE)
    start = initial(cluster)
    for tier in cluster.tiers:
        for placement in Filling(work.ground).repacked(start, tier):
            assert all(placement.node_of.get(pod) == node for pod, node in start.node_of.items() if pod.priority > tier)
            for node, pods in placement.pods_on.items():
                asked = Counter({PODS: len(pods)})
                for pod in pods:
                    asked.update(pod.spec.requests)
                offered = {**node.allocatable, PODS: node.pods_allowed}
                assert all(amount <= offered.get(name, 0) for name, amount in asked.items())
