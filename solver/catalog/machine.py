"""A machine as a cloud, or somebody's own file, offers it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal
    from fractions import Fraction

    from solver.cluster.taints import Taint


class Provider(StrEnum):
    """Clouds with a catalogue here."""

    AWS = "aws"
    AZURE = "azure"
    GCP = "gcp"


@dataclass(frozen=True, slots=True)
class InstanceType:
    """One type; prices in USD per hour, None where none is published. ``max_pods`` None: a choice of the node pool.

    ``provider`` None: a type of somebody's own. ``stated`` holds what a file says to be allocatable (milli-CPU, bytes,
    pods): it is final, no rule is applied to it. ``taints`` are those of every node of the type.
    """

    name: str
    provider: Provider | None
    arch: str
    vcpu: Fraction
    memory_mib: int
    gpus: int
    gpu_vendor: str
    max_pods: int | None
    on_demand_price: Decimal | None
    spot_price: Decimal | None
    stated: Mapping[str, int] = field(default_factory=dict)
    taints: tuple[Taint, ...] = ()

    @property
    def milli_cpu(self) -> int:
        """All of its CPU."""
        return int(self.vcpu * 1000)

    @property
    def gpu_resources(self) -> dict[str, int]:
        """Its GPUs, under the name that their device plugin gives them."""
        return {f"{self.gpu_vendor}.com/gpu": self.gpus} if self.gpus else {}
