"""Google Kubernetes Engine: what a node keeps for itself.

Memory kept: 25 % of the first 4 GiB, 20 % of the next 4, 10 % of the next 8, 6 % of the next 112, 2 % beyond 128 GiB
(255 MiB where there is less than 1 GiB), and the eviction threshold.

Source: https://cloud.google.com/kubernetes-engine/docs/concepts/plan-node-sizes
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.catalog.reserved import GIB, HARD_EVICTION, MIB, reserved_milli_cpu, without_eviction_margin
from solver.cluster.resources import CPU, EPHEMERAL_STORAGE, MEMORY, PODS

if TYPE_CHECKING:
    from solver.catalog.machine import InstanceType

MAX_PODS = 110
BOOT_DISK = 100 * GIB
"""The boot disk of a node pool, unless another is asked for."""

_STEPS = ((4 * GIB, 25), (4 * GIB, 20), (8 * GIB, 10), (112 * GIB, 6))
_PERCENT_BEYOND = 2


def allocatable(instance_type: InstanceType) -> dict[str, int]:
    """Milli-CPU, bytes and pods for the pods of one node."""
    memory = instance_type.memory_mib * MIB
    return {
        CPU: instance_type.milli_cpu - reserved_milli_cpu(instance_type.vcpu),
        MEMORY: max(0, memory - reserved_memory(memory) - HARD_EVICTION),
        EPHEMERAL_STORAGE: without_eviction_margin(BOOT_DISK),
        PODS: MAX_PODS,
    }


def reserved_memory(memory: int) -> int:
    """Bytes kept of this many."""
    if memory < GIB:
        return 255 * MIB
    kept, left = 0, memory
    for size, percent in _STEPS:
        kept += min(left, size) * percent // 100
        left = max(left - size, 0)
    return kept + left * _PERCENT_BEYOND // 100
