"""Sampling of nodes: zones in turn, enough feasible ones, the next search from where the last one ended.

Source: https://kubernetes.io/docs/concepts/scheduling-eviction/scheduler-perf-tuning/
"""

from __future__ import annotations

from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis.strategies import integers

from solver.cluster.node_affinity import NodeAffinity, NodeSelectorTerm
from solver.cluster.state import ClusterState
from solver.placement import Bind
from solver.rules.profile import Profile
from solver.strategies.kube_scheduler.rotation import Rotation, interleaved
from solver.strategies.kube_scheduler.scheduler import Scheduler
from tests.rules.building import cluster, node, pinned, pod, sized


def test_the_example_of_the_documentation():
    zones = {"1": "x", "2": "x", "3": "x", "4": "x", "5": "y", "6": "y"}
    nodes = [node(name, zone) for name, zone in zones.items()]
    assert [each.name for each in interleaved(nodes)] == ["1", "5", "2", "6", "3", "4"]


def test_regions_keep_zones_of_one_name_apart_and_old_labels_come_first():
    nodes = [
        node("a", "x", labels={"topology.kubernetes.io/region": "r"}),
        node("b", "x", labels={"topology.kubernetes.io/region": "s"}),
        node("c", "y", labels={"failure-domain.beta.kubernetes.io/zone": "x", "topology.kubernetes.io/region": "r"}),
        node("d"),
    ]
    assert [each.name for each in interleaved(nodes)] == ["a", "b", "d", "c"]


def naive(order, feasible, start, enough):
    """The search as one thread does it: node by node, until one more than enough is feasible."""
    found: list[int] = []
    looked_at = 0
    for step in range(len(order)):
        place = order[(start + step) % len(order)]
        if place in feasible:
            if len(found) == enough:
                return found, looked_at
            found.append(place)
        looked_at += 1
    return found, looked_at


@given(seed=integers(0, 2**32 - 1))
def test_searches_end_and_go_on_as_node_by_node(seed):
    dice = Random(seed)
    nodes = [node(f"n{number:03}", dice.choice(["x", "y", "z", None])) for number in range(dice.randint(100, 260))]
    profile = Profile(percentage_to_score=dice.choice([0, 5, 50, 80]))
    state = ClusterState(cluster(nodes, []))
    rotation, start = Rotation(state, profile), 0
    order = [state.place[each.name] for each in interleaved(nodes)]
    for _ in range(8):
        share = dice.random()
        feasible = {place for place in order if dice.random() < share}
        found, looked_at = naive(order, feasible, start, profile.enough(len(nodes)))
        chosen, seen = rotation.search(np.array(sorted(feasible), dtype=np.intp), state.everywhere)
        assert (list(chosen), len(seen)) == (sorted(found), looked_at)
        rotation.advance(len(seen))
        start = (start + looked_at) % len(order)
        assert rotation.start == start


def placed(scheduler):
    return [int(step.node.name) for step in scheduler.steps if isinstance(step, Bind)]


def test_equal_pods_go_around_the_cluster():
    nodes = [node(f"{number:03}", cpu=1000) for number in range(150)]
    pods = [sized(f"p{number}", cpu=100) for number in range(3)]
    scheduler = Scheduler(cluster(nodes, pods), Profile(percentage_to_score=10))
    scheduler.run(pods)
    assert placed(scheduler) == [0, 1, 50]
    everywhere = Scheduler(cluster(nodes, pods))
    everywhere.run(pods)
    assert placed(everywhere) == [0, 1, 2]


def test_small_clusters_are_looked_at_whole():
    nodes = [node(f"{number:03}", cpu=9000 if number == 98 else 1000) for number in range(99)]
    pods = [sized("p", cpu=500)]
    scheduler = Scheduler(cluster(nodes, pods), Profile(percentage_to_score=1))
    scheduler.run(pods)
    assert placed(scheduler) == [98]


@pytest.mark.parametrize("percentage", [None, 10])
def test_a_pod_that_finds_no_node_is_told_of_all(percentage):
    nodes = [node(f"{number:03}", cpu=1000) for number in range(150)]
    whole = cluster(nodes, [pod("p", cpu=2000)])
    scheduler = Scheduler(whole, Profile(percentage_to_score=percentage))
    scheduler.run(whole.queue)
    assert list(scheduler.messages.values()) == ["0/150 nodes are available: 150 Insufficient cpu."]


def test_a_pod_that_names_its_nodes_moves_the_start_by_these_only():
    nodes = [node(f"{number:03}") for number in range(150)]
    terms = tuple(NodeSelectorTerm(fields=(pinned(name),)) for name in ("007", "011"))
    named = pod("named", node_affinity=NodeAffinity(terms))
    scheduler = Scheduler(cluster(nodes, [named]), Profile(percentage_to_score=10))
    scheduler.run([named])
    assert placed(scheduler) == [7]
    assert scheduler.rotation is not None
    assert scheduler.rotation.start == 2
