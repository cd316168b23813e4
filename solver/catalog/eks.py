"""Amazon EKS: what a node keeps for itself.

Memory kept: 255 MiB and 11 MiB for each pod that the node can take, and the eviction threshold; of the disk 1 GiB. Of
the advertised memory 7.5 % never reach the node (hypervisor and firmware), and 64 MiB more on Graviton: the figures
that Karpenter assumes.

Source: https://github.com/awslabs/amazon-eks-ami (nodeadm), https://karpenter.sh/docs/reference/settings/; the root
disk is the default of managed node groups, https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateNodegroup.html
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from solver.catalog.reserved import GIB, MIB, Kept, reserved_milli_cpu

if TYPE_CHECKING:
    from solver.catalog.machine import InstanceType
    from solver.catalog.reserved import Machine

ROOT_DISK = 20 * GIB
"""The root disk of a managed node group, unless another is asked for."""
MEMORY_OVERHEAD = Fraction(75, 1000)
GRAVITON_MIB = 64


def kept(machine: Machine) -> Kept:
    """By nodeadm's rule."""
    return Kept(reserved_milli_cpu(Fraction(machine.milli_cpu, 1000)), (255 + 11 * machine.pods) * MIB, disk=GIB)


def firmware(instance_type: InstanceType) -> int:
    """Bytes that firmware takes before the hypervisor takes its share."""
    return GRAVITON_MIB * MIB if instance_type.arch == "arm64" else 0
