"""First-fit decreasing, best fit and random: what each is known for."""

from __future__ import annotations

import time
from decimal import Decimal

import pytest

from solver.cluster.pool import NodePool
from solver.cluster.topology import HOSTNAME
from solver.cluster.workloads import DaemonSet
from solver.objectives.question import Question
from solver.strategies.greedy import BestFit, FirstFitDecreasing, Random
from solver.strategies.strategy import Options, Watch
from solver.verify import verify
from tests.model.making import cluster, node, pods, spec, spread, term

ALL = [FirstFitDecreasing(), BestFit(), Random()]


def placed(strategy, asked, seed=0):
    answer = strategy.solve(asked, Question(), Options(seed=seed), Watch(time.perf_counter() + 60))
    assert verify(answer.placement, answer.steps, Question()) == ()
    return {pod.name: place.name for pod, place in answer.placement.node_of.items()}


def test_first_fit_decreasing_takes_the_first_node_for_the_largest():
    asked = cluster([node("n1"), node("n2")], pods(spec(cpu=300), "small"), pods(spec("big", 800), "big"))
    assert placed(FirstFitDecreasing(), asked) == {"big": "n1", "small": "n2"}


def test_best_fit_takes_the_fullest_node_that_has_room():
    asked = cluster([node("n1"), node("n2")], pods(spec("old", 500), "old", on="n2"), pods(spec(cpu=300), "new"))
    assert placed(BestFit(), asked)["new"] == "n2"


def test_priority_comes_before_size():
    asked = cluster([node("n1")], pods(spec("big", 900), "big"), pods(spec("vip", 200, priority=1), "vip"))
    assert "vip" in placed(FirstFitDecreasing(), asked)
    assert "big" not in placed(FirstFitDecreasing(), asked)


def test_random_draws_with_the_seed():
    asked = cluster([node(f"n{n}") for n in range(9)], pods(spec(), *(f"p{n}" for n in range(9))))
    assert placed(Random(), asked, 1) == placed(Random(), asked, 1)
    assert placed(Random(), asked, 1) != placed(Random(), asked, 2)


@pytest.mark.parametrize("strategy", ALL, ids=lambda each: each.name)
def test_rules_between_pods_hold(strategy):
    herd, shy = spec("herd", affinity=term("herd")), spec("shy", anti_affinity=term("shy"))
    where = placed(strategy, cluster([node("n1"), node("n2")], pods(herd, "h1", "h2"), pods(shy, "s1", "s2", "s3")))
    assert where["h1"] == where["h2"]
    assert len({where[name] for name in ("s1", "s2", "s3") if name in where}) == 2


def shape(cpu, price, zones="a", name="pool", openable=9):
    templates = tuple(
        node(f"{name}-{zone}", zone, cpu, price_per_hour=Decimal(price), pool=name, declared=False) for zone in zones
    )
    return NodePool(name, templates, (0,) * len(zones), openable)


@pytest.mark.parametrize("strategy", ALL, ids=lambda each: each.name)
def test_nodes_are_opened_where_nothing_else_takes_a_pod(strategy):
    asked = cluster([node("n1")], pods(spec(cpu=700), "p1", "p2", "p3"), pools=(shape(1000, "1", "ab"),))
    assert set(placed(strategy, asked).values()) == {"n1", "pool-a-0", "pool-b-0"}


def test_the_node_with_the_cheapest_share_is_opened():
    pools = (shape(4000, "4", name="large"), shape(1000, "0.5", name="cheap"), shape(100, "0.01", name="tiny"))
    assert placed(FirstFitDecreasing(), cluster([], pods(spec(cpu=700), "p1"), pools=pools)) == {"p1": "cheap-a-0"}


def test_a_pool_opens_no_more_than_it_may():
    asked = cluster([], pods(spec(cpu=700), "p1", "p2", "p3"), pools=(shape(1000, "1", openable=2),))
    assert len(placed(FirstFitDecreasing(), asked)) == 2


def test_daemon_pods_are_bound_first_on_an_opened_node():
    agent = DaemonSet("agent", spec("agent", 400, daemon=True))
    asked = cluster([], pods(spec(cpu=500), "p1", "p2"), pools=(shape(1000, "1"),), daemon_sets=(agent,))
    where = placed(FirstFitDecreasing(), asked)
    assert where["p1"] != where["p2"]
    assert where["agent-pool-a-0"] == "pool-a-0"


@pytest.mark.parametrize("strategy", ALL, ids=lambda each: each.name)
def test_opened_nodes_change_what_was_bound_before(strategy):
    """Three on one node is even while it is alone; with two opened later it is not, so the filling starts again."""
    even = spec("even", 200, spread=(spread("even", HOSTNAME, max_skew=2),))
    big = spec("big", 900)
    asked = cluster([node("n1")], pods(even, "e1", "e2", "e3"), pods(big, "b1", "b2"), pools=(shape(1000, "1"),))
    assert len(placed(strategy, asked)) == 5


@pytest.mark.parametrize("strategy", ALL, ids=lambda each: each.name)
def test_many_opened_nodes_are_opened_in_their_order_and_none_of_them_is_empty(strategy):
    """Two pods and an agent fill a node; pods that spread keep three zones in step, others take what is left."""
    agent = DaemonSet("agent", spec("agent", 100, daemon=True))
    wanting = pods(spec(cpu=450, spread=(spread(),)), *(f"w{n}" for n in range(60)))
    others = pods(spec("other", 450), *(f"o{n}" for n in range(20)))
    asked = cluster([], wanting, others, pools=(shape(1000, "1", "abc", openable=60),), daemon_sets=(agent,))
    where = placed(strategy, asked)
    opened = {name for pod, name in where.items()}
    assert len(where) == 80 + len(opened)
    assert len(opened) == 40
    for zone in "abc":
        numbers = sorted(int(name.rsplit("-", 1)[1]) for name in opened if f"-{zone}-" in name)
        assert numbers == list(range(len(numbers)))


def test_nodes_looked_at_in_advance_are_no_domains_of_spreading_over_nodes():
    """One pod of each on a node at most beyond the least of all nodes: 30 pods that fill half a node fill 15."""
    by_node = spec(cpu=500, spread=(spread(key=HOSTNAME),))
    asked = cluster([], pods(by_node, *(f"p{n}" for n in range(30))), pools=(shape(1000, "1", openable=40),))
    where = placed(FirstFitDecreasing(), asked)
    assert len(where) == 30
