"""Neighbourhood search with every rule: earlier stages stay as they are, and what is found can be carried out."""

from __future__ import annotations

import time
from itertools import count
from random import Random

import pytest
from hypothesis import given
from hypothesis.strategies import integers, sampled_from

from solver.objectives.question import BoundPods, ObjectiveName, Question, Unserved
from solver.placement import initial
from solver.strategies.cpsat.around.choice import Choice
from solver.strategies.cpsat.around.rounds import Rounds
from solver.strategies.cpsat.phases.neighbourhoods import search_around
from solver.strategies.cpsat.solving import Solving
from solver.strategies.cpsat.starts import begin, permitted
from solver.strategies.greedy import FirstFitDecreasing
from solver.strategies.greedy import Random as Drawn
from solver.strategies.strategy import Options, Watch
from solver.verify import verify
from tests.model.making import cluster, node, pods, spec
from tests.properties.voices import loaded
from tests.sampling import Knobs, growing, sample

PENDING, DISRUPTION, COST, PREFERENCES = ObjectiveName
KNOBS = Knobs(nodes=(3, 6), pods=(5, 14), density=0.4, bound=0.3)


def begun(asked, question, start):
    solving = Solving(asked, question, Options(60, workers=1), Watch(time.perf_counter() + 60), (start,))
    begin(solving)
    return solving


def some(number):
    """Late after so many times of asking."""
    asked = count()
    return lambda: next(asked) >= number


@given(seed=integers(0, 2**32 - 1), policy=sampled_from(BoundPods), place=integers(0, 9))
def test_earlier_stages_are_kept_and_an_order_of_binds_exists(seed, policy, place):
    asked = loaded([*sample(seed, KNOBS), *(growing(seed) if seed % 3 == 0 else [])])
    solving = begun(asked, Question(bound_pods=policy), Drawn())
    place %= len(solving.stages)
    before = [result.value for result in solving.results]
    better = Rounds(solving, solving.work, place).run(3, some(40))
    after = [result.value for result in solving.results]
    assert after[:place] <= before[:place]
    assert better == (after < before)
    assert verify(solving.incumbent.placement, solving.incumbent.steps, solving.question) == ()
    assert permitted(solving.incumbent.placement, policy)


def test_a_node_that_can_be_emptied_is_emptied(monkeypatch):
    """Twelve pods of a third of a node on six nodes, drawn at random: in the end they are on four."""
    monkeypatch.setattr("solver.strategies.cpsat.phases.neighbourhoods._SMALLEST", 0)
    asked = cluster([node(name, cpu=900) for name in "abcdefgh"], pods(spec(cpu=300), *"123456789XYZ"))
    solving = begun(asked, Question((PENDING, COST)), Drawn())
    assert len(solving.incumbent.placement.used) > 4
    search_around(solving)
    assert len(solving.incumbent.placement.used) == 4


def test_a_pod_that_needs_others_to_make_room_finds_it():
    """Two nodes with half of the room taken on each, and a pod as large as a node: one small one has to move."""
    asked = cluster(
        [node("a", cpu=1000), node("b", cpu=1000)],
        (*pods(spec("s", 500), "s1", on="a"), *pods(spec("s", 500), "s2", on="b"), *pods(spec("large", 1000), "l")),
    )
    solving = begun(asked, Question((PENDING, DISRUPTION), BoundPods.EVICTABLE), FirstFitDecreasing())
    assert solving.incumbent.placement.pending
    assert Rounds(solving, solving.work, 0).run(20, some(500))
    assert not solving.incumbent.placement.pending
    assert len(solving.incumbent.placement.moved) == 1


@pytest.mark.parametrize("objective", [PENDING, DISRUPTION, COST, PREFERENCES, Unserved("cpu")])
def test_neighbourhoods_have_their_size_and_no_node_twice(objective):
    asked = cluster(
        [node(str(name), cpu=1000) for name in range(9)],
        (*pods(spec(cpu=600), "p1", "p2"), *pods(spec("old", 200), "o1", on="3")),
    )
    solving = begun(asked, Question(bound_pods=BoundPods.EVICTABLE), FirstFitDecreasing())
    choice = Choice(solving.work.ground, Random(0))
    for placement in (initial(asked), solving.incumbent.placement):
        for size in (1, 4, 9, 12):
            drawn = choice.nodes(objective, placement, size)
            assert len(set(drawn)) == len(drawn) == min(size, 9)
            assert set(drawn) <= set(asked.nodes)
