"""On clusters that are tiny, cpsat's levels are those of the best of all placements, and all are proven.

More of them than the tests look at: ``python -m benchmarks.brute_force --seeds 0:1000``.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from random import Random

import pytest

from solver.objectives.question import BoundPods
from tests.brute_force import Tiny, asking, optimum, outcomes
from tests.brute_force.agreement import Door, Found, answered, compared, judged, loaded, with_policy
from tests.brute_force.matters import deciding, excluding
from tests.brute_force.mixtures import MIXTURES, any_objectives, sampled
from tests.brute_force.states import Binds, TooLargeError
from tests.model.making import vector

SEEDS = range(8)
DOORS = tuple(Door)
PLAIN = ("pending", "disruption", "cost")


@pytest.mark.parametrize("mixture", MIXTURES)
def test_cpsat_equals_brute_force(mixture):
    for seed in SEEDS:
        raw = sampled(mixture, seed)
        binds = [Binds(ground) for ground in Tiny(raw).grounds]
        for place, policy in enumerate(BoundPods):
            try:
                verdict = judged(raw, policy, DOORS[(seed + place) % len(DOORS)], binds)
            except TooLargeError:
                continue
            assert verdict.found is Found.AGREED, (seed, policy, verdict.why)


def test_cpsat_equals_brute_force_whatever_is_asked_in_which_order():
    for seed in range(24):
        dice = Random(seed)
        raw = sampled(dice.choice(list(MIXTURES)), 1_000 + seed)
        raw[0]["spec"]["objectives"] = any_objectives(dice)
        binds = [Binds(ground) for ground in Tiny(raw).grounds]
        verdict = judged(raw, dice.choice(list(BoundPods)), dice.choice(DOORS), binds)
        assert verdict.found is Found.AGREED, (seed, raw[0]["spec"], verdict.why)


def node(name="n", cpu="1"):
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": name},
        "status": {"allocatable": {"cpu": cpu, "pods": "9"}},
    }


def pod(name, cpu="1", **spec):
    containers = [{"name": "main", "resources": {"requests": {"cpu": cpu}}}]
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}, "spec": {"containers": containers, **spec}}


def test_brute_force_finds_what_a_reader_can_see():
    """One node with room for one pod: the strong pod takes the place of the weak, where the policy lets it."""
    objects = [node(), pod("weak", nodeName="n"), pod("strong", priority=1)]
    found = {policy: optimum(asking(objects, policy.value, *PLAIN)).values for policy in BoundPods}
    assert found.pop(BoundPods.FIXED) == vector(1, 1, 0, 1)
    assert set(found.values()) == {vector(0, 1, 1, 1)}


def test_brute_force_opens_a_node_where_that_serves_a_level():
    shape = {"cpu": "1", "memory": "1Gi"}
    raw = asking([pod("p1"), pod("p2")], "keep", "pending", "cost")
    raw[0]["spec"]["nodePools"] = [{"name": "more", "shape": shape, "max": 1, "zones": ["a", "b"], "pricePerHour": 0.5}]
    best = optimum(raw)
    assert best.values == (Fraction(1), Fraction(1, 2))
    assert best.nodes in ({"more-a-0"}, {"more-b-0"})


def test_what_decides_an_optimum_is_the_rule_without_which_it_is_another():
    """The taint and the room both keep the pod out of n1; of n2 only the taint does."""
    taints = [{"key": "a", "effect": "NoSchedule"}]
    tainted = [{**node(name, cpu), "spec": {"taints": taints}} for name, cpu in (("n1", "500m"), ("n2", "1"))]
    tiny = Tiny(asking([*tainted, pod("p")], "keep", *PLAIN))
    binds = [Binds(ground) for ground in tiny.grounds]
    best = min(outcomes(tiny, binds), key=lambda outcome: outcome.rank)
    assert excluding(binds) == deciding(tiny, best, binds) == {"TaintToleration"}


RAW = asking([node("n1"), node("n2", "2"), pod("p1"), pod("p2", nodeName="n2")], "evictable", *PLAIN)


def test_an_answer_that_is_wrong_disagrees():
    """A right one agrees; a bound above an outcome, a worse one called proven, and wrong values do not."""
    every, answer = outcomes(Tiny(RAW)), answered(loaded(RAW), Door.ALONE)
    best = min(every, key=lambda outcome: outcome.rank)
    assert best.values == vector(0, 0, 1)
    assert compared(answer, best.values, every).found is Found.AGREED
    low = replace(answer, bounds=vector(0, 0, 0))
    assert compared(low, best.values, every).found is Found.UNPROVEN
    high = replace(answer, bounds=vector(0, 0, 2))
    assert "is below" in compared(high, best.values, every).why
    assert "reported" in compared(answer, (*best.values[:2], Fraction(3)), every).why
    assert "nobody can reach" in compared(answer, best.values, [each for each in every if each != best]).why


def test_each_policy_is_asked_of_the_same_scenario():
    asked = [Tiny(with_policy(RAW, policy)).policy for policy in BoundPods]
    assert asked == [policy.value for policy in BoundPods]
