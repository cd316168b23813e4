"""Pods come home where the nodes in use can be filled so; nobody else loses anything by it."""

from __future__ import annotations

import time
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver.objectives.question import BoundPods, ObjectiveName, Question
from solver.placement import Placement
from solver.strategies.bind_order import bind_order
from solver.strategies.cpsat.incumbent import Incumbent
from solver.strategies.cpsat.packing.homecoming import Homecoming
from solver.strategies.cpsat.packing.rearranged import rearranged
from solver.strategies.cpsat.phases.homecoming import come_home
from solver.strategies.cpsat.solving import Solving
from solver.strategies.strategy import Options, Watch
from solver.verify import verify
from tests.model.making import cluster, node, pods, spec, spread
from tests.properties.voices import loaded
from tests.sampling import growing, sample
from tests.strategies.cpsat.packing.test_homes import BETWEEN, SPREAD, WIDE, counted, filled
from tests.strategies.cpsat.packing.test_rearranged import QUESTION

CONSOLIDATE = Question((ObjectiveName.PENDING, ObjectiveName.COST, ObjectiveName.DISRUPTION), BoundPods.EVICTABLE)


def traded(*moves, **more):
    """Two full nodes of different size; ``moves`` say where each pod is meant to be."""
    asked = cluster(
        [node("n1", "a", cpu=1000), node("n2", "a", cpu=1200)],
        pods(spec("p", 400, **more), "p", on="n1"),
        pods(spec("q", 400), "q", on="n2"),
        pods(spec("r", 500), "r", on="n1"),
        pods(spec("s", 700), "s", on="n2"),
    )
    meant = Placement(asked, dict(zip(asked.pods, (asked.node_named[name] for name in moves), strict=True)))
    return asked, planned(meant)


def planned(placement):
    steps = bind_order(placement).steps
    assert steps is not None
    return Incumbent(placement, steps)


def brought(asked, incumbent, *, smallest=0):
    solving = Solving(asked, CONSOLIDATE, Options(20, workers=1), Watch(time.perf_counter() + 20))
    solving.begin_with(incumbent)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("solver.strategies.cpsat.phases.homecoming._SMALLEST", smallest)
        come_home(solving)
    return solving


@pytest.mark.parametrize("more", [{}, {"spread": (spread("p"),)}], ids=["free", "spread over zones"])
def test_pods_trade_places_and_are_at_home_again(more):
    solving = brought(*traded("n2", "n1", "n1", "n2", **more))
    assert [result.value for result in solving.results] == [0, 2, 0]


def test_whoever_finds_no_room_at_home_stays_away():
    """One node is given up: its pods are on the other one, which has room for all of them."""
    asked = cluster([node("n1"), node("n2")], pods(spec("p", 400), "p", on="n1"), pods(spec("q", 400), "q", on="n2"))
    together = Placement(asked, dict.fromkeys(asked.pods, asked.node_named["n2"]))
    solving = brought(asked, planned(together))
    assert [result.value for result in solving.results] == [0, 1, 2]


def test_small_clusters_are_left_to_the_exact_search():
    asked, incumbent = traded("n2", "n1", "n1", "n2")
    assert brought(asked, incumbent, smallest=2_000).incumbent is incumbent


@pytest.mark.parametrize("knobs", [WIDE, SPREAD, BETWEEN], ids=["all rules", "spread", "between pods"])
@given(seed=st.integers(0, 2**32 - 1), pools=st.booleans())
@settings(max_examples=40)
def test_what_comes_home_breaks_nothing_and_uses_no_other_node(knobs, seed, pools):
    problem = loaded([*sample(seed, knobs), *(growing(seed) if pools else [])])
    work, incumbent, loads = filled(problem)
    dice = Random(seed)
    names = [node.name for node in problem.nodes]
    home_of = {pod.key: dice.choice(names) for pod in sorted(loads.loose, key=lambda pod: pod.key)}
    before = [list(on) for on in loads.on]
    Homecoming(loads, home_of, seed).run(lambda: False)
    assert sorted(kind for on in loads.on for kind in on) == sorted(kind for on in before for kind in on)
    assert all(was or not now for was, now in zip(before, loads.on, strict=True))
    after = rearranged(incumbent.placement, loads, work)
    order = bind_order(after)
    assert order.steps is not None
    assert verify(order.placement, order.steps, QUESTION) == ()
    if not pools:
        assert counted(after, problem) == counted(incumbent.placement, problem)
