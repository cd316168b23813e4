"""Every rule over counts, alone: placements pinned by hand that it must let through, and that it must not."""

from __future__ import annotations

import pytest

from solver.cluster.devices import GPU
from solver.cluster.pod import Pod
from solver.cluster.ports import HostPort
from solver.cluster.taints import Effect, Taint
from solver.cluster.topology import HOSTNAME, ZONE
from solver.cluster.volumes import (
    ClaimVolume,
    CsiDriver,
    CsiNode,
    Disk,
    DiskKind,
    PersistentVolume,
    PersistentVolumeClaim,
    Storage,
    StorageClass,
)
from solver.objectives.question import BoundPods
from tests.model.making import cluster, node, permits, pods, spec, spread, term

TWO = [node("n1", "a"), node("n2", "b")]


def test_requests_fit_to_the_last_milli_cpu():
    exactly = cluster(TWO, pods(spec(cpu=500), "p1", "p2"))
    assert permits(exactly, {"p1": "n1", "p2": "n1"})
    more = cluster(TWO, pods(spec(cpu=501), "p1", "p2"))
    assert not permits(more, {"p1": "n1", "p2": "n1"})
    assert permits(more, {"p1": "n1", "p2": "n2"})


def test_memory_is_counted_in_bytes():
    half = 2**29
    asked = cluster(
        [node("n1")], pods(spec(requests={"memory": half + 1}), "p1"), pods(spec(requests={"memory": half}), "p2")
    )
    assert permits(asked, {"p1": "n1"})
    assert not permits(asked, {"p1": "n1", "p2": "n1"})


def test_every_pod_takes_a_place():
    asked = cluster([node("n1", pods=2)], pods(spec(), "p1", "p2", "p3"))
    assert permits(asked, {"p1": "n1", "p2": "n1"})
    assert not permits(asked, {"p1": "n1", "p2": "n1", "p3": "n1"})


def test_an_overcommitted_node_takes_who_requests_nothing_of_it():
    there = pods(spec(cpu=1500), "old", on="n1")
    asked = cluster(TWO, there, pods(spec(cpu=1), "wants"), pods(spec(), "asks-nothing"))
    assert permits(asked, {"old": "n1", "asks-nothing": "n1"})
    assert not permits(asked, {"old": "n1", "wants": "n1"})


def test_taints_keep_pods_away_for_good():
    tainted = node("n1", taints=(Taint("dedicated", "db", Effect.NO_SCHEDULE),))
    assert not permits(cluster([tainted], pods(spec(), "p1")), {"p1": "n1"})
    assert permits(cluster([tainted], pods(spec(), "old", on="n1")), {"old": "n1"})


@pytest.mark.parametrize(
    ("other", "together"),
    [
        (HostPort(80), False),
        (HostPort(80, "UDP"), True),
        (HostPort(80, "TCP", "10.0.0.1"), False),
        (HostPort(81), True),
    ],
)
def test_a_port_on_all_addresses_excludes_every_address(other, together):
    asked = cluster(TWO, pods(spec(host_ports=(HostPort(80),)), "p1"), pods(spec("db", host_ports=(other,)), "p2"))
    assert permits(asked, {"p1": "n1", "p2": "n1"}) is together
    assert permits(asked, {"p1": "n1", "p2": "n2"})


def test_different_addresses_share_a_port():
    first, second = (
        spec(app, host_ports=(HostPort(80, "TCP", address),)) for app, address in (("x", "10.0.0.1"), ("y", "10.0.0.2"))
    )
    assert permits(cluster(TWO, pods(first, "p1"), pods(second, "p2")), {"p1": "n1", "p2": "n1"})


def test_anti_affinity_excludes_both_ways_but_never_itself():
    shy = spec(anti_affinity=term("web"))
    asked = cluster(TWO, pods(shy, "p1", "p2"))
    assert permits(asked, {"p1": "n1", "p2": "n2"})
    assert not permits(asked, {"p1": "n1", "p2": "n1"})
    guard = spec("guard", anti_affinity=term("web"))
    mixed = cluster(TWO, pods(guard, "g"), pods(spec(), "p1", "p2"))
    assert permits(mixed, {"p1": "n1", "p2": "n1", "g": "n2"})
    assert not permits(mixed, {"p1": "n1", "p2": "n1", "g": "n1"})


def test_who_broke_anti_affinity_before_may_stay_and_excludes_newcomers():
    shy = spec(anti_affinity=term("web"))
    asked = cluster(TWO, pods(shy, "old1", "old2", on="n1"), pods(shy, "new"))
    assert permits(asked, {"old1": "n1", "old2": "n1"})
    assert permits(asked, {"old1": "n1", "old2": "n1", "new": "n2"})
    assert not permits(asked, {"old1": "n1", "old2": "n1", "new": "n1"})


def test_affinity_needs_company_or_a_single_founder():
    herd = spec(affinity=term("web", ZONE))
    asked = cluster(TWO, pods(herd, "p1", "p2"))
    assert permits(asked, {"p1": "n1", "p2": "n1"})
    assert permits(asked, {"p1": "n1"})
    assert not permits(asked, {"p1": "n1", "p2": "n2"})


def test_nobody_founds_where_a_match_is_there_already():
    herd = spec(affinity=term("web", ZONE))
    asked = cluster(TWO, pods(spec(), "old", on="n1"), pods(herd, "p1"))
    assert permits(asked, {"old": "n1", "p1": "n1"})
    assert not permits(asked, {"old": "n1", "p1": "n2"})


def test_two_founders_that_match_one_another_exclude_each_other():
    here, there = spec(affinity=term("web")), spec(affinity=term("web", ZONE))
    asked = cluster(TWO, pods(here, "p1"), pods(there, "p2"))
    assert permits(asked, {"p1": "n1"})
    assert permits(asked, {"p1": "n1", "p2": "n1"})
    assert not permits(asked, {"p1": "n1", "p2": "n2"})


def test_who_does_not_match_its_own_affinity_founds_nothing():
    follower = spec("follower", affinity=term("leader"))
    asked = cluster(TWO, pods(follower, "f"), pods(spec("leader"), "l"))
    assert permits(asked, {"f": "n1", "l": "n1"})
    assert not permits(asked, {"f": "n1", "l": "n2"})
    assert not permits(asked, {"f": "n1"})


def test_mutual_affinity_without_a_founder_has_no_order():
    one, other = spec("one", affinity=term("other")), spec("other", affinity=term("one"))
    asked = cluster(TWO, pods(one, "p1"), pods(other, "p2"))
    assert not permits(asked, {"p1": "n1", "p2": "n1"})
    helped = cluster(TWO, pods(one, "p1"), pods(other, "p2"), pods(spec("other"), "plain"))
    assert permits(helped, {"p1": "n1", "p2": "n1", "plain": "n1"})
    assert not permits(helped, {"p1": "n1", "p2": "n1", "plain": "n2"})


def test_affinity_needs_the_topology_key():
    herd = spec(affinity=term("web", ZONE))
    assert not permits(cluster([node("bare")], pods(herd, "p1")), {"p1": "bare"})


def test_spread_counts_what_stays_and_the_carriers_that_come():
    even = spec(spread=(spread(),))
    asked = cluster(TWO, pods(even, "p1", "p2", "p3"))
    assert permits(asked, {"p1": "n1", "p2": "n1", "p3": "n2"})
    assert not permits(asked, {"p1": "n1", "p2": "n1"})


def test_matching_pods_without_the_constraint_can_come_later():
    even, plain = spec(spread=(spread(),)), spec()
    asked = cluster(TWO, pods(even, "p1"), pods(plain, "x1", "x2"))
    assert permits(asked, {"p1": "n1", "x1": "n1", "x2": "n1"})
    there = cluster(TWO, pods(even, "p1"), pods(plain, "x1", "x2", on="n1"))
    assert not permits(there, {"p1": "n1", "x1": "n1", "x2": "n1"})
    assert permits(there, {"p1": "n2", "x1": "n1", "x2": "n1"})


def test_too_few_domains_make_the_minimum_nothing():
    even = spec(spread=(spread(min_domains=3),))
    asked = cluster(TWO, pods(even, "p1", "p2", "p3"))
    assert permits(asked, {"p1": "n1", "p2": "n2"})
    assert not permits(asked, {"p1": "n1", "p2": "n2", "p3": "n2"})


@pytest.mark.parametrize(("honors", "placed"), [(False, False), (True, True)])
def test_a_tainted_domain_counts_unless_taints_are_honoured(honors, placed):
    tainted = node("n2", "b", taints=(Taint("down", "", Effect.NO_SCHEDULE),))
    even = spec(spread=(spread(honors_taints=honors),))
    assert permits(cluster([TWO[0], tainted], pods(even, "p1", "p2")), {"p1": "n1", "p2": "n1"}) is placed


def test_a_disk_is_mounted_once_unless_both_only_read():
    def mounting(app, *, read_only):
        return spec(app, disks=(Disk(DiskKind.GCE, ("pd",), read_only=read_only),))

    writer, reader, other = mounting("w", read_only=False), mounting("r", read_only=True), mounting("s", read_only=True)
    asked = cluster(TWO, pods(writer, "w"), pods(reader, "r"), pods(other, "s"))
    assert permits(asked, {"r": "n1", "s": "n1", "w": "n2"})
    assert not permits(asked, {"r": "n1", "w": "n1"})


def claim(name, **more):
    more = {"access_modes": frozenset({"ReadWriteOnce"}), "storage_class": "made", **more}
    return PersistentVolumeClaim("default", name, 1, **more)


def storage(*claims, volumes=(), csi_nodes=None, provisioner="csi.example.com"):
    classes = {"made": StorageClass("made", provisioner, waits_for_consumer=True)}
    return Storage(
        {each.name: each for each in volumes},
        {each.key: each for each in claims},
        classes,
        csi_nodes or {},
        described=True,
    )


def test_a_single_user_claim_has_one_pod_in_the_whole_cluster():
    single = claim("c", access_modes=frozenset({"ReadWriteOncePod"}))
    asked = cluster(TWO, pods(spec(claims=(ClaimVolume("c"),)), "p1", "p2"), storage=storage(single))
    assert permits(asked, {"p1": "n1"})
    assert not permits(asked, {"p1": "n1", "p2": "n2"})


def test_a_driver_attaches_distinct_volumes_up_to_its_limit():
    driver = CsiDriver("csi.example.com", attach_limit=1)
    limits = {"n1": CsiNode("n1", {"csi.example.com": driver})}
    shared = spec(claims=(ClaimVolume("c1"),))
    asked = cluster(
        TWO,
        pods(shared, "p1", "p2"),
        pods(spec(claims=(ClaimVolume("c2"),)), "p3"),
        storage=storage(claim("c1"), claim("c2"), csi_nodes=limits),
    )
    assert permits(asked, {"p1": "n1", "p2": "n1", "p3": "n2"})
    assert not permits(asked, {"p1": "n1", "p3": "n1"})


def test_an_existing_volume_serves_one_claim():
    modes = frozenset({"ReadWriteOnce"})
    volume = PersistentVolume("pv", 1, modes, storage_class="made", phase="Available")
    kept = storage(claim("c1"), claim("c2"), volumes=(volume,), provisioner="kubernetes.io/no-provisioner")
    asked = cluster(
        TWO, pods(spec(claims=(ClaimVolume("c1"),)), "p1"), pods(spec(claims=(ClaimVolume("c2"),)), "p2"), storage=kept
    )
    assert permits(asked, {"p1": "n1"})
    assert not permits(asked, {"p1": "n1", "p2": "n2"})


@pytest.mark.parametrize(
    ("policy", "leaves", "moves"),
    [
        (BoundPods.FIXED, False, False),
        (BoundPods.KEEP, False, False),
        (BoundPods.MOVABLE, False, True),
        (BoundPods.EVICTABLE, True, True),
    ],
)
def test_bound_pods_do_what_the_policy_lets_them(policy, leaves, moves):
    asked = cluster(TWO, pods(spec(), "old", on="n1"))
    assert permits(asked, {"old": "n1"}, policy)
    assert permits(asked, {}, policy) is leaves
    assert permits(asked, {"old": "n2"}, policy) is moves


@pytest.mark.parametrize(
    ("newcomer", "evicts"),
    [({"priority": 1}, True), ({"priority": 0}, False), ({"priority": 1, "preempts": False}, False)],
)
def test_only_preemption_evicts_under_keep(newcomer, evicts):
    asked = cluster(TWO, pods(spec(), "old", on="n1"), pods(spec("new", **newcomer), "new"))
    assert permits(asked, {"new": "n1"}) is evicts
    assert not permits(asked, {"new": "n2"})


def test_daemons_and_static_pods_never_move():
    daemon, static = spec("agent", daemon=True), spec("etcd", static=True)
    asked = cluster(TWO, pods(daemon, "d", on="n1"), pods(static, "s", on="n1"))
    assert not permits(asked, {"d": "n2", "s": "n1"}, BoundPods.EVICTABLE)
    assert not permits(asked, {"d": "n1"}, BoundPods.EVICTABLE)
    assert permits(asked, {"s": "n1"}, BoundPods.EVICTABLE)


def gpus(name, number):
    return node(name, allocatable={GPU: number})


def test_shares_of_a_device_fit_it_and_nothing_else_does():
    asked = cluster(
        [gpus("n1", 2)], pods(spec(gpu_milli=600), "s1", "s2", "s3"), pods(spec("w", requests={GPU: 1}), "w")
    )
    assert permits(asked, {"s1": "n1", "s2": "n1"})
    assert permits(asked, {"s1": "n1", "w": "n1"})
    assert not permits(asked, {"s1": "n1", "s2": "n1", "s3": "n1"})
    assert not permits(asked, {"s1": "n1", "s2": "n1", "w": "n1"})


def test_it_matters_which_of_equal_shares_leaves():
    there = [Pod(name, spec(gpu_milli=500), node="n1", devices=(at,)) for name, at in (("a", 0), ("b", 0), ("c", 1))]
    asked = cluster([gpus("n1", 2)], tuple(there), pods(spec("w", requests={GPU: 1}, priority=1), "w"))
    assert permits(asked, {"a": "n1", "b": "n1", "w": "n1"})
    assert not permits(asked, {"b": "n1", "c": "n1", "w": "n1"})


def test_devices_that_bear_too_much_bind_only_newcomers():
    there = pods(spec(gpu_milli=700), "a", "b", on="n1")
    asked = cluster([gpus("n1", 1)], there, pods(spec("new", gpu_milli=100), "new"))
    assert permits(asked, {"a": "n1", "b": "n1"})
    assert not permits(asked, {"a": "n1", "b": "n1", "new": "n1"})


def test_hostname_domains_are_single_nodes():
    even = spec(spread=(spread(key=HOSTNAME),))
    assert not permits(cluster(TWO, pods(even, "p1", "p2")), {"p1": "n1", "p2": "n1"})
