"""Amazon EKS: what a node keeps for itself.

Memory kept: 255 MiB and 11 MiB for each pod that the node can take, and the eviction threshold. Of the advertised
memory 7.5 % never reach the node (hypervisor and firmware), and 64 MiB more on Graviton: the figures that Karpenter
assumes.

Source: https://github.com/awslabs/amazon-eks-ami (nodeadm), https://karpenter.sh/docs/concepts/settings/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.catalog.reserved import GIB, HARD_EVICTION, MIB, reserved_milli_cpu, without_eviction_margin
from solver.cluster.resources import CPU, EPHEMERAL_STORAGE, MEMORY, PODS

if TYPE_CHECKING:
    from solver.catalog.machine import InstanceType

ROOT_DISK = 20 * GIB
"""The root disk of a managed node group, unless another is asked for."""

_GRAVITON_MIB = 64
_MOST_PODS_SMALL, _MOST_PODS_LARGE, _LARGE_VCPU = 110, 250, 30


def max_pods(instance_type: InstanceType) -> int:
    """Pods that have an address, by the network interfaces; never more than 110 (from 30 vCPU: 250) as EKS advises."""
    ceiling = _MOST_PODS_SMALL if instance_type.vcpu < _LARGE_VCPU else _MOST_PODS_LARGE
    return min(instance_type.max_pods or ceiling, ceiling)


def allocatable(instance_type: InstanceType) -> dict[str, int]:
    """Milli-CPU, bytes and pods for the pods of one node."""
    pods = max_pods(instance_type)
    advertised = instance_type.memory_mib - (_GRAVITON_MIB if instance_type.arch == "arm64" else 0)
    memory = advertised * MIB * 925 // 1000
    return {
        CPU: instance_type.milli_cpu - reserved_milli_cpu(instance_type.vcpu),
        MEMORY: max(0, memory - (255 + 11 * pods) * MIB - HARD_EVICTION),
        EPHEMERAL_STORAGE: without_eviction_margin(ROOT_DISK) - GIB,
        PODS: pods,
    }
