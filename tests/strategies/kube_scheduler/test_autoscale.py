"""Nodes opened for the pods that are left over."""

from __future__ import annotations

import time
from decimal import Decimal

from solver.cluster.pod import PodSpec
from solver.cluster.pod_affinity import PodAffinity, PodAffinityTerm
from solver.cluster.pool import NodePool
from solver.cluster.taints import Effect, Taint
from solver.cluster.topology import HOSTNAME, ZONE
from solver.cluster.workloads import DaemonSet
from solver.objectives.question import Question
from solver.strategies.kube_scheduler import KubeScheduler
from solver.strategies.kube_scheduler.autoscale import Autoscaler
from solver.strategies.strategy import Options, Watch
from tests.rules.building import app, cluster, node, pod, spread


def pool(name="pool", zones=("",), openable=10, price=None, cpu=4000, **fields):
    templates = tuple(
        node(
            f"{name}-{zone}" if zone else name,
            zone or None,
            cpu,
            pool=name,
            declared=False,
            price_per_hour=price,
            **fields,
        )
        for zone in zones
    )
    return NodePool(name, templates, (0,) * len(zones), openable)


def answer(pods, *pools, nodes=(), **fields):
    whole = cluster(nodes, pods, pools=pools, **fields)
    return KubeScheduler().solve(whole, Question(), Options(), Watch(time.perf_counter() + 60))


def opened(found):
    return sorted(each.name for each in found.placement.cluster.nodes if not each.declared)


def pods(count, cpu=2000, **fields):
    return [pod(f"p{number}", cpu=cpu, **fields) for number in range(count)]


def test_as_many_nodes_open_as_the_pods_left_over_need():
    found = answer(pods(5), pool(), nodes=[node("own")])
    assert opened(found) == ["pool-0", "pool-1"]
    assert found.placement.pending == ()


def test_a_pool_opens_no_more_than_it_may():
    found = answer(pods(9), pool(openable=2))
    assert opened(found) == ["pool-0", "pool-1"]
    assert len(found.placement.pending) == 5
    assert all("Insufficient cpu" in message for message in found.messages.values())


def test_nothing_opens_where_nothing_is_left_over_or_nothing_helps():
    assert opened(answer(pods(1), pool(), nodes=[node("own")])) == []
    assert opened(answer(pods(3, cpu=9000), pool())) == []
    tainted = pool(taints=(Taint("team", "", Effect.NO_SCHEDULE),))
    assert opened(answer(pods(3), tainted)) == []


def test_zones_take_turns():
    assert opened(answer(pods(6), pool(zones=("a", "b")))) == ["pool-a-0", "pool-a-1", "pool-b-0"]


def test_a_pod_that_wants_a_zone_gets_a_node_there():
    assert opened(answer(pods(3, node_selector={ZONE: "b"}), pool(zones=("a", "b")))) == ["pool-b-0", "pool-b-1"]


def test_the_cheapest_pool_that_helps_is_opened():
    dear, cheap = pool("dear", price=Decimal(2), cpu=8000), pool("cheap", price=Decimal(1))
    assert opened(answer(pods(2), dear, cheap)) == ["cheap-0"]
    assert opened(answer(pods(2, cpu=6000), dear, cheap)) == ["dear-0", "dear-1"]


def test_nodes_that_later_ones_leave_empty_are_dropped_again():
    dear, cheap = pool("dear", price=Decimal(2), cpu=16000), pool("cheap", price=Decimal(1))
    found = answer([*pods(1), pod("big", cpu=6000)], cheap, dear)
    assert opened(found) == ["dear-0"]
    assert found.placement.pending == ()


def test_pods_that_keep_apart_get_a_node_each():
    alone = PodAffinity((PodAffinityTerm(HOSTNAME, app("web"), frozenset({"default"})),))
    found = answer(pods(4, cpu=100, labels={"app": "web"}, anti_affinity=alone), pool())
    assert len(opened(found)) == 4


def test_pods_that_spread_get_nodes_in_every_zone():
    constraint = spread(selector=app("web"))
    found = answer(pods(4, cpu=100, labels={"app": "web"}, spread=(constraint,)), pool(zones=("a", "b")))
    assert found.placement.pending == ()


def test_daemons_take_their_share_of_every_opened_node():
    daemon = DaemonSet("agent", PodSpec("default", requests={"cpu": 2500}, daemon=True))
    found = answer(pods(2), pool(cpu=5000), daemon_sets=(daemon,))
    assert opened(found) == ["pool-0", "pool-1"]
    assert sorted(each.name for each in found.placement.node_of) == ["agent-pool-0", "agent-pool-1", "p0", "p1"]


def test_every_opened_node_holds_a_pod():
    found = answer([*pods(3), *(pod(f"small{number}", cpu=400) for number in range(6))], pool(), nodes=[node("own")])
    used = {each.name for each in found.placement.used}
    assert set(opened(found)) <= used


def test_another_pool_is_tried_where_the_cheapest_does_not_help():
    pinned_apart = PodAffinity((PodAffinityTerm(ZONE, app("web"), frozenset({"default"})),))
    cheap, dear = pool("cheap", zones=("a",), price=Decimal(1)), pool("dear", zones=("b",), price=Decimal(2))
    found = answer(pods(2, cpu=100, labels={"app": "web"}, anti_affinity=pinned_apart), cheap, dear)
    assert opened(found) == ["cheap-a-0", "dear-b-0"]


def test_no_nodes_are_tried_twice_in_vain():
    """The small pods come first and spread over the new node as well, so that it helps none of the large ones."""
    small = [pod(f"small{number}", cpu=1000) for number in range(8)]
    large = [pod(f"large{number}", cpu=3000) for number in range(4)]
    whole = cluster([node("own", cpu=8000)], [*small, *large], pools=(pool(openable=1),))
    strategy, tried = KubeScheduler(), []

    def schedule(larger):
        tried.append([each.name for each in larger.nodes])
        return strategy.schedule(larger, Question(), Options(), Watch(time.perf_counter() + 60))

    found = Autoscaler(whole, schedule).answer()
    assert tried == [["own"], ["own", "pool-0"]]
    assert {each.name for each in found.placement.pending} == {each.name for each in large}


def test_out_of_time_the_last_complete_run_counts():
    whole = cluster([node("own")], pods(5), pools=(pool(),))
    found = KubeScheduler().solve(whole, Question(), Options(), Watch(time.perf_counter() - 1))
    assert found.limit is not None
    assert opened(found) == []
