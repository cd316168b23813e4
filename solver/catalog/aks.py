"""Azure Kubernetes Service (Kubernetes 1.29 or newer): what a node keeps for itself.

CPU kept: 60m of one core, 100m of two, 20m for each of the next two cores, 10m for each further one. Memory kept: 20
MiB for each pod that the node can take and 50 MiB, at most a quarter of all, and the eviction threshold.

Source: https://learn.microsoft.com/azure/aks/node-resource-reservations
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.catalog.reserved import GIB, HARD_EVICTION, MIB, without_eviction_margin
from solver.cluster.resources import CPU, EPHEMERAL_STORAGE, MEMORY, PODS

if TYPE_CHECKING:
    from solver.catalog.machine import InstanceType

MAX_PODS = 110
"""What kubenet gives a node; Azure CNI's own default is less, its overlay's is more."""

OS_DISK = 128 * GIB
"""The disk of a node, unless another is asked for."""


def allocatable(instance_type: InstanceType) -> dict[str, int]:
    """Milli-CPU, bytes and pods for the pods of one node."""
    memory = instance_type.memory_mib * MIB
    reserved = min((20 * MAX_PODS + 50) * MIB, memory // 4)
    return {
        CPU: instance_type.milli_cpu - reserved_milli_cpu(int(instance_type.vcpu)),
        MEMORY: max(0, memory - reserved - HARD_EVICTION),
        EPHEMERAL_STORAGE: without_eviction_margin(OS_DISK),
        PODS: MAX_PODS,
    }


def reserved_milli_cpu(cores: int) -> int:
    """Milli-CPU kept of this many cores."""
    if cores <= 1:
        return 60
    return 100 + 20 * min(cores - 2, 2) + 10 * max(cores - 4, 0)
