"""Storage as a whole: what an input says about it, and default classes."""

from __future__ import annotations

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
