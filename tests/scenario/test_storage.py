"""Storage as a whole: what an input says about it, and default classes."""

from __future__ import annotations

import pytest

from tests.scenario.loading import cluster_of, notices_of, pod, workload

CLAIMS = (
    "volumeClaimTemplates: [{metadata: {name: data}, "
    "spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}]"
)
MOUNTED = "volumes: [{name: v, persistentVolumeClaim: {claimName: c}}]"


def claim(metadata: str = "", spec: str = "") -> str:
    return (
        f"{{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {{name: c{', ' + metadata if metadata else ''}}}, "
        f"spec: {{resources: {{requests: {{storage: 1Gi}}}}{', ' + spec if spec else ''}}}}}"
    )


def storage_class(name: str, default: str = "false") -> str:
    return (
        f"{{apiVersion: storage.k8s.io/v1, kind: StorageClass, provisioner: x, "
        f"metadata: {{name: {name}, annotations: {{storageclass.kubernetes.io/is-default-class: '{default}'}}}}}}"
    )


def test_an_input_without_classes_and_volumes_says_nothing_about_storage_and_a_notice_says_so():
    assert not cluster_of(claim(), pod(MOUNTED)).storage.described
    assert "taken as provisionable anywhere, for default/p" in notices_of(claim(), pod(MOUNTED))
    assert notices_of(claim()) == "", "nobody uses it"


def test_a_claim_that_is_not_in_the_input_is_missing_and_not_assumed():
    assert notices_of(pod(MOUNTED)) == ""


def test_one_class_or_volume_is_enough_to_speak_of_storage():
    manifests = (claim(), pod(MOUNTED), storage_class("fast"))
    assert cluster_of(*manifests).storage.described
    assert notices_of(*manifests) == ""


def test_claims_that_name_no_class_get_the_default_one_unless_a_server_has_decided():
    classes = (storage_class("slow"), storage_class("fast", "true"))
    assert cluster_of(claim(), *classes).storage.claims["default/c"].storage_class == "fast"
    assert cluster_of(claim("uid: u-1"), *classes).storage.claims["default/c"].storage_class is None
    assert cluster_of(claim(spec="storageClassName: ''"), *classes).storage.claims["default/c"].storage_class == ""
    made = cluster_of(workload("StatefulSet", spec=CLAIMS), *classes).storage.claims
    assert made["default/data-web-0"].storage_class == "fast"
    assert cluster_of(claim(), storage_class("slow")).storage.claims["default/c"].storage_class is None


def volume(metadata: str = "", spec: str = "", status: str = "") -> str:
    further = ", status: {phase: " + status + "}" if status else ""
    return (
        f"{{apiVersion: v1, kind: PersistentVolume, metadata: {{name: v{', ' + metadata if metadata else ''}}}, "
        f"spec: {{capacity: {{storage: 1Gi}}{', ' + spec if spec else ''}}}{further}}}"
    )


def test_a_volume_without_status_is_available_where_no_server_has_given_it_out():
    assert cluster_of(volume(), pod()).storage.volumes["v"].phase == "Available"
    assert cluster_of(volume("uid: u-1"), pod()).storage.volumes["v"].phase == "Pending"
    assert cluster_of(volume(status="Released"), pod()).storage.volumes["v"].phase == "Released"


def test_a_claim_written_by_hand_is_bound_to_the_volume_that_it_names():
    storage = cluster_of(claim(spec="volumeName: v"), volume(), pod()).storage
    assert storage.claims["default/c"].bind_completed
    assert (storage.volumes["v"].claim, storage.volumes["v"].phase) == ("default/c", "Bound")


@pytest.mark.parametrize(
    ("metadata", "name", "others"),
    [
        ("uid: u-1", "v", "{namespace: default, name: c}"),
        ("", "absent", "{namespace: default, name: c}"),
        ("", "v", "{namespace: other, name: c}"),
    ],
    ids=["the server has decided", "the volume is missing", "the volume is another claim's"],
)
def test_other_claims_that_name_a_volume_stay_as_they_are(metadata, name, others):
    manifests = (claim(metadata, f"volumeName: {name}"), volume(spec=f"claimRef: {others}"), pod())
    assert not cluster_of(*manifests).storage.claims["default/c"].bind_completed
