"""Truth tables of host ports, disks, claims, attach limits and volume zones.

Source: https://kubernetes.io/docs/concepts/storage/persistent-volumes/ and .../storage-limits/
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from solver.cluster.labels import Operator, Requirement
from solver.cluster.node_affinity import NodeSelectorTerm
from solver.cluster.ports import HostPort
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
from solver.rules.node_ports import NodePorts
from solver.rules.node_volume_limits import NodeVolumeLimits
from solver.rules.volume_binding import VolumeBinding
from solver.rules.volume_restrictions import VolumeRestrictions
from solver.rules.volume_zone import VolumeZone
from tests.rules.building import filled, filter_of, node, pod, prefiltered, rejections

ZONES = [node("a", "a"), node("b", "b")]
WRITE = frozenset({"ReadWriteOnce"})


def verdict(rule, newcomer, *there, nodes=ZONES, storage=None):
    state = filled(nodes, [*there, newcomer], storage=storage or Storage())
    return {name: found.reasons[0] if found else None for name, found in rejections(rule, newcomer, state).items()}


def using(name, *claims, on=None, **fields):
    return pod(name, on, claims=tuple(ClaimVolume(claim) for claim in claims), **fields)


def claim(name, request=1, **fields):
    return PersistentVolumeClaim(
        "default", name, request, fields.pop("modes", WRITE), fields.pop("cls", "local"), **fields
    )


def volume(name, capacity=10, zone=None, **fields):
    only = (NodeSelectorTerm((Requirement(ZONE, Operator.IN, frozenset({zone})),)),) if zone else None
    cls, phase = fields.pop("cls", "local"), fields.pop("phase", "Available")
    return PersistentVolume(name, capacity, WRITE, cls, affinity=only, phase=phase, **fields)


def bound(name, to, **fields):
    return claim(name, volume=to, bind_completed=True, phase="Bound", **fields)


def storage(*objects, csi=()):
    def named(kind, key):
        return {key(each): each for each in objects if isinstance(each, kind)}

    return Storage(
        named(PersistentVolume, lambda each: each.name),
        named(PersistentVolumeClaim, lambda each: each.key),
        named(StorageClass, lambda each: each.name),
        {each.name: each for each in csi},
        described=True,
    )


LOCAL = StorageClass("local", "kubernetes.io/no-provisioner", waits_for_consumer=True)
CLOUD = StorageClass("cloud", "csi.example.com", waits_for_consumer=True)


@pytest.mark.parametrize(
    ("taken", "free"),
    [
        (HostPort(80), False),
        (HostPort(81), True),
        (HostPort(80, "UDP"), True),
        (HostPort(80, address="10.0.0.1"), False),
        (HostPort(80, address="10.0.0.2"), True),
        (HostPort(80, address="::"), True),
    ],
)
def test_a_port_serves_one_pod(taken, free):
    newcomer = pod("p", host_ports=(HostPort(80, address="10.0.0.1" if taken.address != "0.0.0.0" else "0.0.0.0"),))
    found = verdict(NodePorts(), newcomer, pod("x", "a", host_ports=(taken,)))
    assert found == {"a": None if free else "node(s) didn't have free ports for the requested pod ports", "b": None}


@pytest.mark.parametrize(
    ("kind", "shared", "free"),
    [
        (DiskKind.GCE, True, True),
        (DiskKind.GCE, False, False),
        (DiskKind.ISCSI, True, True),
        (DiskKind.EBS, True, False),
    ],
)
def test_a_disk_is_mounted_once_or_for_reading(kind, shared, free):
    disk = Disk(kind, ("disk",), read_only=shared)
    found = verdict(VolumeRestrictions(), pod("p", disks=(disk,)), pod("x", "a", disks=(disk,)))
    assert found == {"a": None if free else "node(s) had no available disk", "b": None}


def test_images_of_different_monitors_are_different():
    mine = Disk(DiskKind.RBD, ("pool", "image"), monitors=frozenset({"m1", "m2"}))
    theirs = Disk(DiskKind.RBD, ("pool", "image"), monitors=frozenset({"m3"}))
    assert verdict(VolumeRestrictions(), pod("p", disks=(mine,)), pod("x", "a", disks=(theirs,)))["a"] is None


def test_a_single_user_claim_in_use_rejects_everywhere():
    there = storage(claim("one", modes=frozenset({"ReadWriteOncePod"})))
    found = verdict(VolumeRestrictions(), using("p", "one"), using("x", "one", on="a"), storage=there)
    assert len(found) == 2
    assert all("ReadWriteOncePod" in reason for reason in found.values())
    assert set(verdict(VolumeRestrictions(), using("p", "one"), storage=there).values()) == {None}


def test_the_users_of_a_claim_can_be_evicted():
    there = storage(claim("one", modes=frozenset({"ReadWriteOncePod"})))
    user, newcomer = using("x", "one", on="a"), using("p", "one")
    state = filled(ZONES, [user, newcomer], storage=there)
    found = filter_of(VolumeRestrictions(), newcomer, state)
    assert found.begin()
    state.unbind(user)
    assert not found.codes(state.everywhere).any()


@pytest.mark.parametrize("there", [storage(), Storage()])
def test_a_missing_claim_rejects_the_pod(there):
    newcomer = using("p", "gone")
    found = prefiltered(VolumeRestrictions(), newcomer, filled(ZONES, [newcomer], storage=there))
    assert found.reasons == ('persistentvolumeclaim "gone" not found',)


def test_where_nothing_is_said_of_storage_claims_are_provided_for_anywhere():
    newcomer = using("p", "c")
    state = filled(ZONES, [newcomer], storage=Storage(claims={"default/c": claim("c")}))
    for rule in (VolumeRestrictions(), NodeVolumeLimits(), VolumeBinding(), VolumeZone()):
        assert prefiltered(rule, newcomer, state) is None
        assert set(rejections(rule, newcomer, state).values()) == {None}


def limits(count):
    return (CsiNode("a", {"csi.example.com": CsiDriver("csi.example.com", count)}),)


def made(name):
    return volume(name, cls="cloud", driver="csi.example.com", handle=name)


def test_a_driver_attaches_so_many_volumes_and_counts_each_once():
    there = storage(
        *(made(f"v{n}") for n in range(3)), *(bound(f"c{n}", f"v{n}") for n in range(3)), CLOUD, csi=limits(2)
    )
    users = [using("x", "c0", on="a"), using("y", "c0", on="a")]
    assert verdict(NodeVolumeLimits(), using("p", "c1"), *users, storage=there)["a"] is None
    full = verdict(NodeVolumeLimits(), using("p", "c1", "c2"), *users, storage=there)
    assert full == {"a": "node(s) exceed max volume count", "b": None}
    assert verdict(NodeVolumeLimits(), using("p", "c0", "c1"), *users, storage=there)["a"] is None


def test_claims_that_wait_count_for_the_driver_of_their_class():
    there = storage(claim("c0", cls="cloud"), claim("c1", cls="cloud"), CLOUD, csi=limits(1))
    assert verdict(NodeVolumeLimits(), using("p", "c0", "c1"), storage=there)["a"] == "node(s) exceed max volume count"


def test_disks_handed_over_to_a_driver_count():
    csi = (CsiNode("a", {"ebs.csi.aws.com": CsiDriver("ebs.csi.aws.com", 1)}),)
    inline = {name: (InlineVolume("ebs.csi.aws.com", name),) for name in ("x", "p")}
    there = pod("x", "a", inline_volumes=inline["x"])
    found = verdict(NodeVolumeLimits(), pod("p", inline_volumes=inline["p"]), there, storage=storage(LOCAL, csi=csi))
    assert found == {"a": "node(s) exceed max volume count", "b": None}


def test_a_bound_volume_must_be_in_reach():
    there = storage(volume("v", zone="a"), bound("c", "v"), LOCAL)
    assert verdict(VolumeBinding(), using("p", "c"), storage=there) == {
        "a": None,
        "b": "node(s) didn't match PersistentVolume's node affinity",
    }


def test_a_waiting_claim_takes_the_smallest_volume_that_fits():
    there = storage(volume("large", 50, "a"), volume("right", 20, "a"), volume("small", 5, "a"), claim("c", 10), LOCAL)
    newcomer = using("p", "c")
    state = filled(ZONES, [newcomer], storage=there)
    found = filter_of(VolumeBinding(), newcomer, state)
    assert [bound.name for _, bound in found.bindings(0).static] == ["right"]
    assert rejections(VolumeBinding(), newcomer, state)["b"].reasons == (
        "node(s) didn't find available persistent volumes to bind",
    )


def test_the_claims_of_a_pod_share_no_volume_and_the_smallest_goes_first():
    there = storage(volume("v5", 5), volume("v9", 9), claim("big", 6), claim("little", 4), LOCAL)
    newcomer = using("p", "big", "little")
    found = filter_of(VolumeBinding(), newcomer, filled(ZONES, [newcomer], storage=there))
    assert [(wish.name, bound.name) for wish, bound in found.bindings(0).static] == [("little", "v5"), ("big", "v9")]
    alone = storage(volume("v9", 9), claim("big", 6), claim("little", 4), LOCAL)
    assert None not in verdict(VolumeBinding(), using("p", "big", "little"), storage=alone).values()


@pytest.mark.parametrize(
    "unsuitable",
    [
        {"phase": "Released"},
        {"volume_mode": "Block"},
        {"cls": "other"},
        {"deleting": True},
        {"claim": "default/other"},
        {"capacity": 1},
    ],
)
def test_what_makes_a_volume_unsuitable(unsuitable):
    there = storage(volume("v", **{"capacity": 10, **unsuitable}), claim("c", 2), LOCAL)
    assert None not in verdict(VolumeBinding(), using("p", "c"), storage=there).values()


def test_a_volume_set_aside_for_the_claim_comes_before_all_others_or_none_will_do():
    there = storage(volume("own", zone="a", claim="default/c"), volume("free", 1), claim("c"), LOCAL)
    newcomer = using("p", "c")
    state = filled(ZONES, [newcomer], storage=there)
    assert filter_of(VolumeBinding(), newcomer, state).bindings(0).static[0][1].name == "own"
    assert rejections(VolumeBinding(), newcomer, state)["b"] is not None


def test_a_class_makes_volumes_where_its_topologies_allow():
    only_a = (NodeSelectorTerm((Requirement(ZONE, Operator.IN, frozenset({"a"})),)),)
    there = storage(claim("c", cls="cloud"), replace(CLOUD, topologies=only_a))
    newcomer = using("p", "c")
    state = filled(ZONES, [newcomer], storage=there)
    assert [name for name, found in rejections(VolumeBinding(), newcomer, state).items() if found is None] == ["a"]
    assert [wish.name for wish in filter_of(VolumeBinding(), newcomer, state).bindings(0).provisioned] == ["c"]


def test_a_claim_that_a_node_was_selected_for_goes_there():
    chosen = {"volume.kubernetes.io/selected-node": "b"}
    there = storage(claim("c", cls="cloud", annotations=chosen), CLOUD)
    found = verdict(VolumeBinding(), using("p", "c"), storage=there)
    assert [name for name, reason in found.items() if reason is None] == ["b"]


@pytest.mark.parametrize(
    ("wish", "reason"),
    [
        (claim("c", cls="none"), "pod has unbound immediate PersistentVolumeClaims"),
        (claim("c", volume="v"), "pod has unbound immediate PersistentVolumeClaims"),
        (claim("c", volume="v", phase="Lost"), 'persistentvolumeclaim "c" bound to non-existent persistentvolume "v"'),
        (claim("c", deleting=True), 'persistentvolumeclaim "c" is being deleted'),
    ],
)
def test_claims_in_trouble_reject_the_pod(wish, reason):
    newcomer = using("p", "c")
    state = filled(ZONES, [newcomer], storage=storage(wish, LOCAL))
    assert prefiltered(VolumeBinding(), newcomer, state).reasons == (reason,)


def test_an_ephemeral_claim_is_waited_for_and_must_be_the_pods_own():
    newcomer = pod("p", claims=(ClaimVolume("p-scratch", ephemeral=True, pod="p"),))
    missing = prefiltered(VolumeBinding(), newcomer, filled(ZONES, [newcomer], storage=storage(LOCAL)))
    assert "waiting for ephemeral volume controller" in missing.reasons[0]
    foreign = filled(ZONES, [newcomer], storage=storage(claim("p-scratch", owner_pod="q"), LOCAL))
    (reason,) = prefiltered(VolumeBinding(), newcomer, foreign).reasons
    assert reason == "PVC default/p-scratch was not created for pod default/p (pod is not owner)"
    own = filled(ZONES, [newcomer], storage=storage(claim("p-scratch", owner_pod="p"), LOCAL))
    assert prefiltered(VolumeBinding(), newcomer, own) is None


@pytest.mark.parametrize(("operator", "reached"), [(Operator.IN, False), (Operator.NOT_IN, True)])
def test_the_terms_of_a_volume_see_no_names_of_nodes(operator, reached):
    named = NodeSelectorTerm(fields=(Requirement("metadata.name", operator, frozenset({"a"})),))
    newcomer = using("p", "c")
    tied = replace(volume("v", claim="default/c"), affinity=(named,))
    state = filled(ZONES, [newcomer], storage=storage(bound("c", "v"), tied, LOCAL))
    assert (rejections(VolumeBinding(), newcomer, state)["a"] is None) is reached


def test_a_volume_that_is_gone_is_reported_by_its_zone():
    newcomer = using("p", "c")
    state = filled(ZONES, [newcomer], storage=storage(bound("c", "gone"), LOCAL))
    assert prefiltered(VolumeZone(), newcomer, state).reasons == ('persistentvolume "gone" not found',)
    found = rejections(VolumeBinding(), newcomer, state)
    assert found["a"].reasons == ("node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)",)


OLD_ZONE = "failure-domain.beta.kubernetes.io/zone"


@pytest.mark.parametrize(
    ("labels", "passing"),
    [
        ({ZONE: "a"}, {"a", "bare"}),
        ({ZONE: "a__b"}, {"a", "b", "bare"}),
        ({OLD_ZONE: "a"}, {"a", "bare", "old"}),
        ({ZONE: "a__ "}, {"a", "b", "bare", "old"}),
        ({}, {"a", "b", "bare", "old"}),
    ],
)
def test_zones_of_volumes(labels, passing):
    nodes = [*ZONES, node("bare"), node("old", labels={OLD_ZONE: "a"})]
    there = storage(volume("v", labels=labels), bound("c", "v"), LOCAL)
    found = verdict(VolumeZone(), using("p", "c"), nodes=nodes, storage=there)
    assert {name for name, reason in found.items() if reason is None} == passing
    assert set(found.values()) <= {None, "node(s) had no available volume zone"}


def test_kube_scheduler_forgets_a_shared_port_once_one_of_its_users_has_left():
    """The books of what is taken hold a port once; a dry run leaves them as they were."""
    there = [pod(name, "a", host_ports=(HostPort(80),)) for name in "xy"]
    newcomer = pod("p", host_ports=(HostPort(80),))
    state = filled([node("a")], [*there, newcomer])
    literal = NodePorts(forgets_shared=True)
    with state.trial(0):
        state.unbind(there[0])
        assert rejections(literal, newcomer, state) == {"a": None}
        assert rejections(NodePorts(), newcomer, state)["a"] is not None
        state.bind(there[0], 0)
        assert rejections(literal, newcomer, state)["a"] is not None
    assert rejections(literal, newcomer, state)["a"] is not None
    state.unbind(there[1])
    assert rejections(literal, newcomer, state) == {"a": None}
