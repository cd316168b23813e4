"""Every objective's expression, at a minimum over a pinned placement, is its value for that placement."""

from __future__ import annotations

import time
from fractions import Fraction

from hypothesis import given
from hypothesis.strategies import integers, sampled_from

from solver.model.placing import PlacementModel
from solver.objectives import objective_of, values
from solver.objectives.question import BoundPods, Level, ObjectiveName, Question, Unserved, levels_of
from solver.rules import RULES
from solver.strategies.cpsat.exact.backend import CpSatBackend
from solver.strategies.cpsat.exact.counts import counts_of, hint_of
from solver.strategies.cpsat.groundwork import groundwork
from solver.strategies.greedy import Random
from solver.strategies.strategy import Options, Watch
from tests.model.making import EFFORT
from tests.properties.voices import loaded
from tests.sampling import Knobs, sample

KNOBS = Knobs(nodes=(2, 5), pods=(4, 12), density=0.5)
QUESTION = Question((*ObjectiveName, Unserved("nvidia.com/gpu"), Unserved("cpu")))


@given(seed=integers(0, 2**32 - 1), policy=sampled_from(BoundPods))
def test_expressions_equal_values(seed, policy):
    cluster = loaded(sample(seed, KNOBS))
    placement = (
        Random()
        .solve(cluster, Question(bound_pods=policy), Options(seed=seed), Watch(time.perf_counter() + 60))
        .placement
    )
    work = groundwork(cluster, policy)
    model = PlacementModel(work.ground)
    for rule in RULES:
        rule.constrain(model)
    pinned = hint_of(counts_of(placement, work), model)
    for level in levels_of(QUESTION, cluster):
        expression = objective_of(level.objective).expression(model, level)
        found = CpSatBackend(model.program).completed(expression.linear, EFFORT, pinned)
        least = expression.linear.value(found) * expression.unit
        assert [least] == [*values(placement, [level])], level


def test_tiers_of_cost_are_all_pods():
    """Cost has no tiers: the priority of such a level changes nothing."""
    cluster = loaded(sample(3, KNOBS))
    placement = Random().solve(cluster, Question(), Options(), Watch(time.perf_counter() + 60)).placement
    with_tier, without = (Level(ObjectiveName.COST, tier) for tier in (7, None))
    assert values(placement, [with_tier]) == values(placement, [without]) != (Fraction(0),)
