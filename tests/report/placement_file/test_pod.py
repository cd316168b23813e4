"""How a written pod looks; that it reads back as the same pod is a property test."""

from __future__ import annotations

from solver.report.placement_file.pod import pod_document
from tests.report.samples import replicas, spec
from tests.scenario.loading import cluster_of, read_pod

MAIN = "[{name: main, image: nginx, resources: {requests: {cpu: 1500m, memory: 512Mi}, limits: {memory: 1Gi}}}]"


def test_a_plain_pod_is_written_plainly():
    assert pod_document(read_pod(containers=MAIN), "node-1") == {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "p", "namespace": "default"},
        "spec": {
            "nodeName": "node-1",
            "priority": 0,
            "containers": [
                {
                    "name": "main-0",
                    "image": "nginx:latest",
                    "resources": {"requests": {"memory": "512Mi", "cpu": "1500m"}, "limits": {"memory": "1Gi"}},
                }
            ],
        },
    }


def test_a_pod_without_a_node_is_written_without_one():
    assert "nodeName" not in pod_document(read_pod(), None)["spec"]


def test_a_pod_that_comes_from_no_file_is_written_with_its_effective_request():
    (pod,) = replicas("front", 1, spec(250, 2**29))
    (container,) = pod_document(pod, "n0")["spec"]["containers"]
    assert container["resources"] == {"requests": {"cpu": "250m", "memory": "512Mi"}}


def test_fractions_of_a_byte_are_not_lost():
    pod = read_pod(containers="[{name: a, resources: {requests: {memory: 1500m}}}]")
    assert pod_document(pod, None)["spec"]["containers"][0]["resources"] == {"requests": {"memory": "1500m"}}


def test_a_selector_is_written_as_labels_as_far_as_it_names_some():
    term = (
        "{topologyKey: zone, labelSelector: {matchLabels: {app: web, tier: front}, "
        "matchExpressions: [{key: canary, operator: DoesNotExist}]}}"
    )
    anti = f"podAntiAffinity: {{requiredDuringSchedulingIgnoredDuringExecution: [{term}]}}"
    written = pod_document(read_pod(f"affinity: {{{anti}}}"), None)["spec"]["affinity"]["podAntiAffinity"]
    assert written["requiredDuringSchedulingIgnoredDuringExecution"] == [
        {
            "topologyKey": "zone",
            "namespaces": ["default"],
            "labelSelector": {
                "matchLabels": {"app": "web", "tier": "front"},
                "matchExpressions": [{"key": "canary", "operator": "DoesNotExist"}],
            },
        }
    ]


def test_a_pod_of_a_deployment_names_the_replica_set():
    template = "template: {metadata: {labels: {app: web}}, spec: {containers: [{name: main}]}}"
    selector = "selector: {matchLabels: {app: web}}"
    (pod,) = cluster_of(
        f"{{apiVersion: apps/v1, kind: Deployment, metadata: {{name: web}}, spec: {{{selector}, {template}}}}}"
    ).pods
    (owner,) = pod_document(pod, None)["metadata"]["ownerReferences"]
    assert owner["kind"] == "ReplicaSet"
    assert owner["name"] == f"web-{pod.spec.labels['pod-template-hash']}"
    assert owner["controller"] is True


def test_a_disk_that_counts_against_an_attach_limit_is_written_once_and_in_its_place():
    disks = (
        "volumes: [{name: a, azureDisk: {diskName: d, diskURI: uri}}, {name: b, gcePersistentDisk: {pdName: one}}, "
        "{name: c, iscsi: {iqn: x, lun: 0, targetPortal: y}}, "
        "{name: d, gcePersistentDisk: {pdName: two, readOnly: true}}]"
    )
    assert [volume | {"name": ""} for volume in pod_document(read_pod(disks), None)["spec"]["volumes"]] == [
        {"name": "", "azureDisk": {"diskURI": "uri"}},
        {"name": "", "gcePersistentDisk": {"pdName": "one"}},
        {"name": "", "iscsi": {"iqn": "x"}},
        {"name": "", "gcePersistentDisk": {"pdName": "two", "readOnly": True}},
    ]
