"""Google Kubernetes Engine: what a node keeps for itself.

Memory kept: a falling share, and the eviction threshold. Shared-core E2 types show two cores, of which 1060m are kept.
Of the boot disk are kept the least of a half, 6 GiB and 35 %, and 100 GiB. Of the advertised memory 3 % never reach
the node: an e2-standard-4 of GKE's own example has 13,498,416 KiB for pods, which no smaller share explains.

Source: https://cloud.google.com/kubernetes-engine/docs/concepts/plan-node-sizes
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from solver.catalog.reserved import GIB, Kept, falling_share, reserved_milli_cpu

if TYPE_CHECKING:
    from solver.catalog.reserved import Machine

BOOT_DISK = 100 * GIB
"""The boot disk of a node pool, unless another is asked for."""
MEMORY_OVERHEAD = Fraction(3, 100)

SHARED_CORE = frozenset({"e2-micro", "e2-small", "e2-medium"})
SHARED_CORE_MILLI_CPU = 2000
_SHARED_CORE_KEPT = 1060


def kept(machine: Machine) -> Kept:
    """By GKE's rule."""
    shared = machine.name in SHARED_CORE
    cpu = _SHARED_CORE_KEPT if shared else reserved_milli_cpu(Fraction(machine.milli_cpu, 1000))
    return Kept(cpu, falling_share(machine.memory), disk=reserved_disk(machine.disk))


def reserved_disk(disk: int) -> int:
    """Bytes of the boot disk that are kept, the eviction threshold apart."""
    return min(disk // 2, 6 * GIB + disk * 35 // 100, 100 * GIB)
