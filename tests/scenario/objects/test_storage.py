from __future__ import annotations

import pytest

from tests.scenario.loading import cluster_of, problems_of

GI = 2**30


def volume(spec: str = "", metadata: str = "") -> str:
    return (
        f"{{apiVersion: v1, kind: PersistentVolume, metadata: {{name: pv{', ' + metadata if metadata else ''}}}, "
        f"spec: {{capacity: {{storage: 10Gi}}, accessModes: [ReadWriteOnce]{', ' + spec if spec else ''}}}}}"
    )


def claim(spec: str = "", metadata: str = "") -> str:
    return (
        f"{{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {{name: c{', ' + metadata if metadata else ''}}}, "
        f"spec: {{accessModes: [ReadWriteOnce], resources: {{requests: {{storage: 8Gi}}}}"
        f"{', ' + spec if spec else ''}}}}}"
    )


def test_a_volume_has_a_size_and_may_be_reached_from_some_nodes_only():
    required = (
        "nodeAffinity: {required: {nodeSelectorTerms: [{matchExpressions: [{key: zone, operator: In, values: [a]}]}]}}"
    )
    found = cluster_of(volume(f"{required}, claimRef: {{namespace: shop, name: data, uid: u}}")).storage.volumes["pv"]
    assert (found.capacity, found.claim, found.claim_uid) == (10 * GI, "shop/data", "u")
    assert found.affinity is not None
    assert found.affinity[0].matches("n", {"zone": "a"})
    assert not found.affinity[0].matches("n", {"zone": "b"})
    assert cluster_of(volume()).storage.volumes["pv"].affinity is None


def test_the_old_annotation_wins_over_the_class_field_on_volumes_and_claims():
    old = "annotations: {volume.beta.kubernetes.io/storage-class: old}"
    storage = cluster_of(volume("storageClassName: new", old), claim("storageClassName: new", old)).storage
    assert storage.volumes["pv"].storage_class == "old"
    assert storage.claims["default/c"].storage_class == "old"


def test_naming_no_class_differs_from_naming_none():
    assert cluster_of(claim()).storage.claims["default/c"].storage_class is None
    assert cluster_of(claim("storageClassName: ''")).storage.claims["default/c"].storage_class == ""


def test_a_claim_is_bound_only_with_the_annotation_whatever_its_value():
    assert not cluster_of(claim("volumeName: pv")).storage.claims["default/c"].bind_completed
    done = "annotations: {pv.kubernetes.io/bind-completed: ''}"
    assert cluster_of(claim("volumeName: pv", done)).storage.claims["default/c"].bind_completed


@pytest.mark.parametrize(
    ("source", "driver", "handle", "plugin"),
    [
        ("csi: {driver: ebs.csi.aws.com, volumeHandle: v-1}", "ebs.csi.aws.com", "v-1", ""),
        ("awsElasticBlockStore: {volumeID: v-2}", "", "v-2", "kubernetes.io/aws-ebs"),
        ("gcePersistentDisk: {pdName: d-1}", "", "d-1", "kubernetes.io/gce-pd"),
        ("local: {path: /mnt}", "", "", ""),
    ],
)
def test_what_stands_behind_a_volume(source, driver, handle, plugin):
    found = cluster_of(volume(source)).storage.volumes["pv"]
    assert (found.driver, found.handle, found.plugin) == (driver, handle, plugin)


def test_a_class_says_how_and_where_volumes_are_made():
    fast = (
        "{apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: fast}, provisioner: ebs.csi.aws.com, "
        "volumeBindingMode: WaitForFirstConsumer, "
        "allowedTopologies: [{matchLabelExpressions: [{key: zone, values: [a, b]}]}]}"
    )
    found = cluster_of(fast).storage.classes["fast"]
    assert found.waits_for_consumer
    assert found.provisions
    assert found.topologies[0].matches("n", {"zone": "b"})
    plain = "{apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: fast}, provisioner: x}"
    assert not cluster_of(plain).storage.classes["fast"].waits_for_consumer


def test_a_node_attaches_as_many_volumes_as_its_driver_says():
    csi_node = (
        "{apiVersion: storage.k8s.io/v1, kind: CSINode, "
        "metadata: {name: n-1, annotations: {storage.alpha.kubernetes.io/migrated-plugins: "
        "'kubernetes.io/aws-ebs,kubernetes.io/gce-pd'}}, "
        "spec: {drivers: [{name: a, nodeID: i, allocatable: {count: 25}, topologyKeys: [zone]}, {name: b, nodeID: i}]}}"
    )
    found = cluster_of(csi_node).storage.csi_nodes["n-1"]
    assert [(found.drivers[name].attach_limit, found.drivers[name].topology_keys) for name in "ab"] == [
        (25, ("zone",)),
        (None, ()),
    ]
    assert found.migrated == {"kubernetes.io/aws-ebs", "kubernetes.io/gce-pd"}


@pytest.mark.parametrize(
    ("manifest", "path"),
    [
        (volume("volumeMode: Disk"), "spec.volumeMode"),
        (volume().replace("10Gi", "-1"), "spec.capacity.storage"),
        (claim().replace("[ReadWriteOnce]", "[ReadWriteTwice]"), "spec.accessModes[0]"),
    ],
)
def test_storage_that_cannot_be_is_a_problem(manifest, path):
    assert path in problems_of(manifest)
