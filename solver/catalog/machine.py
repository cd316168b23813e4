"""A machine as a cloud offers it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from decimal import Decimal
    from fractions import Fraction


class Provider(StrEnum):
    """Clouds with a catalogue here."""

    AWS = "aws"
    AZURE = "azure"
    GCP = "gcp"


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

    @property
    def gpu_resources(self) -> dict[str, int]:
        """Its GPUs, under the name that their device plugin gives them."""
        return {f"{self.gpu_vendor}.com/gpu": self.gpus} if self.gpus else {}
