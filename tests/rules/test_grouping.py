"""Which pods the rules cannot tell apart."""

from __future__ import annotations

import pytest

from solver.cluster.pod_affinity import PodAffinity, PodAffinityTerm
from solver.cluster.ports import HostPort
from solver.cluster.taints import Toleration
from solver.cluster.topology import HOSTNAME
from solver.cluster.volumes import ClaimVolume, PersistentVolumeClaim, Storage
from solver.cluster.workloads import Service
from solver.rules.grouping import PodClasses, pod_groups
from tests.rules.building import app, cluster, node, pod, spread

NODES = [node("a"), node("b")]


def sizes(*pods, **fields):
    return [len(group) for group in pod_groups(cluster(NODES, pods, **fields))]


def test_pods_of_different_names_and_hashes_are_of_one_group():
    pods = [pod(f"web-{number}", labels={"app": "web", "hash": str(number)}, cpu=100) for number in range(3)]
    assert sizes(*pods) == [3]


def test_labels_matter_as_soon_as_somebody_asks_about_them():
    pods = [pod(f"web-{number}", labels={"app": "web", "hash": str(number)}, cpu=100) for number in range(3)]
    asking = pod("x", labels={"app": "x"}, spread=(spread(selector=app("web")),))
    assert sizes(*pods, asking) == [3, 1]
    nosy = pod(
        "y", labels={}, anti_affinity=PodAffinity((PodAffinityTerm(HOSTNAME, app("x"), frozenset({"default"})),))
    )
    assert sizes(*pods, pod("z", labels={"app": "x"}, cpu=100), nosy) == [3, 1, 1]


def test_nobody_in_another_namespace_is_asked_about():
    inside = pod("p", labels={"app": "web"}, cpu=100)
    outside = pod("q", labels={"app": "web"}, cpu=100, namespace="other")
    asking = pod("x", spread=(spread(selector=app("web")),))
    assert sizes(inside, outside) == [2]
    assert sizes(inside, outside, asking) == [1, 1, 1]


@pytest.mark.parametrize(
    "difference",
    [
        {"cpu": 200},
        {"requests": {"example.com/gpu": 1}},
        {"node_selector": {"zone": "a"}},
        {"tolerations": (Toleration("team", exists=True),)},
        {"host_ports": (HostPort(80),)},
        {"spread": (spread(),)},
        {"priority": 5},
        {"preempts": False},
        {"daemon": True},
    ],
)
def test_what_tells_pods_apart(difference):
    assert sizes(pod("p", **{"cpu": 100, **difference}), pod("q", cpu=100)) == [1, 1]


def test_a_request_of_nothing_and_a_limit_on_images_tell_nobody_apart():
    assert sizes(pod("p", requests={"example.com/gpu": 0}), pod("q", images=("app:1",))) == [2]


def test_claims_tell_apart_where_storage_is_described():
    claims = {f"default/{name}": PersistentVolumeClaim("default", name, 1, frozenset()) for name in "pq"}
    pods = [pod(name, claims=(ClaimVolume(name),)) for name in "pq"]
    assert sizes(*pods, storage=Storage(claims=claims, described=True)) == [1, 1]
    assert sizes(*pods, storage=Storage(claims=claims)) == [2]


def test_groups_hold_bound_and_pending_pods_in_the_order_of_the_input():
    pods = [pod("p0"), pod("b0", on="b"), pod("a0", on="a"), pod("b1", on="b"), pod("p1")]
    whole = cluster(NODES, pods)
    (group,) = pod_groups(whole)
    assert [each.name for each in group.pending] == ["p0", "p1"]
    assert {where.name: [each.name for each in there] for where, there in group.bound.items()} == {
        "b": ["b0", "b1"],
        "a": ["a0"],
    }
    assert [each.name for each in group.pods] == ["b0", "b1", "a0", "p0", "p1"]
    assert len(group) == 5
    assert group
    assert group.movable


def test_pods_that_are_held_back_are_in_no_group():
    assert sizes(pod("p", gates=("wait",)), pod("q")) == [1]


def test_scores_tell_apart_what_groups_do_not():
    pods = [
        pod("p", labels={"app": "p"}),
        pod("q", labels={"app": "q"}, images=("app:1",)),
        pod("r", labels={"app": "r"}),
    ]
    whole = cluster(NODES, pods, services=(Service("default", "p", {"app": "p"}),))
    scoring, plain = PodClasses(whole, scoring=True), PodClasses(whole)
    assert len({scoring.number(each.spec) for each in pods}) == 3
    assert len({plain.number(each.spec) for each in pods}) == 1
