"""Requests without a node, shared GPUs among them: no placement beats a bound, and tiny optima are those of all."""

from __future__ import annotations

import time
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given
from hypothesis.strategies import integers, sampled_from

from solver.cluster.devices import GPU
from solver.objectives import values
from solver.objectives.question import BoundPods, ObjectiveName, PerPriorityTier, Question, Unserved, levels_of
from solver.run.registry import strategy_named
from solver.strategies.cpsat import CpSat
from solver.strategies.cpsat.bounds import own_bounds
from solver.strategies.cpsat.fluid.bounds import FluidBounds, Relaxations
from solver.strategies.cpsat.groundwork import groundwork
from solver.strategies.cpsat.stages import stages_of, standing
from solver.strategies.cpsat.starts import permitted
from solver.strategies.strategy import Options, Watch
from solver.verify import verify
from tests.brute_force import asking, optimum
from tests.model.making import cluster, node, pods, spec
from tests.properties.voices import loaded
from tests.sampling import Knobs, sample

KNOBS = Knobs(nodes=(2, 5), pods=(6, 16), rules=frozenset({"gpus", "resources", "taints", "priorities"}), density=0.7)
QUESTION = (Unserved(GPU), Unserved("cpu"), ObjectiveName.PENDING)
STRATEGIES = ("kube-scheduler", "first-fit-decreasing", "best-fit", "random", "cpsat")


def answered(strategy, asked, question):
    return strategy.solve(asked, question, Options(workers=1), Watch(time.perf_counter() + 60))


@given(seed=integers(0, 2**32 - 1), policy=sampled_from(BoundPods), name=sampled_from(STRATEGIES))
def test_no_placement_is_below_a_bound_or_weighs_more_than_its_nodes_bear(seed, policy, name):
    whole, question = loaded(sample(seed, KNOBS)), Question(QUESTION, policy)
    answer = answered(strategy_named(name), whole, question)
    assert verify(answer.placement, answer.steps, question) == ()
    ground, stages = groundwork(whole, policy).ground, stages_of(question, whole)
    for weighing in ground.weighings:
        for where, there in answer.placement.pods_on.items():
            assert sum(weighing.weight(pod.spec) for pod in there) <= weighing.bears(where)
    if permitted(answer.placement, policy):
        found = standing(answer.placement, stages)
        fluid = FluidBounds(Relaxations(ground), stages, found)
        for place, bound in enumerate(own_bounds(stages, [Fraction(10**9)] * len(stages), ground)):
            assert place or bound <= found[0]
            assert fluid.of(place, 5.0) <= found[place]


@pytest.mark.parametrize("policy", [BoundPods.FIXED, BoundPods.EVICTABLE])
def test_the_least_unserved_is_that_of_all_placements(policy):
    for seed in range(40):
        dice = Random(seed)
        knobs = Knobs(nodes=(1, 3), pods=(2, 5), bound=0.3, rules=frozenset({"gpus"}), density=dice.choice([0.7, 1.0]))
        objects = sample(seed, knobs)
        best = optimum(asking(objects, policy.value, {"unserved": GPU}))
        question = Question((Unserved(GPU),), policy)
        whole = loaded(objects)
        answer = answered(CpSat(), whole, question)
        assert values(answer.placement, levels_of(question, whole)) == answer.bounds == best.values, seed


def test_one_large_pod_goes_before_two_small_ones_where_amounts_count():
    nodes = [node("n1", allocatable={GPU: 1})]
    asked = cluster(nodes, pods(spec(gpu_milli=300), "s1", "s2"), pods(spec(gpu_milli=800), "l"))
    for objectives, placed in ((QUESTION, {"l"}), ((ObjectiveName.PENDING,), {"s1", "s2"})):
        assert {pod.name for pod in answered(CpSat(), asked, Question(objectives)).placement.node_of} == placed


def test_tiers_come_from_the_top():
    asked = cluster([], pods(spec(cpu=500), "p"), pods(spec(cpu=250, priority=7), "q"))
    levels = levels_of(Question((PerPriorityTier((Unserved("cpu"), ObjectiveName.DISRUPTION)), Unserved(GPU))), asked)
    assert [str(level) for level in levels] == [
        *(
            "unserved cpu, priority ≥ 7",
            "disruption, priority ≥ 7",
            "unserved cpu, priority ≥ 0",
            "disruption, priority ≥ 0",
        ),
        *("unserved nvidia.com/gpu, priority ≥ 7", "unserved nvidia.com/gpu, priority ≥ 0"),
    ]
