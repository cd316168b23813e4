"""Claims, volumes, disks and attach limits: what a bind may use, and what it binds on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from solver.cluster.labels import Operator, Requirement, equals
from solver.cluster.node_affinity import NodeSelectorTerm
from solver.cluster.topology import ZONE
from solver.cluster.volumes import (
    ClaimVolume,
    CsiDriver,
    CsiNode,
    Disk,
    DiskKind,
    InlineVolume,
    PersistentVolume,
    PersistentVolumeClaim,
    Storage,
    StorageClass,
)
from solver.placement import Placement
from solver.verify.recount import recount
from tests.verify.building import broken, cluster, node, pod, rules

if TYPE_CHECKING:
    from solver.cluster.pod import Pod

NODES = [node("a1", "a"), node("b1", "b")]
ONCE = frozenset({"ReadWriteOnce"})
BETA_ZONE = "failure-domain.beta.kubernetes.io/zone"


def claim(name: str, request: int = 1, modes: frozenset[str] = ONCE, **fields: Any) -> PersistentVolumeClaim:
    return PersistentVolumeClaim("default", name, request, modes, **{"storage_class": "late", **fields})


def bound_claim(name: str, volume: str, **fields: Any) -> PersistentVolumeClaim:
    return claim(name, volume=volume, bind_completed=True, **fields)


def volume(name: str, zone: str | None = None, capacity: int = 1, **fields: Any) -> PersistentVolume:
    terms = None if zone is None else (in_zone(zone),)
    known = {"storage_class": "late", "phase": "Available", "affinity": terms, **fields}
    return PersistentVolume(name, capacity, ONCE, **known)


def in_zone(zone: str) -> NodeSelectorTerm:
    return NodeSelectorTerm((Requirement(ZONE, Operator.IN, frozenset({zone})),))


def storage(*objects: Any, described: bool = True) -> Storage:
    def of(kind: type) -> list[Any]:
        return [item for item in objects if isinstance(item, kind)]

    return Storage(
        volumes={item.name: item for item in of(PersistentVolume)},
        claims={item.key: item for item in of(PersistentVolumeClaim)},
        classes={item.name: item for item in of(StorageClass)},
        csi_nodes={item.name: item for item in of(CsiNode)},
        described=described,
    )


LATE = StorageClass("late", "csi.example.com", waits_for_consumer=True)
STATIC = StorageClass("late", "kubernetes.io/no-provisioner", waits_for_consumer=True)
EARLY = StorageClass("late", "csi.example.com")


def user(name: str, *claims: str, on: str | None = None, ephemeral: bool = False) -> Pod:
    return pod(name, on, claims=tuple(ClaimVolume(item, ephemeral) for item in claims))


def one(objects: list[Any], *claims: str, on: str = "a1", ephemeral: bool = False, described: bool = True) -> set[str]:
    """The rules that binding one pod with these claims breaks."""
    kept = storage(*objects, described=described)
    return broken(NODES, [user("p", *claims, ephemeral=ephemeral)], {"p": on}, storage=kept)


def test_a_bound_volume_must_reach_the_node():
    objects = [LATE, bound_claim("c", "v"), volume("v", "a")]
    assert one(objects, "c") == set()
    assert one(objects, "c", on="b1") == {"VolumeBinding"}


def test_missing_lost_and_foreign_claims_are_rejected_everywhere():
    assert one([LATE], "absent") == {"VolumeRestrictions"}
    assert one([LATE], "absent", ephemeral=True) == {"VolumeBinding"}
    assert one([LATE, claim("c", owner_pod="other")], "c", ephemeral=True) == {"VolumeBinding"}
    assert one([LATE, claim("c", owner_pod="p")], "c", ephemeral=True) == set()
    assert one([LATE, claim("c", phase="Lost")], "c") == {"VolumeBinding"}
    assert one([LATE, claim("c", deleting=True)], "c") == {"VolumeBinding"}
    assert one([LATE, bound_claim("c", "absent")], "c") == {"VolumeBinding"}


def test_an_unbound_claim_needs_a_class_that_waits():
    assert one([EARLY, claim("c")], "c") == {"VolumeBinding"}
    assert one([LATE, claim("c", storage_class=None)], "c") == {"VolumeBinding"}
    assert one([LATE, claim("c", storage_class="absent")], "c") == {"VolumeBinding"}
    assert one([LATE, volume("v"), claim("c", volume="v")], "c") == {"VolumeBinding"}
    assert one([LATE, claim("c")], "c") == set()


def test_an_input_that_says_nothing_of_storage_lets_claims_be_provisioned_anywhere():
    assert one([claim("c", storage_class=None)], "c", described=False) == set()


def test_a_class_provisions_only_within_its_topologies():
    zonal = StorageClass("late", "csi.example.com", True, (in_zone("a"),))
    assert one([zonal, claim("c")], "c") == set()
    assert one([zonal, claim("c")], "c", on="b1") == {"VolumeBinding"}


def test_a_provisioned_volume_stays_in_the_zone_of_its_first_user():
    csi = [CsiNode(name, {"csi.example.com": CsiDriver("csi.example.com", None, (ZONE,))}) for name in ("a1", "b1")]
    pods = [user("p", "c"), user("q", "c")]
    kept = storage(LATE, claim("c"), *csi)
    assert broken(NODES, pods, {"p": "a1", "q": "a1"}, storage=kept) == set()
    assert broken(NODES, pods, {"p": "a1", "q": "b1"}, storage=kept) == {"VolumeBinding"}
    untied = storage(LATE, claim("c"))
    assert broken(NODES, pods, {"p": "a1", "q": "b1"}, storage=untied) == set()


def test_without_provisioner_a_waiting_claim_takes_a_volume_that_suits_it():
    for unsuited in (
        volume("v", capacity=0),
        volume("v", "b"),
        volume("v", phase="Released"),
        volume("v", claim="default/other"),
        volume("v", claim="default/c", claim_uid="another"),
        volume("v", "b", claim="default/c"),
        volume("v", volume_mode="Block"),
        volume("v", attributes_class="gold"),
        volume("v", deleting=True),
        volume("v", storage_class="other"),
    ):
        assert one([STATIC, claim("c"), unsuited], "c") == {"VolumeBinding"}, unsuited
    for suited in (volume("v"), volume("v", "a"), volume("v", phase="", claim="default/c")):
        assert one([STATIC, claim("c"), suited], "c") == set(), suited


def test_a_waiting_claim_asks_for_modes_and_labels():
    many = claim("c", modes=frozenset({"ReadWriteMany"}))
    assert one([STATIC, many, volume("v")], "c") == {"VolumeBinding"}
    picky = claim("c", selector=equals({"tier": "fast"}))
    assert one([STATIC, picky, volume("v")], "c") == {"VolumeBinding"}
    assert one([STATIC, picky, volume("v", labels={"tier": "fast"})], "c") == set()


def test_each_volume_serves_one_claim_and_the_smallest_that_fits_is_taken():
    kept = storage(STATIC, claim("c"), claim("d", request=2), volume("small"), volume("large", capacity=2))
    pods = [user("p", "c"), user("q", "d")]
    assert broken(NODES, pods, {"p": "a1", "q": "a1"}, storage=kept) == set()
    assert one([STATIC, claim("c"), claim("d"), volume("v")], "c", "d") == {"VolumeBinding"}
    tight = storage(STATIC, claim("c"), claim("d"), volume("v"))
    assert broken(NODES, pods, {"p": "a1", "q": "a1"}, storage=tight) == {"VolumeBinding"}


def test_a_claim_that_is_being_provisioned_goes_to_its_node_only():
    selected = claim("c", annotations={"volume.kubernetes.io/selected-node": "a1"})
    assert one([LATE, selected], "c") == set()
    assert one([LATE, selected], "c", on="b1") == {"VolumeBinding"}


def test_zone_labels_of_a_volume_are_met_by_the_node():
    def labelled(key: str, value: str, on: str) -> set[str]:
        return one([LATE, bound_claim("c", "v"), volume("v", labels={key: value})], "c", on=on)

    assert labelled(ZONE, "a", "a1") == set()
    assert labelled(ZONE, "a", "b1") == {"VolumeZone"}
    assert labelled(ZONE, "a__b", "b1") == set()
    assert labelled(ZONE, "a__", "b1") == set()
    assert labelled(BETA_ZONE, "a", "a1") == set()
    assert labelled(BETA_ZONE, "a", "b1") == {"VolumeZone"}


def test_a_node_without_zone_labels_takes_every_volume():
    kept = storage(LATE, bound_claim("c", "v"), volume("v", labels={ZONE: "a"}))
    assert broken([node("plain")], [user("p", "c")], {"p": "plain"}, storage=kept) == set()


def test_a_read_write_once_pod_claim_has_one_user_in_the_cluster():
    single = claim("c", modes=frozenset({"ReadWriteOncePod"}))
    pods = [user("p", "c"), user("q", "c")]
    kept = storage(LATE, single)
    assert broken(NODES, pods, {"p": "a1", "q": "b1"}, storage=kept) == {"VolumeRestrictions"}
    assert broken(NODES, pods, {"p": "a1"}, storage=kept) == set()
    whole = cluster(NODES, pods, storage=kept)
    assert rules(recount(Placement(whole, dict.fromkeys(pods, NODES[0])))) == {"VolumeRestrictions"}


def disks(first: Disk, second: Disk) -> set[str]:
    pods = [pod("p", disks=(first,)), pod("q", disks=(second,))]
    assert broken(NODES, pods, {"p": "a1", "q": "b1"}) == set()
    return broken(NODES, pods, {"p": "a1", "q": "a1"})


def test_a_disk_is_mounted_once_per_node_unless_its_kind_and_all_users_only_read():
    def disk(kind: DiskKind, read_only: bool = False, monitors: str = "") -> Disk:
        return Disk(kind, ("d",), read_only, frozenset(monitors))

    clash = {"VolumeRestrictions"}
    assert disks(disk(DiskKind.GCE), disk(DiskKind.GCE, True)) == clash
    assert disks(disk(DiskKind.GCE, True), disk(DiskKind.GCE, True)) == set()
    assert disks(disk(DiskKind.EBS, True), disk(DiskKind.EBS, True)) == clash
    assert disks(disk(DiskKind.RBD, monitors="xy"), disk(DiskKind.RBD, monitors="yz")) == clash
    assert disks(disk(DiskKind.RBD, monitors="x"), disk(DiskKind.RBD, monitors="z")) == set()
    assert disks(disk(DiskKind.ISCSI), disk(DiskKind.GCE)) == set()


def attachable(limit: int | None) -> CsiNode:
    return CsiNode("a1", {"csi.example.com": CsiDriver("csi.example.com", limit)})


def csi(name: str, handle: str) -> PersistentVolume:
    return volume(name, driver="csi.example.com", handle=handle)


def test_a_driver_attaches_no_more_distinct_volumes_than_its_limit():
    bound = [bound_claim("c", "v"), bound_claim("d", "w")]
    pods = [user("p", "c"), user("q", "d")]
    both = {"p": "a1", "q": "a1"}
    two = [LATE, *bound, csi("v", "1"), csi("w", "2")]
    assert broken(NODES, pods, both, storage=storage(*two, attachable(1))) == {"NodeVolumeLimits"}
    assert broken(NODES, pods, both, storage=storage(*two, attachable(2))) == set()
    assert broken(NODES, pods, both, storage=storage(*two, attachable(None))) == set()
    assert broken(NODES, pods, both, storage=storage(*two)) == set()
    same = [LATE, *bound, csi("v", "1"), csi("w", "1")]
    assert broken(NODES, pods, both, storage=storage(*same, attachable(1))) == set()


def test_a_claim_that_is_still_to_be_provisioned_counts_for_its_class():
    pods = [user("p", "c"), user("q", "d")]
    kept = storage(LATE, claim("c"), claim("d"), attachable(1))
    assert broken(NODES, pods, {"p": "a1", "q": "a1"}, storage=kept) == {"NodeVolumeLimits"}
    assert broken(NODES, pods, {"p": "a1", "q": "b1"}, storage=kept) == set()


def test_the_recount_counts_what_is_certain_to_be_attached():
    pods = [user("p", "c"), user("q", "d")]

    def counted(*objects: Any) -> set[str]:
        whole = cluster(NODES, pods, storage=storage(claim("c"), claim("d"), attachable(1), *objects))
        return rules(recount(Placement(whole, dict.fromkeys(pods, NODES[0]))))

    assert counted(LATE) == {"NodeVolumeLimits"}
    assert counted(STATIC) == set()
    assert counted(LATE, volume("v")) == set()
    assert counted() == set()


def test_the_limit_lets_pods_share_what_is_attached_already_even_above_it():
    bound = [bound_claim("c", "v"), bound_claim("d", "w")]
    pods = [user("there", "c", "d", on="a1"), user("p", "c")]
    kept = storage(LATE, *bound, csi("v", "1"), csi("w", "2"), attachable(1))
    assert broken(NODES, pods, {"p": "a1"}, storage=kept) == set()


def test_in_tree_volumes_count_for_the_driver_that_has_taken_over():
    csi_node = CsiNode("a1", {"ebs.csi.aws.com": CsiDriver("ebs.csi.aws.com", 1)})
    in_tree = StorageClass("late", "kubernetes.io/aws-ebs", waits_for_consumer=True)
    both = {"p": "a1", "q": "a1"}
    pods = [user("p", "c"), user("q", "d")]
    made = storage(in_tree, claim("c"), claim("d"), csi_node)
    assert broken(NODES, pods, both, storage=made) == {"NodeVolumeLimits"}
    old = [volume(name, plugin="kubernetes.io/aws-ebs", handle=name) for name in "vw"]
    there = storage(in_tree, bound_claim("c", "v"), bound_claim("d", "w"), *old, csi_node)
    assert broken(NODES, pods, both, storage=there) == {"NodeVolumeLimits"}
    local = storage(in_tree, bound_claim("c", "v"), bound_claim("d", "w"), volume("v"), volume("w"), csi_node)
    assert broken(NODES, pods, both, storage=local) == set()
    inline = [pod(name, inline_volumes=(InlineVolume("ebs.csi.aws.com", name),)) for name in "pq"]
    assert broken(NODES, inline, both, storage=storage(csi_node)) == {"NodeVolumeLimits"}
    unlimited = [pod(name, inline_volumes=(InlineVolume("secrets.example.com", name),)) for name in "pq"]
    assert broken(NODES, unlimited, both, storage=storage(csi_node)) == set()
