"""The catalogue, held against figures that the providers and Karpenter publish."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from solver.catalog import Provider, allocatable, capacity, instance_types
from solver.catalog.aks import reserved_milli_cpu as reserved_by_aks
from solver.catalog.gke import reserved_memory
from solver.catalog.reserved import GIB, MIB, reserved_milli_cpu


def test_every_provider_has_its_types():
    providers = [each.provider for each in instance_types().values()]
    assert {provider: providers.count(provider) for provider in Provider} == {"aws": 1377, "azure": 1293, "gcp": 516}


def test_no_type_leaves_less_than_nothing():
    for each in instance_types().values():
        usable, whole = allocatable(each), capacity(each)
        assert all(0 <= amount <= whole[name] for name, amount in usable.items()), each.name


@pytest.mark.parametrize(
    ("name", "milli_cpu", "memory_mib", "pods"),
    [("m5.large", 1930, 6903, 29), ("a1.2xlarge", 7910, 14103, 58), ("a1.4xlarge", 15890, 27322, 234)],
)
def test_eks_leaves_what_karpenter_publishes(name, milli_cpu, memory_mib, pods):
    known = instance_types()[name]
    usable = allocatable(known)
    assert usable["cpu"] == milli_cpu
    assert known.max_pods == pods
    if usable["pods"] == pods:
        assert usable["memory"] // MIB == memory_mib


def test_eks_never_allows_more_pods_than_it_advises():
    assert allocatable(instance_types()["a1.4xlarge"])["pods"] == 110
    assert allocatable(instance_types()["m5.24xlarge"])["pods"] == 250


@pytest.mark.parametrize(("cores", "reserved"), [(1, 60), (2, 70), (4, 80), (8, 90), (64, 230)])
def test_the_common_cpu_curve(cores, reserved):
    assert reserved_milli_cpu(Fraction(cores)) == reserved


def test_gke_leaves_3920m_of_four_cores():
    assert allocatable(instance_types()["e2-standard-4"])["cpu"] == 3920


@pytest.mark.parametrize(
    ("memory_gib", "reserved_mib"), [(0.5, 255), (4, 1024), (8, 1843.2), (16, 2662.4), (128, 9543.68), (256, 12165.12)]
)
def test_gke_keeps_a_falling_share_of_memory(memory_gib, reserved_mib):
    assert reserved_memory(int(memory_gib * GIB)) == pytest.approx(reserved_mib * MIB, abs=10)


@pytest.mark.parametrize(
    ("cores", "reserved"), [(1, 60), (2, 100), (4, 140), (8, 180), (16, 260), (32, 420), (64, 740)]
)
def test_aks_keeps_cpu_by_the_number_of_cores(cores, reserved):
    assert reserved_by_aks(cores) == reserved


def test_aks_keeps_memory_by_the_number_of_pods_and_at_most_a_quarter():
    large, small = instance_types()["Standard_D16s_v5"], instance_types()["Standard_B1ms"]
    assert large.memory_mib - allocatable(large)["memory"] // MIB == 20 * 110 + 50 + 100
    assert small.memory_mib - allocatable(small)["memory"] // MIB == small.memory_mib // 4 + 100


def test_prices_are_exact_and_gpus_are_resources():
    known = instance_types()["p3.2xlarge"]
    assert known.on_demand_price == Decimal("3.06")
    assert allocatable(known)["nvidia.com/gpu"] == capacity(known)["nvidia.com/gpu"] == 1
    assert "nvidia.com/gpu" not in allocatable(instance_types()["m5.large"])
