"""Soft rules: the least penalty among all placements with the fewest pods pending."""

from __future__ import annotations

import time
from random import Random

import pytest

from solver.objectives import values
from solver.objectives.question import BoundPods, ObjectiveName, Question, levels_of
from solver.strategies.cpsat import CpSat
from solver.strategies.strategy import Options, Watch
from tests.brute_force import asking, optimum
from tests.properties.voices import loaded
from tests.sampling import Knobs, sample

TINY = Knobs(
    nodes=(2, 3),
    pods=(3, 4),
    bound=0.2,
    density=0.8,
    rules=frozenset({"spread", "affinity", "anti_affinity", "taints", "node_affinity"}),
)


@pytest.mark.parametrize("seed", range(25))
def test_the_least_penalty_is_that_of_brute_force(seed):
    objects = sample(seed, TINY)
    best = optimum(asking(objects, "fixed", "pending", "preferences"))
    cluster = loaded(objects)
    question = Question((ObjectiveName.PENDING, ObjectiveName.PREFERENCES), BoundPods.FIXED)
    answer = CpSat().solve(
        cluster, question, Options(workers=1, seed=Random(seed).randrange(99)), Watch(time.perf_counter() + 60)
    )
    assert values(answer.placement, levels_of(question, cluster)) == answer.bounds == best.values
