"""On clusters that are tiny, cpsat's levels are those of the best of all placements, and all are proven."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from fractions import Fraction
from random import Random

import pytest

from solver.objectives import values
from solver.objectives.question import BoundPods, ObjectiveName, Question, levels_of
from solver.strategies.cpsat import CpSat
from solver.strategies.strategy import Options, Watch
from solver.verify import verify
from tests.brute_force import PRICE, optimum
from tests.oracle.objects import of_kind
from tests.properties.voices import loaded
from tests.sampling import RULES, Knobs, Raw, sample

TINY = Knobs(nodes=(1, 3), pods=(2, 5), bound=0.35)
SEEDS = range(int(os.environ.get("PODSOLVER_BRUTE_FORCE_SEEDS", "60")))
"""As many scenarios of each mixture; more are a matter of patience."""

MIXTURES = {
    "everything": RULES,
    "room": frozenset({"resources", "priorities", "taints", "node_affinity"}),
    "between pods": frozenset({"affinity", "anti_affinity", "priorities"}),
    "spreading": frozenset({"spread", "taints", "node_affinity"}),
    "storage": frozenset({"volumes", "disks", "ports"}),
    "devices": frozenset({"gpus", "priorities"}),
}


def tiny(seed: int, mixture: str) -> list[Raw]:
    """A scenario in which most nodes matter; every other one has prices."""
    dice = Random(seed)
    objects = sample(seed, replace(TINY, rules=MIXTURES[mixture], density=dice.choice([0.2, 0.4, 0.6])))
    if dice.random() < 0.5:
        for node in of_kind(objects, "Node"):
            node["metadata"]["annotations"] = {PRICE: dice.choice(["0.1", "0.25", "1"])}
    return objects


@pytest.mark.parametrize("policy", BoundPods)
@pytest.mark.parametrize("mixture", MIXTURES)
def test_cpsat_equals_brute_force(mixture, policy):
    for seed in SEEDS:
        objects = tiny(seed, mixture)
        cluster = loaded(objects)
        question = Question((ObjectiveName.PENDING, ObjectiveName.DISRUPTION, ObjectiveName.COST), policy)
        answer = CpSat().solve(cluster, question, Options(workers=1), Watch(time.perf_counter() + 60))
        assert verify(answer.placement, answer.steps, question) == (), seed
        best = optimum(objects, policy.value)
        wanted = (*map(Fraction, best.pending), Fraction(best.disruption), best.cost)
        assert values(answer.placement, levels_of(question, cluster)) == wanted, (seed, best.where)
        assert answer.bounds == wanted, seed


def test_brute_force_finds_what_a_reader_can_see():
    """One node with room for one pod: the strong pod takes the place of the weak, where the policy lets it."""
    node = {"kind": "Node", "metadata": {"name": "n"}, "status": {"allocatable": {"cpu": "1", "pods": "9"}}}
    big = [{"name": "main", "resources": {"requests": {"cpu": "1"}}}]
    weak = {"kind": "Pod", "metadata": {"name": "weak"}, "spec": {"containers": big, "nodeName": "n"}}
    strong = {"kind": "Pod", "metadata": {"name": "strong"}, "spec": {"containers": big, "priority": 1}}
    found = {policy: optimum([node, weak, strong], policy.value) for policy in BoundPods}
    vectors = {policy: (best.pending, best.disruption, best.cost) for policy, best in found.items()}
    assert vectors.pop(BoundPods.FIXED) == ((1, 1), 0, Fraction(1))
    assert set(vectors.values()) == {((0, 1), 1, Fraction(1))}
