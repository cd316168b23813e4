"""Nodes that could be opened, made as few as tell them apart: bounds are those of all of them."""

from __future__ import annotations

import time
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis.strategies import integers, sampled_from

from solver.cluster.topology import HOSTNAME
from solver.objectives.question import BoundPods, Question
from solver.strategies.cpsat import CpSat
from solver.strategies.cpsat.bounds import own_bounds
from solver.strategies.cpsat.fluid.bounds import FluidBounds, Relaxations
from solver.strategies.cpsat.fluid.relaxation import Relaxation
from solver.strategies.cpsat.fluid.supply import Supply
from solver.strategies.cpsat.groundwork import groundwork
from solver.strategies.cpsat.named import told_apart
from solver.strategies.cpsat.packing.task import task_of
from solver.strategies.cpsat.stages import stages_of, standing
from solver.strategies.greedy import FirstFitDecreasing
from solver.strategies.strategy import Options, Watch
from tests.model.making import cluster, node, pods, spec, spread
from tests.properties.voices import loaded
from tests.sampling import Knobs, growing, sample
from tests.strategies.cpsat.test_pools import pool

KNOBS = Knobs(nodes=(1, 4), pods=(4, 14), density=0.4)


def grounds(asked, policy=BoundPods.KEEP):
    """Of the sketch, and with every node made."""
    return (groundwork(asked, policy, told_apart(asked)).ground, groundwork(asked, policy).ground)


def elastic(seed):
    """A sampled cluster whose pools may grow far beyond what its pods need."""
    asked = loaded([*sample(seed, KNOBS), *growing(seed)])
    return replace(asked, pools=tuple(replace(each, openable=each.openable + seed % 7) for each in asked.pools))


@given(seed=integers(0, 2**32 - 1), policy=sampled_from(BoundPods))
def test_bounds_of_a_sketch_are_those_of_all_nodes(seed, policy):
    asked = elastic(seed)
    stages = stages_of(Question(bound_pods=policy), asked)
    start = FirstFitDecreasing().solve(asked, Question(), Options(), Watch(time.perf_counter() + 60))
    values = standing(start.placement, stages)
    found = [
        (
            own_bounds(stages, values, ground),
            [FluidBounds(Relaxations(ground), stages, values).of(place, 5.0) for place in range(len(stages))],
        )
        for ground in grounds(asked, policy)
    ]
    assert found[0] == found[1]


@given(seed=integers(0, 2**32 - 1))
def test_a_relaxation_has_the_same_variables_over_any_number_of_made_nodes(seed):
    sketch, whole = (Relaxation(Supply(ground, daemons_stay=True)) for ground in grounds(elastic(seed)))
    assert sketch.rows.most == sketch.over(whole.supply.ground).rows.most == whole.rows.most
    assert list(map(len, sketch.classes)) == list(map(len, whole.classes))
    assert (sketch.placed == whole.placed).all()


@given(seed=integers(0, 2**32 - 1))
def test_packing_counts_nodes_that_are_not_made(seed):
    sketch, whole = map(task_of, grounds(elastic(seed)))
    assert (sketch.numbers == whole.numbers).all()
    assert (sketch.rooms == whole.rooms).all()


def test_one_node_of_a_kind_is_made():
    asked = cluster([], pods(spec(cpu=400), *map(str, range(300))))
    asked = replace(asked, pools=(pool("p", 1000, "1", "ab", 200),))
    sketch, whole = grounds(asked)
    assert [node.name for node in sketch.cluster.nodes] == ["p-a-0", "p-b-0"]
    assert sketch.copies.tolist() == [200, 200]
    assert sketch.size == whole.size == 400
    assert not sketch.whole
    assert whole.whole


@pytest.mark.parametrize(
    "named",
    [
        {"node_selector": {HOSTNAME: "p-a-2"}},
        {"node_selector": {"anything": "p-a-2"}},
    ],
)
def test_a_node_that_somebody_names_is_made_and_one_after_it(named):
    asked = cluster([], (*pods(spec(cpu=400), *"123456789"), *pods(spec(cpu=100, **named), "own")))
    asked = replace(asked, pools=(pool("p", 1000, "1", "ab", 7),))
    sketch, whole = grounds(asked)
    assert [node.name for node in sketch.cluster.nodes] == ["p-a-0", "p-a-1", "p-a-2", "p-a-3", "p-b-0"]
    assert sketch.copies.tolist() == [1, 1, 1, 4, 7]
    most = {group.pods[0].name: sketch.most(group).tolist() for group in sketch.groups}
    if HOSTNAME in named["node_selector"]:
        assert most["own"] == [0, 0, 1, 0, 0]
    assert np.repeat(sketch.most(sketch.groups[0]), sketch.copies).tolist() == whole.most(whole.groups[0]).tolist()


def test_an_apart_pod_to_a_node_bounds_by_the_number_of_nodes_not_made():
    """Spreading over hostnames: eight pods, at most one more on a node than on the emptiest."""
    lonely = spec(cpu=100, spread=(spread(key=HOSTNAME),))
    asked = replace(cluster([node("n1")], pods(lonely, *"12345678")), pools=(pool("p", 1000, "1", "a", 9),))
    stages = stages_of(Question(), asked)
    values = [Fraction(0)] * len(stages)
    costs = [FluidBounds(Relaxations(ground), stages, values).of(len(stages) - 2, 5.0) for ground in grounds(asked)]
    assert costs[0] == costs[1] <= 8


def test_a_pool_of_many_thousand_nodes_is_no_work():
    """Of as many nodes as there are pods a tenth is needed, and that much is proven."""
    asked = replace(cluster([], pods(spec(cpu=1), *map(str, range(2000)))), pools=(pool("p", 10, "1", "a", 10**6),))
    answer = CpSat((FirstFitDecreasing(),)).solve(
        asked, Question(), Options(workers=1), Watch(time.perf_counter() + 60)
    )
    assert len(answer.placement.used) == 200
    assert answer.limit is None
