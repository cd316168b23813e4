"""Clusters too large for brute force, around a placement that is known: nodes have just the room that it takes.

Whatever the search finds, the placement is there, so no bound may be above what it is worth.
"""

from __future__ import annotations

import time
from dataclasses import replace
from fractions import Fraction
from random import Random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis.strategies import integers, sampled_from

from solver.objectives import OBJECTIVES, values
from solver.objectives.question import BoundPods, Level, ObjectiveName, PerPriorityTier, Question, Unserved, levels_of
from solver.placement import Placement
from solver.strategies.bind_order import bind_order
from solver.strategies.cpsat import CpSat
from solver.strategies.cpsat.bounds import own_bounds
from solver.strategies.cpsat.fluid.bounds import FluidBounds, Relaxations
from solver.strategies.cpsat.groundwork import groundwork
from solver.strategies.cpsat.packing.projection import scarcest
from solver.strategies.cpsat.stages import stages_of, standing
from solver.strategies.greedy import BestFit, FirstFitDecreasing
from solver.strategies.greedy import Random as AnyNode
from solver.strategies.strategy import Options, Watch
from solver.verify import verify
from tests.properties.voices import loaded
from tests.sampling import Knobs, sample

if TYPE_CHECKING:
    from collections.abc import Sequence

    from solver.cluster.cluster import Cluster
    from solver.cluster.node import Node
    from solver.strategies.cpsat.stages import Stage

PENDING, DISRUPTION, COST, PREFERENCES = ObjectiveName
ASKED = (
    (PENDING, DISRUPTION, COST, PREFERENCES),
    (PENDING, COST, DISRUPTION),
    (PerPriorityTier((PENDING, COST)), DISRUPTION),
    (PerPriorityTier((PENDING, Unserved("memory"))), COST),
    (Unserved("cpu"), PENDING, PREFERENCES),
)
MIDDLE = {density: Knobs(nodes=(6, 16), pods=(15, 50), density=density, bound=0.25) for density in (0.0, 0.02, 0.08)}
PLANTERS = (AnyNode(), BestFit(), FirstFitDecreasing())
HUGE = Fraction(10**18)
seeds, policies, questions = integers(0, 2**32 - 1), sampled_from(BoundPods), sampled_from(ASKED)


def watch(seconds: float = 60.0) -> Watch:
    return Watch(time.perf_counter() + seconds)


def planted(seed: int, question: Question) -> Placement | None:
    """A placement that fills its nodes, where it can be carried out; it may leave pods pending."""
    dice = Random(seed)
    wide = loaded(sample(seed, MIDDLE[dice.choice(list(MIDDLE))]))
    found = dice.choice(PLANTERS).solve(wide, question, Options(seed=seed), watch()).placement
    tight = {node.name: tightened(found, node.name, dice) for node in wide.nodes}
    cluster = replace(wide, nodes=tuple(tight.values()))
    order = bind_order(Placement(cluster, {pod: tight[node.name] for pod, node in found.node_of.items()}))
    if order.steps is None or verify(order.placement, order.steps, question):
        return None
    return order.placement


def tightened(found: Placement, name: str, dice: Random) -> Node:
    """The node with just what its pods request; nodes without pods, and some others, stay as they are."""
    node = found.cluster.node_named[name]
    pods = found.pods_on[node]
    if not pods or dice.random() < 0.2:
        return node
    held = {resource: sum(pod.spec.requests.get(resource, 0) for pod in pods) for resource in node.allocatable}
    return replace(node, allocatable={**node.allocatable, **{each: held[each] for each in ("cpu", "memory")}})


def keeping(stages: Sequence[Stage], cluster: Cluster, question: Question) -> list[int]:
    """For each level, how many stages come before the last one that counts in it."""
    counting = ((stage.counts_in(level) for stage in stages) for level in levels_of(question, cluster))
    return [max(place for place, counts in enumerate(each) if counts) for each in counting]


@given(seed=seeds, policy=policies, asked=questions)
@settings(max_examples=25)
def test_what_counting_and_relaxations_prove_leaves_room_for_it(seed, policy, asked):
    question = Question(asked, policy)
    known = planted(seed, question)
    if known is None:
        return
    stages, ground = stages_of(question, known.cluster), groundwork(known.cluster, policy).ground
    worth = standing(known, stages)
    fluid = FluidBounds(Relaxations(ground), stages, worth)
    for place, value in enumerate(worth):
        assert own_bounds(stages, [*worth[:place], *[HUGE] * (len(worth) - place)], ground)[place] <= value
        assert fluid.of(place, 5.0) <= value
    scarce = scarcest(ground, 1.0, bool)
    if scarce is not None and not known.pending and not known.evicted:
        assert scarce.bound <= OBJECTIVES[COST].value(known, Level(COST))


@pytest.mark.parametrize("seed", range(6))
def test_what_a_whole_search_proves_leaves_room_for_it(seed):
    question = Question(ASKED[seed % len(ASKED)], tuple(BoundPods)[seed % len(BoundPods)])
    known = planted(seed, question)
    assert known is not None
    cluster = known.cluster
    answer = CpSat().solve(cluster, question, Options(workers=1, seed=seed), watch(1.0))
    assert verify(answer.placement, answer.steps, question) == ()
    stages, levels = stages_of(question, cluster), levels_of(question, cluster)
    mine, worth = standing(answer.placement, stages), standing(known, stages)
    for bound, value, before in zip(
        answer.bounds, values(known, levels), keeping(stages, cluster, question), strict=True
    ):
        if all(its <= own for its, own in zip(worth[:before], mine[:before], strict=True)):
            assert bound is not None
            assert bound <= value
