"""Soft rules: the least penalty among all placements with the fewest pods pending."""

from __future__ import annotations

import time
from random import Random

import pytest

from solver.objectives import values
from solver.objectives.question import BoundPods, Level, ObjectiveName, Question
from solver.placement import Placement
from solver.strategies.cpsat import CpSat
from solver.strategies.strategy import Options, Watch
from tests.brute_force import Tiny, reachable
from tests.oracle.objects import key, of_kind, spec
from tests.properties.voices import loaded
from tests.sampling import Knobs, sample

TINY = Knobs(
    nodes=(2, 3),
    pods=(3, 4),
    bound=0.2,
    density=0.8,
    rules=frozenset({"spread", "affinity", "anti_affinity", "taints", "node_affinity"}),
)
LEVELS = (Level(ObjectiveName.PENDING, -(10**9)), Level(ObjectiveName.PREFERENCES))


@pytest.mark.parametrize("seed", range(25))
def test_the_least_penalty_is_that_of_brute_force(seed):
    objects = sample(seed, TINY)
    raw = {key(pod): pod for pod in of_kind(objects, "Pod")}
    start = {pod: spec(item)["nodeName"] for pod, item in raw.items() if spec(item).get("nodeName")}
    cluster = loaded(objects)
    named = {pod.key: pod for pod in cluster.pods}
    question = Question((ObjectiveName.PENDING, ObjectiveName.PREFERENCES), BoundPods.FIXED)
    placements = (
        Placement(cluster, {named[pod]: cluster.node_named[node] for pod, node in where.items()})
        for where in reachable(Tiny(objects, raw, start), start, tuple(pod for pod in raw if pod not in start))
    )
    best = min(values(placement, LEVELS) for placement in placements)
    answer = CpSat().solve(
        cluster, question, Options(workers=1, seed=Random(seed).randrange(99)), Watch(time.perf_counter() + 60)
    )
    assert values(answer.placement, LEVELS) == best
    assert answer.bounds[-1] == best[-1]
