"""What pods may use of a machine, by the rules of its provider's managed Kubernetes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.catalog import aks, eks, gke
from solver.catalog.machine import Provider
from solver.catalog.reserved import MIB
from solver.cluster.resources import CPU, EPHEMERAL_STORAGE, MEMORY, PODS

if TYPE_CHECKING:
    from solver.catalog.machine import InstanceType

_RULES = {Provider.AWS: eks.allocatable, Provider.AZURE: aks.allocatable, Provider.GCP: gke.allocatable}


def allocatable(instance_type: InstanceType) -> dict[str, int]:
    """Milli-CPU, bytes, pods and GPUs for the pods of one node."""
    return {**_RULES[instance_type.provider](instance_type), **instance_type.gpu_resources}


def capacity(instance_type: InstanceType) -> dict[str, int]:
    """What the machine has; of its disk and pods, what is left for pods."""
    usable = allocatable(instance_type)
    whole = {CPU: instance_type.milli_cpu, MEMORY: instance_type.memory_mib * MIB}
    return {**whole, **{name: usable[name] for name in (EPHEMERAL_STORAGE, PODS)}, **instance_type.gpu_resources}
