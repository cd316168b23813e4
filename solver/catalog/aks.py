"""Azure Kubernetes Service: what a node keeps for itself.

CPU kept: 60m of one core, 100m of two, 20m for each of the next two cores, 10m for each further one. Memory kept, from
Kubernetes 1.29: 20 MiB for each pod that the node can take and 50 MiB, at most a quarter of all, and the eviction
threshold; before: a falling share, and a threshold of 750 MiB. Microsoft writes MB, of which less would be kept.

The OS disk follows from the number of cores, unless another is asked for. Of the advertised memory 7.5 % never reach
the node: what Karpenter assumes on Azure.

Source: https://learn.microsoft.com/azure/aks/node-resource-reservations,
https://learn.microsoft.com/azure/aks/concepts-storage (default OS disk sizing),
https://github.com/Azure/karpenter-provider-azure (options)
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from solver.catalog.reserved import GIB, MIB, Kept, falling_share

if TYPE_CHECKING:
    from solver.catalog.machine import InstanceType
    from solver.catalog.reserved import Machine

MEMORY_OVERHEAD = Fraction(75, 1000)
_OLD_EVICTION = 750 * MIB
_DISKS = ((64, 1024 * GIB), (16, 512 * GIB), (8, 256 * GIB), (0, 128 * GIB))


def kept(machine: Machine) -> Kept:
    """By the rule from Kubernetes 1.29 on."""
    memory = min((20 * machine.pods + 50) * MIB, machine.memory // 4)
    return Kept(reserved_milli_cpu(machine.milli_cpu // 1000), memory)


def kept_before_1_29(machine: Machine) -> Kept:
    """By the older rule."""
    cpu = reserved_milli_cpu(machine.milli_cpu // 1000)
    return Kept(cpu, falling_share(machine.memory), eviction=_OLD_EVICTION)


def reserved_milli_cpu(cores: int) -> int:
    """Milli-CPU kept of this many cores."""
    if cores <= 1:
        return 60
    return 100 + 20 * min(cores - 2, 2) + 10 * max(cores - 4, 0)


def os_disk(instance_type: InstanceType) -> int:
    """Bytes, by the number of cores."""
    return next(disk for cores, disk in _DISKS if instance_type.vcpu >= cores)
