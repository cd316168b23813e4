"""Objectives taken tier by tier: what is proven of a tier speaks of its pods, and of those above it, alone."""

from __future__ import annotations

import time
from decimal import Decimal

import pytest

from solver.errors import InputError
from solver.objectives import values
from solver.objectives.question import BoundPods, ObjectiveName, PerPriorityTier, Question, levels_of
from solver.run.registry import strategy_named
from solver.strategies.cpsat import CpSat
from solver.strategies.strategy import Options, Watch
from tests.model.making import cluster, node, pods, spec, vector

PRICE_OF_EACH = (PerPriorityTier((ObjectiveName.PENDING, ObjectiveName.COST)),)
URGENT = pods(spec("a", 500, priority=9), "urgent")


def solved(strategy, asked, question):
    return strategy.solve(asked, question, Options(workers=1), Watch(time.perf_counter() + 60))


@pytest.mark.parametrize("policy", BoundPods)
@pytest.mark.parametrize("strategy", [CpSat(), strategy_named("cpsat")], ids=["alone", "from starts"])
def test_the_least_cost_of_the_first_tier_has_no_node_for_the_second(strategy, policy):
    """A second node would take the other pod, but the first tier pays for one, and that comes first."""
    question = Question(PRICE_OF_EACH, policy)
    asked = cluster([node("n1"), node("n2")], URGENT, pods(spec("b", 1000), "other"))
    answer = solved(strategy, asked, question)
    found = values(answer.placement, levels_of(question, asked))
    assert answer.bounds == found == vector(0, 1, 1, 1)


def test_everything_or_nothing_has_a_price_where_tiers_ask_for_cost():
    asked = cluster([node("n1", price_per_hour=Decimal(1)), node("n2")], URGENT)
    with pytest.raises(InputError, match="n2 has no price"):
        solved(CpSat(), asked, Question(PRICE_OF_EACH))
