"""Which pods a workload makes, by the documentation of each kind."""

from __future__ import annotations

import pytest

from solver.cluster.pod import Owner
from tests.scenario.loading import NODE, cluster_of, notices_of, pod, problems_of, workload


def names(*manifests: str) -> list[str]:
    return [each.name for each in cluster_of(*manifests).pods]


@pytest.mark.parametrize("kind", ["Deployment", "ReplicaSet", "ReplicationController", "StatefulSet"])
def test_replicas_are_numbered_from_zero_and_one_unless_said_otherwise(kind):
    assert names(workload(kind)) == ["web-0"]
    assert names(workload(kind, spec="replicas: 3")) == ["web-0", "web-1", "web-2"]
    assert names(workload(kind, spec="replicas: 0")) == []


@pytest.mark.parametrize(
    ("spec", "number"),
    [
        ("completions: 5", 1),
        ("parallelism: 3", 3),
        ("parallelism: 3, completions: 5", 3),
        ("parallelism: 5, completions: 3", 3),
        ("parallelism: 0", 0),
        ("parallelism: 3, suspend: true", 0),
        ("", 1),
    ],
)
def test_a_job_runs_as_many_pods_as_it_may_at_once(spec, number):
    assert len(names(workload("Job", spec=spec))) == number


def test_a_job_that_is_over_makes_no_pods():
    done = workload("Job")[:-1] + ", status: {conditions: [{type: Complete, status: 'True'}]}}"
    assert names(done) == []


def test_cron_jobs_are_left_out_with_a_notice():
    nightly = (
        "{apiVersion: batch/v1, kind: CronJob, metadata: {name: nightly}, spec: {schedule: '0 3 * * *', "
        "jobTemplate: {spec: {template: {spec: {containers: [{name: c}]}}}}}}"
    )
    assert names(nightly) == []
    assert "default/nightly" in notices_of(nightly)


@pytest.mark.parametrize(
    ("kind", "owner"),
    [
        ("ReplicaSet", Owner("apps/v1", "ReplicaSet", "web")),
        ("ReplicationController", Owner("v1", "ReplicationController", "web")),
        ("StatefulSet", Owner("apps/v1", "StatefulSet", "web")),
        ("Job", Owner("batch/v1", "Job", "web")),
    ],
)
def test_pods_are_owned_by_their_controller_and_belong_to_the_workload(kind, owner):
    (found,) = cluster_of(workload(kind, metadata="namespace: shop")).pods
    assert found.spec.owner == owner
    assert found.workload == f"{kind} shop/web"
    assert found.namespace == "shop"


def test_a_deployments_pods_are_owned_by_a_replica_set_named_after_it_and_the_hash_of_its_template():
    (found,) = cluster_of(workload("Deployment", metadata="namespace: shop")).pods
    assert found.spec.owner == Owner("apps/v1", "ReplicaSet", f"web-{found.spec.labels['pod-template-hash']}")
    assert found.workload == "Deployment shop/web"


def test_a_deployments_replica_set_selects_its_pods_by_the_hash_of_the_template():
    cluster = cluster_of(workload("Deployment", spec="replicas: 2"))
    (controller,) = cluster.controllers
    assert controller.owner == cluster.pods[0].spec.owner
    assert controller.selector is not None
    assert controller.selector.matches(cluster.pods[0].spec.labels)
    assert not controller.selector.matches({"app": "web"})


def test_the_hash_lets_spreading_tell_one_template_from_another():
    constraint = (
        "topologySpreadConstraints: [{maxSkew: 1, topologyKey: zone, whenUnsatisfiable: DoNotSchedule, "
        "labelSelector: {matchLabels: {app: web}}, matchLabelKeys: [pod-template-hash]}]"
    )
    first = cluster_of(workload("Deployment", template=constraint)).pods[0]
    second = cluster_of(workload("Deployment", template=f"{constraint}, priority: 1")).pods[0]
    selector = first.spec.spread[0].selector
    assert selector is not None
    assert selector.matches(first.spec.labels)
    assert not selector.matches(second.spec.labels)


def test_jobs_pods_carry_the_jobs_name():
    assert cluster_of(workload("Job")).pods[0].spec.labels["job-name"] == "web"


CLAIMS = (
    "volumeClaimTemplates: [{metadata: {name: data}, "
    "spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}]"
)


def test_a_stateful_set_makes_a_claim_for_every_pod():
    cluster = cluster_of(workload("StatefulSet", spec=f"replicas: 2, {CLAIMS}"))
    assert [[claim.claim for claim in each.spec.claims] for each in cluster.pods] == [["data-web-0"], ["data-web-1"]]
    assert set(cluster.storage.claims) == {"default/data-web-0", "default/data-web-1"}
    assert cluster.storage.claims["default/data-web-0"].request == 2**30


def test_a_claim_that_is_there_already_stays_as_it_is():
    there = (
        "{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: data-web-0}, "
        "spec: {accessModes: [ReadWriteOnce], volumeName: pv-1, resources: {requests: {storage: 9Gi}}}}"
    )
    claims = cluster_of(workload("StatefulSet", spec=CLAIMS), there).storage.claims
    assert claims["default/data-web-0"].volume == "pv-1"


def test_a_stateful_set_may_begin_with_another_number():
    assert names(workload("StatefulSet", spec="replicas: 2, ordinals: {start: 5}")) == ["web-5", "web-6"]


def test_numbers_whose_names_are_taken_are_passed_over():
    assert names(pod(name="web-0"), workload("Deployment"), workload("StatefulSet")) == ["web-0", "web-1", "web-2"]


def test_ephemeral_volumes_of_replicas_have_claims_of_their_own():
    volume = "volumes: [{name: v, ephemeral: {volumeClaimTemplate: {spec: {}}}}]"
    found = cluster_of(workload("Deployment", spec="replicas: 2", template=volume)).pods
    assert [each.spec.claims[0].claim for each in found] == ["web-0-v", "web-1-v"]


def test_replicas_share_one_spec():
    found = cluster_of(workload("Deployment", spec="replicas: 3")).pods
    assert len({id(each.spec) for each in found}) == 1


def test_a_template_may_name_the_node_itself():
    assert [each.node for each in cluster_of(NODE, workload("Deployment", template="nodeName: node-1")).pods] == [
        "node-1"
    ]


@pytest.mark.parametrize("kind", ["Deployment", "ReplicaSet", "ReplicationController", "StatefulSet", "DaemonSet"])
def test_a_selector_that_does_not_match_its_own_template_is_a_problem(kind):
    other = workload(kind).replace("labels: {app: web}", "labels: {app: other}")
    assert "does not match" in problems_of(other)["spec.selector"].message


JOB = workload("Job")[:-2]


@pytest.mark.parametrize(
    ("selector", "matches"),
    [
        ("{matchLabels: {app: web}}", True),
        ("{matchLabels: {job-name: web}}", True),
        ("{matchLabels: {app: shop}}", False),
        ("{matchLabels: {controller-uid: u-1}}", False),
    ],
)
def test_the_selector_of_a_job_selects_its_own_template_with_the_labels_that_the_controller_adds(selector, matches):
    job = f"{JOB}, manualSelector: true, selector: {selector}}}}}"
    if matches:
        assert names(job) == ["web-0"]
    else:
        assert "does not match" in problems_of(job)["spec.selector"].message


def test_a_job_from_a_server_selects_by_the_uid_that_its_template_carries():
    job = workload("Job", metadata="uid: u-1").replace("labels: {app: web}", "labels: {controller-uid: u-1}")
    assert names(f"{job[:-2]}, selector: {{matchLabels: {{controller-uid: u-1}}}}}}}}") == ["web-0"]


def test_a_selector_is_there_and_not_empty():
    assert (
        problems_of(workload("Deployment").replace("selector: {matchLabels: {app: web}}, ", ""))[
            "spec.selector"
        ].message
        == "missing"
    )
    assert (
        problems_of(workload("Deployment").replace("{matchLabels: {app: web}}", "{}"))["spec.selector"].message
        == "empty"
    )


def test_kinds_and_versions_that_take_the_selector_from_the_template_need_none():
    controller = workload("ReplicationController").replace("selector: {app: web}, ", "")
    old = (
        workload("Deployment")
        .replace("selector: {matchLabels: {app: web}}, ", "")
        .replace("apps/v1", "extensions/v1beta1")
    )
    assert names(controller) == names(old) == ["web-0"]


@pytest.mark.parametrize(
    ("kind", "spec", "path"),
    [
        ("Deployment", "replicas: -1", "spec.replicas"),
        ("Job", "parallelism: -1", "spec.parallelism"),
        ("Deployment", "replicas: 1000001", ""),
        ("StatefulSet", "volumeClaimTemplates: [{spec: {}}]", "spec.volumeClaimTemplates[0].metadata.name"),
    ],
)
def test_impossible_workloads_are_problems(kind, spec, path):
    assert path in problems_of(workload(kind, spec=spec))


def test_a_template_is_checked_even_where_it_makes_no_pods():
    broken = workload("Deployment", spec="replicas: 0", template="priorityClassName: none")
    assert "spec.template.spec.priorityClassName" in problems_of(broken)


def test_a_workload_has_a_template():
    none = "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {selector: {matchLabels: {a: b}}}}"
    assert set(problems_of(none)) == {"spec.template"}
