from __future__ import annotations

import pytest

from solver.cluster.taints import Effect, Toleration
from tests.scenario.loading import NODE, cluster_of, notices_of, own, pod, workload


def node(name: str, spec: str = "", labels: str = "") -> str:
    return (
        f"{{apiVersion: v1, kind: Node, metadata: {{name: {name}, labels: {{{labels}}}}}, spec: {{{spec}}}, "
        "status: {allocatable: {cpu: 4, pods: 110}}}"
    )


def taint(condition: str, effect: str = "NoSchedule") -> str:
    return f"taints: [{{key: node.kubernetes.io/{condition}, effect: {effect}}}]"


def runs_on(node_spec: str, template: str = "", labels: str = "") -> bool:
    return bool(cluster_of(node("n-1", node_spec, labels), workload("DaemonSet", template=template)).pods)


def test_a_daemon_set_makes_a_pod_for_every_node_named_after_both():
    found = cluster_of(node("n-1"), node("n-2"), workload("DaemonSet", "agent")).pods
    assert [each.name for each in found] == ["agent-n-1", "agent-n-2"]
    assert all(each.spec.daemon and each.node is None for each in found)


def test_each_pod_may_run_on_its_own_node_only():
    first, _ = cluster_of(node("n-1"), node("n-2"), workload("DaemonSet")).pods
    assert first.spec.node_affinity.allows("n-1", {})
    assert not first.spec.node_affinity.allows("n-2", {})


@pytest.mark.parametrize(
    ("node_spec", "template", "runs"),
    [
        ("", "", True),
        ("unschedulable: true", "", True),
        (taint("not-ready", "NoExecute"), "", True),
        (taint("unreachable", "NoExecute"), "", True),
        (taint("disk-pressure"), "", True),
        (taint("memory-pressure"), "", True),
        (taint("pid-pressure"), "", True),
        (taint("unschedulable"), "", True),
        (taint("not-ready"), "", False),
        (taint("network-unavailable"), "", False),
        (taint("network-unavailable"), "hostNetwork: true", True),
        ("taints: [{key: dedicated, effect: NoSchedule}]", "", False),
        ("taints: [{key: dedicated, effect: NoSchedule}]", "tolerations: [{operator: Exists}]", True),
        ("taints: [{key: dedicated, effect: PreferNoSchedule}]", "", True),
        ("", "nodeSelector: {disk: ssd}", False),
    ],
)
def test_taints_keep_daemons_away_unless_tolerated_by_them_or_by_the_controller(node_spec, template, runs):
    assert runs_on(node_spec, template) is runs


def test_node_selectors_pick_the_nodes():
    assert runs_on("", "nodeSelector: {disk: ssd}", labels="disk: ssd")


def test_the_controllers_tolerations_are_added_to_the_pods_own():
    tolerations = (
        cluster_of(node("n-1"), workload("DaemonSet", template="tolerations: [{key: a, operator: Exists}]"))
        .pods[0]
        .spec.tolerations
    )
    assert tolerations[0] == Toleration("a", True)
    assert Toleration("node.kubernetes.io/unschedulable", True, "", Effect.NO_SCHEDULE) in tolerations
    assert len(tolerations) == 7


POOL = own("nodePools: [{name: pool, shape: {cpu: 4, memory: 8Gi}, count: 1}]")
DUMPED = pod(
    "nodeName: n-1",
    "agent-x",
    metadata="ownerReferences: [{apiVersion: apps/v1, kind: DaemonSet, name: agent, uid: u, controller: true}]",
)


def test_nodes_of_pools_get_their_pods_too():
    found = cluster_of(POOL, node("n-1"), workload("DaemonSet", "agent"))
    assert [each.name for each in found.pods] == ["agent-n-1", "agent-pool-0"]
    assert [each.name for each in found.daemon_sets] == ["agent"]


def test_a_daemon_set_whose_pods_are_listed_makes_pods_for_nodes_of_pools_only():
    manifests = (POOL, node("n-1"), node("n-2"), DUMPED, workload("DaemonSet", "agent"))
    assert [each.name for each in cluster_of(*manifests).pods] == ["agent-x", "agent-pool-0"]
    assert "DaemonSet default/agent has 1 of 2" in notices_of(*manifests)


def test_a_pod_that_is_listed_on_a_node_of_a_pool_is_not_made_again():
    listed = DUMPED.replace("agent-x", "agent-pool-0").replace("nodeName: n-1", "nodeName: pool-0")
    manifests = (POOL, node("n-1"), listed, workload("DaemonSet", "agent"))
    assert [each.name for each in cluster_of(*manifests).pods] == ["agent-pool-0"]
    assert "DaemonSet default/agent has 1 of 2" in notices_of(*manifests)


def test_without_expansion_no_daemons_are_made():
    assert cluster_of(NODE, workload("DaemonSet"), expand=False).pods == ()
