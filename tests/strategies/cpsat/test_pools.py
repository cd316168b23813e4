"""Nodes that may be opened: what cpsat opens is the best of all that could be."""

from __future__ import annotations

import time
from decimal import Decimal
from fractions import Fraction
from itertools import product
from random import Random

import pytest

from solver.cluster.pool import NodePool
from solver.cluster.topology import HOSTNAME
from solver.cluster.workloads import DaemonSet
from solver.objectives import values
from solver.objectives.question import BoundPods, Question, levels_of
from solver.placement import Placement, widened
from solver.strategies.bind_order import bind_order
from solver.strategies.cpsat import CpSat
from solver.strategies.greedy import FirstFitDecreasing
from solver.strategies.strategy import Options, Watch
from solver.verify import verify
from tests.model.making import cluster, node, pods, spec, spread


def answered(asked, policy=BoundPods.KEEP, starts=()):
    question = Question(bound_pods=policy)
    answer = CpSat(starts).solve(asked, question, Options(workers=1), Watch(time.perf_counter() + 60))
    assert verify(answer.placement, answer.steps, question) == ()
    return answer, values(answer.placement, levels_of(question, asked))


def pool(name, cpu, price, zones, openable):
    templates = tuple(
        node(f"{name}-{zone}", zone, cpu, price_per_hour=Decimal(price), pool=name, declared=False) for zone in zones
    )
    return NodePool(name, templates, (0,) * len(zones), openable)


def cheapest(asked):
    """Least pending, then least cost, over all sets of opened nodes and all ways to fill them (cpu alone matters)."""
    offers = [
        [(number, zone) for number in range(each.openable + 1) for zone in range(len(each.templates))]
        for each in asked.pools
    ]
    best = None
    for choice in product(*offers):
        opened = [
            each.node(zone, rank)
            for each, (number, zone) in zip(asked.pools, choice, strict=True)
            for rank in range(number)
        ]
        nodes = (*asked.nodes, *opened)
        for where in product((None, *nodes), repeat=len(asked.pending)):
            load = dict.fromkeys(nodes, 0)
            for pod, place in zip(asked.pending, where, strict=True):
                if place is not None:
                    load[place] += pod.spec.requests["cpu"]
            if all(used <= place.allocatable["cpu"] for place, used in load.items()):
                cost = sum(Fraction(place.price_per_hour) for place in set(where) - {None})
                found = (where.count(None), cost)
                best = found if best is None else min(best, found)
    return best


@pytest.mark.parametrize("seed", range(12))
def test_the_least_cost_is_that_of_brute_force(seed):
    dice = Random(seed)
    pools = (
        pool("big", 1000, "1.0", "ab", dice.randint(0, 2)),
        pool("small", 400, dice.choice(["0.3", "0.5"]), "a", dice.randint(0, 2)),
    )
    wanting = [pods(spec(f"a{n}", dice.choice([200, 300, 400, 600])), f"p{n}") for n in range(4)]
    asked = cluster([node("n0", "a", 400, price_per_hour=Decimal("0.2"))], *wanting, pools=pools)
    answer, reached = answered(asked)
    assert (reached[0], reached[2]) == cheapest(asked)
    assert answer.bounds == reached


def test_a_pools_limit_holds_over_its_zones():
    asked = cluster([], pods(spec(cpu=1000), "p1", "p2", "p3"), pools=(pool("only", 1000, "1", "abc", 2),))
    answer, reached = answered(asked)
    assert reached[0] == 1
    assert len(answer.placement.used) == 2


def test_opened_nodes_are_numbered_from_the_first():
    asked = cluster([], pods(spec(cpu=600), "p1", "p2"), pools=(pool("only", 1000, "1", "a", 5),))
    answer, _ = answered(asked)
    assert sorted(each.name for each in answer.placement.cluster.nodes) == ["only-a-0", "only-a-1"]


def test_unopened_nodes_are_no_domains():
    """Five nodes could be opened; were they domains from the start, no node could hold a second pod."""
    even = spec(cpu=300, spread=(spread(key=HOSTNAME),))
    asked = cluster([], pods(even, "p1", "p2", "p3"), pools=(pool("only", 1000, "1", "a", 5),))
    _, reached = answered(asked)
    assert reached[:3] == (0, 0, 1)


def test_daemon_pods_come_with_an_opened_node():
    agent = DaemonSet("agent", spec("agent", 500, daemon=True))
    asked = cluster([], pods(spec(cpu=500), "p1", "p2"), pools=(pool("only", 1000, "1", "a", 5),), daemon_sets=(agent,))
    answer, reached = answered(asked)
    assert reached[:3] == (0, 0, 2)
    assert {pod.name for pod in answer.placement.node_of} == {"p1", "p2", "agent-only-a-0", "agent-only-a-1"}


def test_a_daemon_pod_that_does_not_fit_is_pending():
    agent = DaemonSet("agent", spec("agent", 1500, daemon=True))
    wanting = pods(spec(cpu=500, priority=1), "p1")
    asked = cluster([], wanting, pools=(pool("only", 1000, "1", "a", 5),), daemon_sets=(agent,))
    answer, reached = answered(asked)
    assert reached[:2] == (0, 1)
    assert [pod.name for pod in answer.placement.pending] == ["agent-only-a-0"]


def test_a_start_with_opened_nodes_is_taken_over():
    asked = cluster([], pods(spec(cpu=600), "p1", "p2", "p3"), pools=(pool("only", 1000, "1", "ab", 5),))
    start = FirstFitDecreasing().solve(asked, Question(), Options(), Watch(time.perf_counter() + 60))
    assert len(start.placement.used) == 3
    _, reached = answered(asked, starts=(FirstFitDecreasing(),))
    assert reached[2] == 3


def test_opened_nodes_are_there_from_the_first_step():
    """The order of binds is judged with all opened nodes in place, as verification does."""
    even = spec(cpu=600, spread=(spread(key=HOSTNAME),))
    asked = cluster([], pods(even, "p1", "p2"))
    templates = pool("only", 1000, "1", "a", 5)
    opened = widened(asked, [templates.node(0, 0), templates.node(0, 1)])
    placement = Placement(opened, dict(zip(opened.pending, opened.nodes, strict=True)))
    assert bind_order(placement).steps is not None
