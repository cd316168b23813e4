"""Every strategy's answer to a sampled cluster passes the judge, under every policy for bound pods."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis.strategies import integers, sampled_from

from solver.objectives.question import BoundPods, Question
from solver.strategies.greedy import BestFit, FirstFitDecreasing, Random
from solver.strategies.kube_scheduler.strategy import KubeScheduler
from solver.strategies.strategy import Options, Ties, Watch
from solver.verify import verify
from tests.properties.voices import loaded
from tests.sampling import Knobs, sample

KNOBS = Knobs(pods=(4, 14), density=0.4)


@pytest.mark.parametrize(
    "strategy", [KubeScheduler(), FirstFitDecreasing(), BestFit(), Random()], ids=lambda item: item.name
)
@given(seed=integers(0, 2**32 - 1), policy=sampled_from(BoundPods), ties=sampled_from(Ties))
def test_the_judge_accepts_greedy_answers(strategy, seed, policy, ties):
    cluster, question = loaded(sample(seed, KNOBS)), Question(bound_pods=policy)
    answer = strategy.solve(cluster, question, Options(seed=seed, ties=ties), Watch(time.perf_counter() + 60))
    assert verify(answer.placement, answer.steps, question) == ()
