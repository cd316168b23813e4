"""Workloads beside their own pods, as in a dump of a running cluster."""

from __future__ import annotations

import pytest

from tests.scenario.loading import NODE, cluster_of, notices_of, pod, workload


def owned_by(kind: str, name: str, labels: str = "app: web") -> str:
    reference = f"{{apiVersion: apps/v1, kind: {kind}, name: {name}, uid: u, controller: true}}"
    return f"labels: {{{labels}}}, ownerReferences: [{reference}]"


def owned_replica_set(replicas: int = 2) -> str:
    reference = "ownerReferences: [{apiVersion: apps/v1, kind: Deployment, name: web, uid: u, controller: true}]"
    return workload("ReplicaSet", "web-abc", f"replicas: {replicas}", metadata=reference)


DEPLOYMENT = workload("Deployment", spec="replicas: 2")
LISTED = pod(name="web-abc-x", metadata=owned_by("ReplicaSet", "web-abc"))


def test_a_workload_with_pods_in_the_input_is_taken_with_those():
    cluster = cluster_of(workload("ReplicaSet", "web-abc", "replicas: 2"), LISTED)
    assert [each.key for each in cluster.pods] == ["default/web-abc-x"]
    assert cluster.pods[0].workload == "ReplicaSet default/web-abc"


def test_a_notice_says_where_pods_and_replicas_differ():
    differing = notices_of(workload("ReplicaSet", "web-abc", "replicas: 2"), LISTED)
    assert "ReplicaSet default/web-abc has 1 of 2" in differing
    assert notices_of(workload("ReplicaSet", "web-abc", "replicas: 1"), LISTED) == ""


def test_a_deployment_owns_pods_through_its_replica_sets():
    cluster = cluster_of(DEPLOYMENT, owned_replica_set(), LISTED)
    assert [each.key for each in cluster.pods] == ["default/web-abc-x"]
    assert cluster.pods[0].workload == "Deployment default/web"


def test_without_the_replica_set_its_name_and_the_hash_tell_the_deployment():
    listed = pod(name="web-abc-x", metadata=owned_by("ReplicaSet", "web-abc", "app: web, pod-template-hash: abc"))
    cluster = cluster_of(DEPLOYMENT, listed)
    assert [each.workload for each in cluster.pods] == ["Deployment default/web"]


def test_replica_sets_of_a_deployment_are_not_expanded_a_second_time():
    assert [each.name for each in cluster_of(DEPLOYMENT, owned_replica_set()).pods] == ["web-0", "web-1"]


def test_a_replica_set_whose_deployment_is_not_in_the_input_is_expanded():
    assert len(cluster_of(owned_replica_set()).pods) == 2


def test_a_job_of_a_cron_job_is_expanded():
    job = workload(
        "Job",
        metadata="ownerReferences: [{apiVersion: batch/v1, kind: CronJob, name: nightly, uid: u, controller: true}]",
    )
    nightly = (
        "{apiVersion: batch/v1, kind: CronJob, metadata: {name: nightly}, spec: {schedule: '0 3 * * *', "
        "jobTemplate: {spec: {template: {spec: {containers: [{name: c}]}}}}}}"
    )
    assert [each.name for each in cluster_of(job, nightly).pods] == ["web-0"]


def test_a_job_whose_pods_have_finished_starts_no_new_ones():
    finished = pod(
        name="web-x",
        metadata="ownerReferences: [{apiVersion: batch/v1, kind: Job, name: web, uid: u, controller: true}]",
        status="phase: Succeeded",
    )
    assert cluster_of(workload("Job"), finished).pods == ()


@pytest.mark.parametrize(
    "over",
    [
        "status: {completionTime: '2026-01-31T12:00:00Z'}",
        "status: {conditions: [{type: Complete, status: 'True'}]}",
        "status: {conditions: [{type: Failed, status: 'True'}]}",
    ],
)
def test_a_job_from_a_server_that_is_over_makes_no_pods(over):
    job = workload("Job", metadata="uid: u-1")
    assert len(cluster_of(job, pod()).pods) == 2
    assert [each.name for each in cluster_of(f"{job[:-1]}, {over}}}", pod()).pods] == ["p"]


def test_a_workload_from_a_server_that_owns_no_pods_of_the_input_makes_its_own_and_a_notice_says_so():
    from_server = workload("ReplicaSet", spec="replicas: 3", metadata="uid: u-1")
    assert [each.name for each in cluster_of(from_server, pod()).pods] == ["web-0", "web-1", "web-2", "p"]
    assert "make the pods that they want: ReplicaSet default/web (3)" in notices_of(from_server, pod())
    assert "make the pods" not in notices_of(workload("ReplicaSet", spec="replicas: 3"), pod())


def test_a_daemon_set_from_a_server_that_owns_no_pods_of_the_input_makes_one_for_each_node():
    from_server = workload("DaemonSet", metadata="uid: u-1")
    assert [each.name for each in cluster_of(NODE, from_server, pod()).pods] == ["web-node-1", "p"]
    assert "DaemonSet default/web (1)" in notices_of(NODE, from_server, pod())


def test_a_replica_set_that_is_not_in_the_input_is_that_of_the_deployment_whose_name_begins_its_own():
    listed = pod(name="web-abc-x", metadata=owned_by("ReplicaSet", "web-abc"))
    assert [each.workload for each in cluster_of(DEPLOYMENT, listed).pods] == ["Deployment default/web"]
    stranger = pod(name="shop-abc-x", metadata=owned_by("ReplicaSet", "shop-abc"))
    assert [each.workload for each in cluster_of(stranger).pods] == ["ReplicaSet default/shop-abc"]
    alone = workload("ReplicaSet", "web-abc", "replicas: 1")
    assert [each.name for each in cluster_of(DEPLOYMENT, alone, listed).pods] == ["web-0", "web-1", "web-abc-x"]


def test_a_stateful_set_written_by_hand_has_claims_for_the_pods_that_it_owns():
    claims = "volumeClaimTemplates: [{metadata: {name: data}, spec: {resources: {requests: {storage: 1Gi}}}}]"
    listed = pod(name="db-7", metadata=owned_by("StatefulSet", "db"))
    by_hand = workload("StatefulSet", "db", claims)
    assert set(cluster_of(by_hand, listed).storage.claims) == {"default/data-db-7"}
    from_server = workload("StatefulSet", "db", claims, metadata="uid: u-1")
    assert not cluster_of(from_server, listed).storage.claims


def test_without_expansion_workloads_are_selectors_and_owners_only():
    cluster = cluster_of(NODE, DEPLOYMENT, workload("StatefulSet", "db"), expand=False)
    assert cluster.pods == ()
    assert [controller.owner.kind for controller in cluster.controllers] == ["ReplicaSet", "StatefulSet"]


def test_pods_keep_the_order_of_the_input():
    cluster = cluster_of(pod(name="b"), workload("Deployment", spec="replicas: 2"), pod(name="a"))
    assert [each.name for each in cluster.pods] == ["b", "web-0", "web-1", "a"]


def test_owners_that_own_each_other_are_no_endless_chain():
    one = workload(
        "ReplicaSet",
        "a",
        metadata="ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: b, uid: u, controller: true}]",
    )
    other = workload(
        "ReplicaSet",
        "b",
        metadata="ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: a, uid: u, controller: true}]",
    )
    assert [each.name for each in cluster_of(one, other, pod(metadata=owned_by("ReplicaSet", "a"))).pods] == ["p"]
