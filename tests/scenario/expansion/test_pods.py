"""Workloads beside their own pods, as in a dump of a running cluster."""

from __future__ import annotations

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


def test_a_workload_from_a_server_without_pods_stays_without_where_other_pods_are_listed():
    from_server = workload("ReplicaSet", spec="replicas: 3", metadata="uid: u-1")
    assert [each.name for each in cluster_of(from_server, pod()).pods] == ["p"]
    assert "has 0 of 3" in notices_of(from_server, pod())
    assert len(cluster_of(from_server).pods) == 3, "a dump of workloads alone is expanded"
    assert len(cluster_of(from_server, pod(metadata="namespace: other")).pods) == 4


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
