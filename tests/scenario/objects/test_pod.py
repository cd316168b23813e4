from __future__ import annotations

import pytest

from solver.cluster.pod import Owner
from solver.cluster.volumes import ClaimVolume, Disk, DiskKind, InlineVolume
from tests.scenario.loading import NODE, cluster_of, notices_of, pod, problems_of, read_pod


def owned(kind: str, name: str = "x", controller: str = "true", api_version: str = "apps/v1") -> str:
    reference = f"{{apiVersion: {api_version}, kind: {kind}, name: {name}, uid: u, controller: {controller}}}"
    return f"ownerReferences: [{{apiVersion: v1, kind: ConfigMap, name: other, uid: u}}, {reference}]"


def test_the_owner_is_the_one_that_controls():
    assert read_pod(metadata=owned("ReplicaSet")).spec.owner == Owner("apps/v1", "ReplicaSet", "x")
    assert read_pod(metadata=owned("ReplicaSet", controller="false")).spec.owner is None


def test_pods_of_daemon_sets_and_mirror_pods_belong_to_their_node():
    assert read_pod("nodeName: node-1", NODE, metadata=owned("DaemonSet")).spec.daemon
    assert read_pod("nodeName: node-1", NODE, metadata=owned("Node", api_version="v1")).spec.static
    mirror = read_pod("nodeName: node-1", NODE, metadata="annotations: {kubernetes.io/config.mirror: abc}")
    assert mirror.spec.static
    assert not mirror.movable


def test_finished_pods_are_left_out_and_named():
    manifests = (NODE, pod("nodeName: node-1", status="phase: Succeeded"), pod(name="q", status="phase: Failed"))
    assert cluster_of(*manifests).pods == ()
    assert "pods that have finished are left out: default/p, default/q" in notices_of(*manifests)


def test_pods_on_absent_nodes_count_nowhere_and_are_named():
    cluster = cluster_of(NODE, pod("nodeName: gone"))
    assert cluster.pods == ()
    assert [each.key for each in cluster.stray] == ["default/p"]
    assert "default/p on gone" in notices_of(NODE, pod("nodeName: gone"))


def test_nomination_and_start_are_read_from_the_status():
    found = read_pod(status='nominatedNodeName: node-1, startTime: "1970-01-01T00:01:00Z"')
    assert (found.nominated_node, found.started_at) == ("node-1", 60)
    assert "not a time" in problems_of(pod(status="startTime: yesterday"))["status.startTime"].message


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ("schedulingGates: [{name: example.com/wait}]", "scheduling gates are closed"),
        ("schedulerName: volcano", "the scheduler volcano is not modelled"),
        ("resourceClaims: [{name: gpu, resourceClaimName: gpu}]", "resourceClaims not modelled"),
    ],
)
def test_pods_that_kube_scheduler_would_not_take_stay_without_a_node_and_are_named(spec, words):
    cluster = cluster_of(pod(spec))
    assert cluster.pending == ()
    assert [each.key for each in cluster.held_back] == ["default/p"]
    assert f"{words}, so these pods stay without a node: default/p" in notices_of(pod(spec))


def test_a_runtime_class_without_overhead_is_a_notice():
    assert "RuntimeClass kata" in notices_of(pod("runtimeClassName: kata"))
    assert notices_of(pod("runtimeClassName: kata, overhead: {cpu: 1}")) == ""


def test_volumes_that_bear_on_placement():
    spec = read_pod(
        "volumes: [{name: a, persistentVolumeClaim: {claimName: data}}, "
        "{name: b, ephemeral: {volumeClaimTemplate: {spec: {}}}},"
        " {name: c, gcePersistentDisk: {pdName: d-1, readOnly: true}}, "
        "{name: d, awsElasticBlockStore: {volumeID: v-1}},"
        " {name: e, iscsi: {iqn: iqn-1, lun: 0, targetPortal: t}}, {name: f, rbd: {monitors: [m-1, m-2], image: i-1}},"
        " {name: g, configMap: {name: settings}}]"
    ).spec
    assert spec.claims == (ClaimVolume("data"), ClaimVolume("p-b", ephemeral=True, pod="p"))
    assert spec.disks == (
        Disk(DiskKind.GCE, ("d-1",), True),
        Disk(DiskKind.EBS, ("v-1",)),
        Disk(DiskKind.ISCSI, ("iqn-1",)),
        Disk(DiskKind.RBD, ("rbd", "i-1"), monitors=frozenset({"m-1", "m-2"})),
    )
    assert spec.inline_volumes == (InlineVolume("pd.csi.storage.gke.io", "d-1"), InlineVolume("ebs.csi.aws.com", "v-1"))


def test_a_claim_and_a_disk_have_names():
    volumes = "volumes: [{name: a, persistentVolumeClaim: {}}, {name: b, gcePersistentDisk: {}}]"
    found = problems_of(pod(volumes))
    assert {
        "spec.volumes[0].persistentVolumeClaim.claimName",
        "spec.volumes[1].gcePersistentDisk.pdName",
    } == found.keys()


def test_pods_that_say_the_same_share_one_spec():
    one, other, third = cluster_of(pod("priority: 1"), pod("priority: 1", name="q"), pod("priority: 2", name="r")).pods
    assert one.spec is other.spec
    assert one.spec is not third.spec


def test_a_status_without_sizes_does_not_part_bound_pods_from_pending_ones():
    one, other = cluster_of(NODE, pod("nodeName: node-1", status="phase: Running"), pod(name="q")).pods
    assert one.spec is other.spec


def test_pods_with_ephemeral_volumes_do_not_share_their_claims():
    volume = "volumes: [{name: v, ephemeral: {volumeClaimTemplate: {spec: {}}}}]"
    one, other = cluster_of(pod(volume), pod(volume, name="q")).pods
    assert [one.spec.claims[0].claim, other.spec.claims[0].claim] == ["p-v", "q-v"]


def test_every_pod_with_the_same_defect_is_named():
    broken = "[{name: main, resources: {requests: {cpu: x}}}]"
    cluster = "\n---\n".join(pod(name=name, containers=broken) for name in ("a", "b"))
    with pytest.raises(Exception, match="2 problems"):
        cluster_of(cluster)


def test_a_pending_pod_that_is_being_deleted_is_no_candidate_and_a_bound_one_is_taken_to_stay():
    leaving = "deletionTimestamp: 2026-01-01T00:00:00Z"
    manifests = [NODE, pod(name="a", metadata=leaving), pod(name="b"), pod("nodeName: node-1", "c", leaving)]
    found = cluster_of(*manifests)
    assert [each.name for each in found.pending] == ["b"]
    assert [each.name for each in found.bound] == ["c"]
    notices = notices_of(*manifests)
    assert "deletionTimestamp not modelled, so these pods stay without a node: default/a" in notices
    assert "pods that are being deleted are taken to stay: default/c" in notices
