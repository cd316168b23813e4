"""The instance types of the clouds, as their tables in the folder ``data`` have them; source and date are there."""

from __future__ import annotations

import csv
from decimal import Decimal
from fractions import Fraction
from functools import cache
from importlib.resources import files

from solver.catalog.machine import InstanceType, Provider

REGIONS = {Provider.AWS: "us-east-1", Provider.AZURE: "eastus", Provider.GCP: "us-central1"}
"""The one region of each provider whose prices come along."""


@cache
def instance_types() -> dict[str, InstanceType]:
    """All types of all providers, by name."""
    return {each.name: each for provider in Provider for each in types_of(provider)}


@cache
def types_of(provider: Provider) -> tuple[InstanceType, ...]:
    """All types of one provider, in the order of its table."""
    table = files("solver.catalog").joinpath("data", f"{provider}.csv").read_text(encoding="utf-8")
    return tuple(_instance_type(provider, row) for row in csv.DictReader(table.splitlines()))


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
