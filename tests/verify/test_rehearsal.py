"""Failures judged on followed counts, held against the whole judge on a cluster without the node."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from solver.cluster.cluster import Cluster
from solver.cluster.labels import equals
from solver.cluster.node import Node
from solver.cluster.pod import Pod, PodSpec
from solver.cluster.pod_affinity import PodAffinity, PodAffinityTerm
from solver.cluster.topology import HOSTNAME, ZONE, SpreadConstraint
from solver.objectives.question import BoundPods, ObjectiveName, Question
from solver.placement import Bind, Placement
from solver.verify import verify
from solver.verify.rehearsal import Rehearsal

QUESTION = Question((ObjectiveName.PENDING,), BoundPods.FIXED)
ZONES = ("a", "b")


def node(number: int) -> Node:
    name = f"node-{number}"
    return Node(name, {"cpu": 1000, "memory": 1000, "pods": 4}, {HOSTNAME: name, ZONE: ZONES[number % 2]})


def spec(app: str, cpu: int, draw: Random, keys: tuple[str, ...]) -> PodSpec:
    """With one rule over one of these keys, or none."""
    key, mine = draw.choice(keys), equals({"app": app})
    term = PodAffinityTerm(key, mine, frozenset({"default"}))
    rule = draw.choice(("none", "spread", "apart", "together"))
    return PodSpec(
        "default",
        {"app": app},
        {"cpu": cpu},
        spread=(SpreadConstraint(1, key, True, mine, draw.choice((None, 2, 4))),) if rule == "spread" else (),
        anti_affinity=PodAffinity((term,)) if rule == "apart" else PodAffinity(),
        affinity=PodAffinity((term,)) if rule == "together" else PodAffinity(),
    )


def sampled(seed: int, keys: tuple[str, ...]) -> tuple[Cluster, Node, dict[Pod, Node]]:
    """A cluster, the node that fails, and where its pods are to go."""
    draw = Random(seed)
    nodes = tuple(node(number) for number in range(6))
    specs = [spec(app, draw.choice((200, 400)), draw, keys) for app in ("web", "db", "log")]
    pods = tuple(Pod(f"pod-{at}", draw.choice(specs), node=draw.choice(nodes).name) for at in range(8))
    failed = draw.choice(nodes)
    lost = [pod for pod in pods if pod.node == failed.name]
    others = [other for other in nodes if other is not failed]
    return Cluster(nodes, pods, namespaces={"default": {}}), failed, {pod: draw.choice(others) for pod in lost}


def is_right(cluster: Cluster, failed: Node, goes_to: dict[Pod, Node]) -> bool:
    """By the whole judge, the node really gone and its pods pending."""
    new = {pod: replace(pod, node=None) for pod in goes_to}
    pods = tuple(new.get(pod, pod) for pod in cluster.pods)
    left = replace(cluster, nodes=tuple(each for each in cluster.nodes if each is not failed), pods=pods)
    standing = {pod: left.node_named[pod.node] for pod in left.bound if pod.node is not None}
    moved = {new[pod]: to for pod, to in goes_to.items()}
    return not verify(Placement(left, standing | moved), [Bind(pod, to) for pod, to in moved.items()], QUESTION)


def test_what_passes_passes_on_the_nodes_that_are_left():
    passed = 0
    for seed in range(400):
        cluster, failed, goes_to = sampled(seed, (ZONE, HOSTNAME))
        if not Rehearsal(cluster).violations(failed, goes_to):
            passed += bool(goes_to)
            assert is_right(cluster, failed, goes_to), seed
    assert passed > 50


def test_the_verdict_is_the_same_where_nobody_is_spread_over_nodes():
    for seed in range(400):
        cluster, failed, goes_to = sampled(seed, (ZONE,))
        assert (not Rehearsal(cluster).violations(failed, goes_to)) == is_right(cluster, failed, goes_to), seed


def test_afterwards_all_is_as_before():
    for seed in range(100):
        cluster, failed, goes_to = sampled(seed, (ZONE, HOSTNAME))
        rehearsal = Rehearsal(cluster)
        other = next(each for each in cluster.nodes if each is not failed)
        lost = {pod: failed for pod in cluster.pods if pod.node == other.name}
        first = [rehearsal.violations(failed, goes_to), rehearsal.violations(other, lost)]
        again = [rehearsal.violations(failed, goes_to), rehearsal.violations(other, lost)]
        assert [[str(each) for each in some] for some in first] == [[str(each) for each in some] for some in again]


@pytest.mark.parametrize("wrong", ["left out", "back to it", "never lost"])
def test_every_lost_pod_and_no_other_goes_to_a_node_that_is_left(wrong):
    nodes = (node(0), node(1), node(2))
    lost = Pod("lost", PodSpec("default", {}, {"cpu": 100}), node="node-0")
    stays = Pod("stays", PodSpec("default", {}, {"cpu": 100}), node="node-1")
    cluster = Cluster(nodes, (lost, stays), namespaces={"default": {}})
    plans = {"left out": {}, "back to it": {lost: nodes[0]}, "never lost": {lost: nodes[1], stays: nodes[2]}}
    assert not Rehearsal(cluster).violations(nodes[0], {lost: nodes[1]})
    assert Rehearsal(cluster).violations(nodes[0], plans[wrong])
