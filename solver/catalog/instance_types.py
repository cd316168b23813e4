"""The instance types of the clouds: what they are, cost, and leave for pods.

The figures, with source and date, are in the folder ``data``.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import cache
from importlib.resources import files

from solver.catalog import aks, eks, gke
from solver.catalog.reserved import MIB
from solver.cluster.resources import CPU, EPHEMERAL_STORAGE, MEMORY, PODS


class Provider(StrEnum):
    """Clouds with a catalogue here."""

    AWS = "aws"
    AZURE = "azure"
    GCP = "gcp"


_ALLOCATABLE = {Provider.AWS: eks.allocatable, Provider.AZURE: aks.allocatable, Provider.GCP: gke.allocatable}


@dataclass(frozen=True, slots=True)
class InstanceType:
    """One type; prices in USD per hour, None where none is published. ``max_pods`` None: a choice of the node pool."""

    name: str
    provider: Provider
    arch: str
    vcpu: Fraction
    memory_mib: int
    gpus: int
    gpu_vendor: str
    max_pods: int | None
    on_demand_price: Decimal | None
    spot_price: Decimal | None

    @property
    def milli_cpu(self) -> int:
        """All of its CPU."""
        return int(self.vcpu * 1000)

    def allocatable(self) -> dict[str, int]:
        """What pods may use of a node of this type, by the rules of the provider's managed Kubernetes."""
        return {**_ALLOCATABLE[self.provider](self), **self._gpu_resources()}

    def capacity(self) -> dict[str, int]:
        """What the machine has."""
        usable = self.allocatable()
        whole = {CPU: self.milli_cpu, MEMORY: self.memory_mib * MIB}
        return {**whole, **{name: usable[name] for name in (EPHEMERAL_STORAGE, PODS)}, **self._gpu_resources()}

    def _gpu_resources(self) -> dict[str, int]:
        return {f"{self.gpu_vendor}.com/gpu": self.gpus} if self.gpus else {}


@cache
def instance_types() -> dict[str, InstanceType]:
    """All types of all providers, by name."""
    return {each.name: each for provider in Provider for each in _read(provider)}


def _read(provider: Provider) -> list[InstanceType]:
    table = files("solver.catalog").joinpath("data", f"{provider}.csv").read_text(encoding="utf-8")
    return [_instance_type(provider, row) for row in csv.DictReader(table.splitlines())]


def _instance_type(provider: Provider, row: dict[str, str]) -> InstanceType:
    return InstanceType(
        name=row["instance_type"],
        provider=provider,
        arch=row["arch"],
        vcpu=Fraction(row["vcpu"]),
        memory_mib=int(row["memory_mib"]),
        gpus=int(row["gpu_count"]),
        gpu_vendor=row["gpu_vendor"],
        max_pods=int(row["max_pods"]) if row["max_pods"] else None,
        on_demand_price=_price(row["on_demand_usd_per_hour"]),
        spot_price=_price(row["spot_usd_per_hour"]),
    )


def _price(text: str) -> Decimal | None:
    return Decimal(text) if text else None
