"""Every strategy's answer to a sampled cluster passes the judge, under every policy for bound pods."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis.strategies import integers, sampled_from

from solver.objectives import values
from solver.objectives.question import BoundPods, ObjectiveName, Question, levels_of
from solver.strategies.cpsat import CpSat
from solver.strategies.greedy import BestFit, FirstFitDecreasing, Random
from solver.strategies.kube_scheduler.strategy import KubeScheduler
from solver.strategies.strategy import Options, Ties, Watch
from solver.verify import verify
from tests.properties.voices import loaded
from tests.sampling import Knobs, growing, sample

STANDING = Knobs(pods=(4, 14), density=0.4)
GROWING = Knobs(nodes=(0, 3), pods=(4, 10), density=0.35, bound=0.2)
GREEDY = (KubeScheduler(), FirstFitDecreasing(), BestFit(), Random())

seeds, policies = integers(0, 2**32 - 1), sampled_from(BoundPods)


@pytest.mark.parametrize("strategy", GREEDY, ids=lambda strategy: strategy.name)
@given(seed=seeds, policy=policies, ties=sampled_from(Ties))
def test_the_judge_accepts_greedy_answers(strategy, seed, policy, ties):
    cluster, question = loaded(sample(seed, STANDING)), Question(bound_pods=policy)
    answer = strategy.solve(cluster, question, Options(seed=seed, ties=ties), Watch(time.perf_counter() + 60))
    assert verify(answer.placement, answer.steps, question) == ()


@given(seed=seeds, policy=policies)
def test_with_pools_that_grow_all_answers_are_accepted_and_none_beats_a_proven_one(seed, policy):
    cluster = loaded([*sample(seed, GROWING), *growing(seed)])
    question = Question((ObjectiveName.PENDING, ObjectiveName.DISRUPTION, ObjectiveName.COST), policy)
    vectors = {}
    for strategy in (*GREEDY, CpSat()):
        answer = strategy.solve(
            cluster, question, Options(seed=seed % 1000, workers=1), Watch(time.perf_counter() + 60)
        )
        assert verify(answer.placement, answer.steps, question) == (), strategy.name
        vectors[strategy.name] = values(answer.placement, levels_of(question, cluster))
        proven = answer.bounds == vectors[strategy.name]
    assert proven
    assert vectors["cpsat"] == min(vectors.values())
