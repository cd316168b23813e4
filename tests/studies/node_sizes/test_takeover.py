"""Failures played through on one count, held against trying every placement; those that are alike; those not played."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING

import pytest

from solver.cluster.cluster import Cluster
from solver.cluster.labels import Operator, Requirement
from solver.cluster.node_affinity import NodeSelectorTerm
from solver.cluster.pod import Pod
from solver.cluster.pool import numbered
from solver.cluster.topology import HOSTNAME, ZONE
from solver.cluster.volumes import ClaimVolume, PersistentVolumeClaim, Storage, StorageClass
from solver.studies.node_sizes.likeness import Likeness
from solver.studies.node_sizes.risk import Part
from solver.studies.node_sizes.search import attempted
from solver.studies.node_sizes.survival import survival
from solver.studies.node_sizes.takeover import Takeover
from tests.studies.node_sizes.makings import machine, offers, pods, spec, task

if TYPE_CHECKING:
    from collections.abc import Sequence

    from solver.cluster.node import Node
    from solver.studies.node_sizes.mix import Mix
    from solver.studies.node_sizes.task import Task


def sampled(seed: int) -> Cluster:
    """Equal nodes with pods of two kinds on them as far as these fit; one kind perhaps keeps apart."""
    draw = Random(seed)
    (offer,) = offers(machine("one", 1400, 8, "0.1"), zones=("a",))
    cluster = Cluster(tuple(numbered(offer.template, at) for at in range(3)), (), namespaces={"default": {}})
    kinds = spec(draw.choice((400, 700)), 1, apart=draw.random() < 0.4), spec(draw.choice((300, 600)), 1, "db")
    for at in range(draw.randint(3, 6)):
        pod, node = Pod(f"pod-{at}", draw.choice(kinds)), draw.choice(cluster.nodes)
        if takes(cluster, node, pod):
            cluster = replace(cluster, pods=(*cluster.pods, replace(pod, node=node.name)))
    return cluster


def takes(cluster: Cluster, node: Node, pod: Pod) -> bool:
    """Resources and who keeps apart are all that these pods ask for."""
    here = [each for each in cluster.pods if each.node == node.name]
    apart = any(each.spec is pod.spec and pod.spec.anti_affinity.required for each in here)
    asked = {name: sum(each.spec.requests[name] for each in (*here, pod)) for name in ("cpu", "memory")}
    return not apart and all(asked[name] <= node.allocatable[name] for name in asked)


def fits(cluster: Cluster, waiting: Sequence[Pod]) -> bool:
    """By trying every node for every one of these pods."""
    if not waiting:
        return True
    pod, *others = waiting
    return any(
        fits(replace(cluster, pods=(*cluster.pods, replace(pod, node=node.name))), others)
        for node in cluster.nodes
        if takes(cluster, node, pod)
    )


def mix_of_two_equal_nodes() -> tuple[Task, Mix]:
    small = task(pods("web", 4, spec(500, 1)), offers(machine("one", 1000, 4, "0.1"), zones=("a",)))
    mix = attempted(small)
    assert mix is not None
    return small, mix


def test_what_is_found_holds_and_what_has_no_room_does_not():
    found = missed = short = 0
    for seed in range(80):
        cluster = sampled(seed)
        takeover = Takeover(cluster)
        for node in cluster.nodes:
            left = replace(cluster, nodes=tuple(each for each in cluster.nodes if each is not node))
            staying = tuple(pod for pod in cluster.pods if pod.node != node.name)
            possible = fits(replace(left, pods=staying), takeover.lost_with(node.name))
            survived, no_room = takeover.survived(node.name), takeover.short_of_room(node.name)
            assert possible or not survived
            assert not (possible and no_room)
            found, missed, short = found + survived, missed + (possible and not survived), short + no_room
    assert found > 10
    assert short > 10
    assert missed <= found // 10


def test_nodes_with_the_same_kinds_of_pods_fail_alike_unless_somebody_asks_for_a_name():
    _, mix = mix_of_two_equal_nodes()
    one, other = mix.nodes
    assert Likeness(mix).of(one.name) == Likeness(mix).of(other.name)
    named = spec(500, 1, "pinned", node_selector={HOSTNAME: one.name})
    pinned = replace(mix.placement.cluster.pods[0], spec=named)
    node_of = {**mix.placement.node_of, pinned: one}
    cluster = replace(mix.placement.cluster, pods=(*mix.placement.cluster.pods, pinned))
    with_name = replace(
        mix, result=replace(mix.result, placement=replace(mix.placement, cluster=cluster, node_of=node_of))
    )
    assert Likeness(with_name).of(one.name) != Likeness(with_name).of(other.name)


def test_of_two_like_failures_each_names_its_own_pods():
    small, mix = mix_of_two_equal_nodes()
    played = survival(small, mix, Part.NODE, 1.0)
    for failure in played.failures:
        node = next(each for each in mix.nodes if each.name == failure.part)
        assert {pod.key for pod in failure.homeless} == {pod.key for pod in mix.placement.pods_on[node]}
        assert failure.proven
        assert not failure.survived


@pytest.mark.parametrize("kind", list(Part))
def test_what_there_was_no_time_for_is_said_not_to_be_known(kind):
    small, mix = mix_of_two_equal_nodes()
    played = survival(small, mix, kind, 1.0, until=0.0)
    assert played.not_played == len(played.failures) > 0
    assert not played.holds
    assert not any(failure.survived or failure.proven for failure in played.failures)


def test_a_claim_that_one_failure_binds_is_free_in_the_next():
    """Two pods of two zones share a claim that waits for either: its volume comes to be in the zone that is left."""
    of = spec(500, 1, claims=(ClaimVolume("data"),))
    (offer,) = offers(machine("one", 1400, 8, "0.1"), zones=("a", "b"))
    nodes = tuple(numbered(template, 0) for template in offer.templates)
    anywhere = NodeSelectorTerm((Requirement(ZONE, Operator.IN, frozenset({"a", "b"})),))
    storage = Storage(
        claims={"default/data": PersistentVolumeClaim("default", "data", 1, frozenset({"ReadWriteMany"}), "late")},
        classes={"late": StorageClass("late", "some.driver", waits_for_consumer=True, topologies=(anywhere,))},
        described=True,
    )
    some = tuple(Pod(f"pod-{at}", of, node=node.name) for at, node in enumerate(nodes))
    takeover = Takeover(Cluster(nodes, some, namespaces={"default": {}}, storage=storage))
    assert [takeover.survived(node.name) for node in (*nodes, *nodes)] == [True] * 4
