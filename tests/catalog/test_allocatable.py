"""What pods may use of a machine, held against figures that the providers, Karpenter and learnk8s publish."""

from __future__ import annotations

from fractions import Fraction

import pytest

from solver.catalog import (
    Formula,
    InstanceType,
    MaxPodsRule,
    NodeRules,
    Provider,
    allocatable,
    capacity,
    instance_types,
)
from solver.catalog.aks import reserved_milli_cpu as reserved_by_aks
from solver.catalog.gke import reserved_disk
from solver.catalog.reserved import GIB, MIB, falling_share, reserved_milli_cpu

UNCAPPED = NodeRules(max_pods=MaxPodsRule.ENI_UNCAPPED)
"""Karpenter does not hold itself to the ceilings of managed node groups."""


def machine(vcpu: int, gib: int, provider: Provider | None = None) -> InstanceType:
    return InstanceType("some", provider, "amd64", Fraction(vcpu), gib * 1024, 0, "", None, None, None)


@pytest.mark.parametrize(
    ("name", "milli_cpu", "memory_mib", "pods"),
    [
        ("c1.xlarge", 7910, 5637, 58),
        ("c7g.2xlarge", 7910, 14103, 58),
        ("g5.xlarge", 3920, 14162, 58),
        ("i4i.metal", 127610, 961470, 737),
        ("m5.large", 1930, 6903, 29),
        ("m7a.medium", 940, 3345, 8),
        ("m7g.metal", 63770, 233962, 737),
        ("r7i.24xlarge", 95690, 718987, 737),
        ("t3.small", 1930, 1418, 11),
        ("x2gd.medium", 940, 14653, 8),
    ],
)
def test_eks_leaves_what_karpenter_publishes(name, milli_cpu, memory_mib, pods):
    usable = allocatable(instance_types()[name], UNCAPPED)
    assert (usable["cpu"], usable["memory"] // MIB, usable["pods"]) == (milli_cpu, memory_mib, pods)


@pytest.mark.parametrize(
    ("name", "rule", "pods"),
    [
        ("m5.large", MaxPodsRule.ENI, 29),
        ("a1.4xlarge", MaxPodsRule.ENI, 110),
        ("m5.24xlarge", MaxPodsRule.ENI, 250),
        ("m5.24xlarge", MaxPodsRule.ENI_UNCAPPED, 737),
        ("t3.nano", MaxPodsRule.PREFIX_DELEGATION, 34),
        ("m5.large", MaxPodsRule.PREFIX_DELEGATION, 110),
        ("m5.24xlarge", MaxPodsRule.PREFIX_DELEGATION, 250),
        ("Standard_D2s_v5", MaxPodsRule.AZURE_NODE_SUBNET, 30),
        ("Standard_D2s_v5", MaxPodsRule.KUBENET, 110),
        ("Standard_D2s_v5", None, 250),
        ("e2-standard-4", None, 110),
        ("e2-standard-4", MaxPodsRule.GKE_MOST, 256),
        ("e2-standard-4", 42, 42),
    ],
)
def test_pods_on_a_node_are_limited_by_how_they_get_their_addresses(name, rule, pods):
    assert allocatable(instance_types()[name], NodeRules(max_pods=rule))["pods"] == pods


@pytest.mark.parametrize(("cores", "reserved"), [(1, 60), (2, 70), (4, 80), (8, 90), (64, 230)])
def test_the_common_cpu_curve(cores, reserved):
    assert reserved_milli_cpu(Fraction(cores)) == reserved


def test_gke_leaves_what_its_own_example_shows_and_no_more():
    usable = allocatable(instance_types()["e2-standard-4"])
    documented = 13_498_416 * 1024
    assert usable["cpu"] == 3920
    assert 0.999 * documented < usable["memory"] <= documented


def test_shared_core_machines_of_gke_have_940m_whatever_is_billed():
    assert {allocatable(instance_types()[f"e2-{size}"])["cpu"] for size in ("micro", "small", "medium")} == {940}


@pytest.mark.parametrize(
    ("memory_gib", "reserved_mib"), [(0.5, 255), (4, 1024), (8, 1843.2), (16, 2662.4), (128, 9543.68), (256, 12165.12)]
)
def test_gke_keeps_a_falling_share_of_memory(memory_gib, reserved_mib):
    assert falling_share(int(memory_gib * GIB)) == pytest.approx(reserved_mib * MIB, abs=10)


@pytest.mark.parametrize(("disk_gib", "reserved_gib"), [(20, 10), (50, 23.5), (100, 41), (1000, 100)])
def test_gke_keeps_the_least_of_three_amounts_of_the_boot_disk(disk_gib, reserved_gib):
    assert reserved_disk(disk_gib * GIB) == reserved_gib * GIB


@pytest.mark.parametrize(
    ("cores", "reserved"), [(1, 60), (2, 100), (4, 140), (8, 180), (16, 260), (32, 420), (64, 740)]
)
def test_aks_keeps_cpu_by_the_number_of_cores(cores, reserved):
    assert reserved_by_aks(cores) == reserved


@pytest.mark.parametrize(("gib", "pods", "kept_mib"), [(8, 30, 650), (4, 70, 1024)])
def test_aks_keeps_memory_by_the_number_of_pods_and_at_most_a_quarter(gib, pods, kept_mib):
    rules = NodeRules(formula=Formula.AKS, max_pods=pods)
    assert gib * 1024 - allocatable(machine(2, gib), rules)["memory"] // MIB == kept_mib + 100


@pytest.mark.parametrize(
    ("vcpu", "disk_gib"), [(1, 128), (7, 128), (8, 256), (15, 256), (16, 512), (63, 512), (64, 1024)]
)
def test_aks_gives_a_node_a_disk_by_its_cores(vcpu, disk_gib):
    usable = allocatable(machine(vcpu, 32, Provider.AZURE))
    assert usable["ephemeral-storage"] == disk_gib * GIB - disk_gib * GIB // 10


AGENTS = {"cpu": 100, "memory": 100 * MIB}
"""What the sheet keeps for agents beside what providers keep."""


@pytest.mark.parametrize(
    ("gib", "gke", "eks", "aks"),
    [
        (4, 70, 58.38, 53.75),
        (8, 75, 79.19, 66.88),
        (16, 82.5, 89.59, 78.44),
        (64, 91.13, 97.4, 90.11),
        (128, 92.56, 97.5, 92.05),
        (256, 94.91, 98.75, 94.65),
    ],
)
def test_shares_of_memory_are_those_of_the_learnk8s_sheet(gib, gke, eks, aks):
    """The sheet counts a thousandth of its GB as an MiB, hence the tolerance."""
    pods = 110 if gib <= 64 else 250
    shares = [
        allocatable(machine(8, gib), NodeRules(formula=formula, max_pods=pods, system_reserved=AGENTS))["memory"]
        / (gib * GIB)
        for formula in (Formula.GKE, Formula.EKS, Formula.AKS_BEFORE_1_29)
    ]
    assert [100 * share for share in shares] == pytest.approx([gke, eks, aks], abs=1)


@pytest.mark.parametrize(
    ("cores", "gke", "eks", "aks"), [(1, 84, 84, 84), (2, 91.5, 91.5, 90), (4, 95.5, 95.5, 94), (8, 97.63, 97.63, 96.5)]
)
def test_shares_of_cpu_are_those_of_the_learnk8s_sheet(cores, gke, eks, aks):
    shares = [
        allocatable(machine(cores, 16), NodeRules(formula=formula, system_reserved=AGENTS))["cpu"] / (cores * 10)
        for formula in (Formula.GKE, Formula.EKS, Formula.AKS)
    ]
    assert shares == pytest.approx([gke, eks, aks], abs=0.01)


def test_what_somebody_knows_better_takes_the_place_of_the_formula():
    rules = NodeRules(
        formula=Formula.EKS,
        max_pods=10,
        memory_overhead=Fraction(1, 4),
        kube_reserved={"cpu": 500},
        system_reserved={"memory": GIB},
        eviction=200 * MIB,
        disk=50 * GIB,
    )
    usable = allocatable(machine(4, 16), rules)
    assert usable["cpu"] == 3500
    assert usable["memory"] == 12 * GIB - (255 + 110) * MIB - GIB - 200 * MIB
    assert usable["ephemeral-storage"] == 45 * GIB - GIB


def test_no_type_leaves_less_than_nothing_or_more_than_all():
    for each in instance_types().values():
        usable, whole = allocatable(each), capacity(each)
        assert all(0 <= amount <= whole[name] for name, amount in usable.items()), each.name
