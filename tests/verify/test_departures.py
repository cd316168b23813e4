"""What a pod leaves behind: its room, its ports, its disks, its place in a domain; never its volumes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from solver.cluster.devices import GPU
from solver.cluster.pod_affinity import PodAffinity, PodAffinityTerm
from solver.cluster.ports import HostPort
from solver.cluster.topology import ZONE
from solver.cluster.volumes import (
    ClaimVolume,
    CsiDriver,
    CsiNode,
    Disk,
    DiskKind,
    PersistentVolumeClaim,
    Storage,
    StorageClass,
)
from solver.objectives.question import BoundPods, Question
from solver.placement import Bind, Evict
from solver.verify import verify
from tests.verify.building import after, app, cluster, node, pod, rules, spread, verdict

if TYPE_CHECKING:
    from solver.cluster.pod import Pod

NODES = [node("a1", "a", cpu=1000), node("a2", "a"), node("b1", "b")]
NEAR_DB = PodAffinity((PodAffinityTerm(ZONE, app("db"), frozenset({"default"})),))
WEB = {"app": "web"}

CSI = "csi.example.com"
CLAIM = PersistentVolumeClaim("default", "c", 1, frozenset({"ReadWriteOncePod"}), "late")
STORAGE = Storage(
    claims={CLAIM.key: CLAIM},
    classes={"late": StorageClass("late", CSI, waits_for_consumer=True)},
    csi_nodes={"a1": CsiNode("a1", {CSI: CsiDriver(CSI, 1, (ZONE,))})},
    described=True,
)

PAIRS = {
    "NodeResourcesFit": (pod("there", "a1", cpu=1000), pod("new", cpu=1000)),
    "NodePorts": (pod("there", "a1", host_ports=(HostPort(80),)), pod("new", host_ports=(HostPort(80),))),
    "VolumeRestrictions": (
        pod("there", "a1", disks=(Disk(DiskKind.EBS, ("d",)),)),
        pod("new", disks=(Disk(DiskKind.EBS, ("d",)),)),
    ),
    "PodTopologySpread": (
        pod("there", "a1", labels=WEB),
        pod("new", labels=WEB, spread=(spread(selector=app("web")),)),
    ),
    "InterPodAffinity": (
        pod("there", "a1", labels={"app": "db"}),
        pod("new", anti_affinity=NEAR_DB),
    ),
}


@pytest.mark.parametrize("rule", PAIRS)
def test_a_pod_that_has_left_is_in_nobodys_way(rule):
    there, new = PAIRS[rule]
    whole = cluster(NODES, [there, new])
    bind = Bind(new, NODES[0])
    assert rules(verdict(whole, bind, policy=BoundPods.EVICTABLE)) == {rule}
    assert verdict(whole, Evict(there), bind, policy=BoundPods.EVICTABLE) == ()


def test_company_that_has_left_is_no_company():
    there, new = pod("there", "a1", labels={"app": "db"}), pod("new", affinity=NEAR_DB)
    whole = cluster(NODES, [there, new])
    bind = Bind(new, NODES[1])
    assert verdict(whole, bind, policy=BoundPods.EVICTABLE) == ()
    assert rules(verdict(whole, Evict(there), bind, policy=BoundPods.EVICTABLE)) == {"InterPodAffinity"}


def test_a_domain_that_empties_lowers_the_minimum_for_all_others():
    there = [pod("x", "a1", labels=WEB), pod("y", "b1", labels=WEB)]
    new = pod("new", labels=WEB, spread=(spread(selector=app("web")),))
    whole = cluster(NODES, [*there, new])
    bind = Bind(new, NODES[1])
    assert verdict(whole, bind, policy=BoundPods.EVICTABLE) == ()
    assert rules(verdict(whole, Evict(there[1]), bind, policy=BoundPods.EVICTABLE)) == {"PodTopologySpread"}


def user(name: str, on: str | None = None) -> Pod:
    return pod(name, on, claims=(ClaimVolume("c"),))


def test_the_user_of_a_single_user_claim_gives_it_free():
    there, new = user("there", "a1"), user("new")
    whole = cluster(NODES, [there, new], storage=STORAGE)
    assert "VolumeRestrictions" in rules(verdict(whole, Bind(new, NODES[2]), policy=BoundPods.EVICTABLE))
    assert verdict(whole, Evict(there), Bind(new, NODES[2]), policy=BoundPods.EVICTABLE) == ()


def test_a_volume_that_has_left_with_its_pod_is_not_attached_any_more():
    claims = [PersistentVolumeClaim("default", name, 1, frozenset({"ReadWriteOnce"}), "late") for name in "cd"]
    storage = replace(STORAGE, claims={claim.key: claim for claim in claims})
    there, new = user("there", "a1"), pod("new", claims=(ClaimVolume("d"),))
    whole = cluster(NODES, [there, new], storage=storage)
    assert rules(verdict(whole, Bind(new, NODES[0]), policy=BoundPods.EVICTABLE)) == {"NodeVolumeLimits"}
    assert verdict(whole, Evict(there), Bind(new, NODES[0]), policy=BoundPods.EVICTABLE) == ()


def test_a_device_is_free_once_its_pod_has_left():
    machine = node("gpu", more={GPU: 1})
    there, new = pod("there", "gpu", gpu_milli=600), pod("new", gpu_milli=600)
    whole = cluster([machine], [there, new])
    steps = Evict(there), Bind(new, machine)
    placement = replace(after(whole, steps), assigned={"GpuSharing": {new: (0,)}})
    assert verify(placement, steps, Question(bound_pods=BoundPods.EVICTABLE)) == ()
    assert "GpuSharing" in rules(verdict(whole, steps[1], policy=BoundPods.EVICTABLE))


def test_bound_pods_that_share_what_they_should_not_are_not_judged():
    pods = [user("p", "a1"), user("q", "a1"), pod("new")]
    assert verdict(cluster(NODES, pods, storage=STORAGE), Bind(pods[2], NODES[0])) == ()
