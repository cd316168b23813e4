"""The relaxation: no placement is below its bounds, and where a reader can see the optimum it finds it."""

from __future__ import annotations

import time
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis.strategies import integers, sampled_from

from solver.cluster.pool import NodePool
from solver.cluster.ports import HostPort
from solver.cluster.taints import Effect, Taint
from solver.objectives.question import BoundPods, ObjectiveName, Question
from solver.run.registry import strategy_named
from solver.strategies.cpsat.fluid.bounds import FluidBounds, Relaxations
from solver.strategies.cpsat.fluid.relaxation import Relaxation
from solver.strategies.cpsat.fluid.solved import relaxed, with_whole
from solver.strategies.cpsat.fluid.supply import Supply
from solver.strategies.cpsat.groundwork import groundwork
from solver.strategies.cpsat.stages import stages_of, standing
from solver.strategies.cpsat.starts import permitted
from solver.strategies.strategy import Options, Watch
from tests.brute_force import asking, optimum
from tests.model.making import cluster, node, pods, spec, spread, term
from tests.properties.voices import loaded
from tests.sampling import Knobs, growing, sample

TINY = Knobs(nodes=(1, 3), pods=(2, 5), bound=0.35, density=0.4)
PENDING, DISRUPTION, COST = ObjectiveName.PENDING, ObjectiveName.DISRUPTION, ObjectiveName.COST
KNOBS = Knobs(nodes=(2, 5), pods=(4, 12), density=0.4)
STRATEGIES = ("kube-scheduler", "first-fit-decreasing", "best-fit", "random", "cpsat")


def watch():
    return Watch(time.perf_counter() + 60)


def bounds(asked, values, policy=BoundPods.KEEP):
    """Of every stage, where all stages have these values."""
    stages = stages_of(Question(bound_pods=policy), asked)
    fluid = FluidBounds(Relaxations(groundwork(asked, policy).ground), stages, values)
    return [fluid.of(place, 5.0) for place in range(len(stages))]


@given(seed=integers(0, 2**32 - 1), policy=sampled_from(BoundPods), name=sampled_from(STRATEGIES))
def test_no_placement_is_below_the_bounds(seed, policy, name):
    asked, question = (
        loaded([*sample(seed, KNOBS), *(growing(seed) if seed % 3 == 0 else [])]),
        Question(bound_pods=policy),
    )
    placement = strategy_named(name).solve(asked, question, Options(workers=1), watch()).placement
    if permitted(placement, policy):
        values = standing(placement, stages_of(question, asked))
        found = bounds(asked, values, policy)
        assert all(bound <= value for bound, value in zip(found, values, strict=True)), (found, values)


@pytest.mark.parametrize("policy", BoundPods)
@pytest.mark.parametrize("seed", range(25))
def test_the_best_of_all_placements_is_not_below_the_bounds(seed, policy):
    """Judged by an oracle that knows nothing of the solver; without preemption, so that a level is a stage."""
    objects = sample(seed, TINY)
    best = optimum(asking(objects, policy.value, "pending", "disruption", "cost"))
    asked = loaded(objects)
    stages = stages_of(Question((PENDING, DISRUPTION, COST), policy), asked)
    if len(stages) == len(best.values):
        fluid = FluidBounds(Relaxations(groundwork(asked, policy).ground), stages, best.values)
        assert all(fluid.of(place, 5.0) <= value for place, value in enumerate(best.values)), (seed, best.where)


def cost_of(asked, policy=BoundPods.KEEP):
    """The bound on cost where nobody may wait."""
    stages = stages_of(Question(bound_pods=policy), asked)
    return bounds(asked, [Fraction(0)] * len(stages), policy)[-2]


def test_equal_nodes_are_one_class_whatever_their_names():
    asked = cluster([node(f"n{n}", "ab"[n % 2]) for n in range(8)], pods(spec(cpu=400), *map(str, range(6))))
    relaxation = Relaxation(Supply(groundwork(asked, BoundPods.KEEP).ground, daemons_stay=True))
    assert [len(each) for each in relaxation.classes] == [8]


def test_whole_pods_of_one_kind_are_counted():
    """Two of 400 go on a node of 1000, so five need three nodes; by room alone two would do."""
    asked = cluster([node(f"n{n}") for n in range(8)], pods(spec(cpu=400), *map(str, range(5))))
    assert cost_of(asked) == 3


def test_the_cheaper_shape_is_chosen():
    nodes = [node(f"s{n}", cpu=1000, price_per_hour=Decimal("0.20")) for n in range(9)]
    nodes += [node(f"l{n}", cpu=2000, price_per_hour=Decimal("0.35")) for n in range(9)]
    asked = cluster(nodes, pods(spec(cpu=500), *map(str, range(12))))
    assert cost_of(asked) == Fraction("1.05")


def test_what_keeps_apart_needs_nodes_of_its_own():
    apart = spec(anti_affinity=term("web"))
    asked = cluster([node(f"n{n}") for n in range(8)], pods(apart, *"abcde"))
    assert cost_of(asked) == 5


def test_users_of_one_port_need_nodes_of_their_own():
    port = (HostPort(80),)
    asked = cluster(
        [node(f"n{n}") for n in range(8)],
        pods(spec("x", 10, host_ports=port), *"abc"),
        pods(spec("y", 20, host_ports=port), *"de"),
    )
    assert cost_of(asked) == 5


def test_spreading_uses_the_dear_zone_too():
    nodes = [node(f"a{n}", "a", price_per_hour=Decimal(1)) for n in range(9)]
    nodes += [node(f"b{n}", "b", price_per_hour=Decimal(10)) for n in range(9)]
    asked = cluster(nodes, pods(spec(cpu=1000, spread=(spread(),)), *"abcdef"))
    assert cost_of(asked) == 33


def test_what_stays_is_paid_for_and_lends_its_room():
    old = pods(spec("old", 300), "old", on="n0")
    asked = cluster([node(f"n{n}") for n in range(4)], old, pods(spec(cpu=500), "a", "b"))
    assert cost_of(asked, BoundPods.FIXED) == 2
    assert cost_of(cluster([node(f"n{n}") for n in range(4)], old), BoundPods.FIXED) == 1


def test_pools_are_counted_in_pending():
    """The pool may open two nodes over both zones: of five pods that fill a node each, two are left over."""
    template = [node(f"pool-{zone}", zone) for zone in "ab"]
    pool = NodePool("pool", tuple(template), (0, 0), 2)
    asked = cluster([node("n")], pods(spec(cpu=1000), *"abcde"), pools=(pool,))
    evicted, unplaced, *_ = bounds(asked, [Fraction(0), Fraction(2), Fraction(0), Fraction(3), Fraction(0)])
    assert (evicted, unplaced) == (0, 2)


def test_any_prices_prove_a_bound_and_the_best_prove_the_optimum():
    asked = cluster([node(f"n{n}", "ab"[n % 2]) for n in range(8)], pods(spec(cpu=300), *map(str, range(11))))
    relaxation = Relaxation(Supply(groundwork(asked, BoundPods.KEEP).ground, daemons_stay=True))
    rows, cost = relaxation.rows, relaxation.cost
    for row in range(len(rows.lower)):
        rows.lower[row] = 11.0 if rows.upper[row] == 11.0 else rows.lower[row]
    optimum = relaxed(rows, cost, 5.0)
    dice = np.random.default_rng(0)
    assert optimum.values is not None
    best = float(cost @ optimum.values)
    assert abs(optimum.bound - best) < 1e-6
    for _ in range(50):
        assert rows.proven(cost, dice.normal(size=len(rows.lower))) <= best + 1e-6
    assert optimum.bound <= with_whole(rows, cost, relaxation.used, 5.0).bound + 1e-5


def running(per_node=2, nodes=6):
    """As many pods on every node, each half as large as it."""
    made = [node(f"n{n}") for n in range(nodes)]
    return cluster(
        made, *(pods(spec("web", 250), *(f"p{n}-{k}" for k in range(per_node)), on=f"n{n}") for n in range(nodes))
    )


def further(asked, question, *values):
    """Of the last of as many stages as there are values."""
    stages = stages_of(question, asked)
    fluid = FluidBounds(Relaxations(groundwork(asked, question.bound_pods).ground), stages, [*map(Fraction, values)])
    return fluid.of(len(values) - 1, 5.0)


def test_whoever_is_on_a_node_that_is_given_up_must_move():
    """Twelve quarters need three nodes of six: six pods move, at two points each."""
    question = Question((PENDING, COST, DISRUPTION), BoundPods.EVICTABLE)
    assert further(running(), question, 0, 3, 99) == 12
    assert further(running(), question, 0, 5, 99) == 4
    assert further(running(), question, 0, 6, 99) == 0


def test_whoever_may_stay_without_a_node_counts_once():
    question = Question((PENDING, COST, DISRUPTION), BoundPods.EVICTABLE)
    assert further(running(), question, 4, 3, 99) == 8
    assert further(running(), question, 12, 0, 99) == 12


def test_nodes_that_nobody_leaves_cost_no_moves():
    question = Question((PENDING, COST, DISRUPTION), BoundPods.EVICTABLE)
    asked = running()
    asked = cluster(asked.nodes, *((pod,) for pod in asked.pods), pods(spec("static", 10, static=True), "s", on="n0"))
    assert further(asked, question, 0, 6, 99) == 0


@pytest.mark.parametrize("policy", [BoundPods.KEEP, BoundPods.FIXED])
def test_bound_pods_that_may_not_leave_stay_whoever_of_their_group_is_pending(policy):
    asked = cluster(
        [node("n0"), node("n1", cpu=2000)],
        pods(spec("web", 600), "old", on="n0"),
        pods(spec("web", 600), "new"),
        pods(spec("big", 1000, priority=-1), "other", on="n1"),
    )
    question = Question((PENDING, DISRUPTION), policy)
    before = [0] * (len(stages_of(question, asked)) - 1)
    assert further(asked, question, *before, 99) == 0


def test_whoever_must_make_room_counts_even_if_nobody_may_move():
    """Under ``keep`` two pods of a lower tier have to go, and cannot come back."""
    low = pods(spec("low", 500, priority=-1), "x", "y", on="n0")
    asked = cluster([node("n0")], low, pods(spec("high", 800), "new"))
    question = Question((PENDING, DISRUPTION), BoundPods.KEEP)
    assert [str(stage) for stage in stages_of(question, asked)][-1] == "disruption"
    assert further(asked, question, 0, 0, 2, 0, 99) == 2


def test_what_the_nodes_with_room_leave_unmet():
    """Three of five pods fit where nothing discourages them."""
    taint = Taint("noisy", "", Effect.PREFER_NO_SCHEDULE)
    nodes = [
        node("n0"),
        node("n1", taints=(taint,)),
        node("n2", taints=(taint, Taint("old", "", Effect.PREFER_NO_SCHEDULE))),
    ]
    asked = cluster(nodes, pods(spec(cpu=300), *"abcde"))
    question = Question((PENDING, ObjectiveName.PREFERENCES), BoundPods.FIXED)
    assert further(asked, question, 0, 99) == 2
    assert further(asked, question, 2, 99) == 0


@pytest.mark.parametrize("policy", BoundPods)
@pytest.mark.parametrize("seed", range(40))
def test_the_best_disruption_and_preferences_are_not_below_the_bounds(seed, policy):
    objects = sample(seed, TINY)
    names = ("pending", "cost", "disruption", "preferences") if seed % 2 else ("pending", "disruption", "preferences")
    best = optimum(asking(objects, policy.value, *names))
    asked = loaded(objects)
    stages = stages_of(Question(tuple(map(ObjectiveName, names)), policy), asked)
    if len(stages) == len(best.values):
        fluid = FluidBounds(Relaxations(groundwork(asked, policy).ground), stages, best.values)
        assert all(fluid.of(place, 5.0) <= value for place, value in enumerate(best.values)), (seed, best.where)
