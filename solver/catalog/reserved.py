"""What clouds agree on: the share of the CPU that is kept for the node's own processes, and when pods are evicted.

Source: https://cloud.google.com/kubernetes-engine/docs/concepts/plan-node-sizes and the same curve in
https://github.com/awslabs/amazon-eks-ami
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

MIB = 2**20
GIB = 2**30
HARD_EVICTION = 100 * MIB
"""Below this much free memory the kubelet evicts pods, so it is not theirs to request."""

_SHARES = ((1, Fraction(6, 100)), (1, Fraction(1, 100)), (2, Fraction(5, 1000)))
_SHARE_BEYOND = Fraction(25, 10_000)

_STEPS = ((4 * GIB, 25), (4 * GIB, 20), (8 * GIB, 10), (112 * GIB, 6))
_PERCENT_BEYOND = 2
_KEPT_OF_LITTLE = 255 * MIB


@dataclass(frozen=True, slots=True)
class Machine:
    """What a formula reads: all milli-CPU, bytes of memory that reach the node, pods it takes, bytes of root disk."""

    name: str
    milli_cpu: int
    memory: int
    pods: int
    disk: int


@dataclass(frozen=True, slots=True)
class Kept:
    """Milli-CPU, bytes of memory and bytes of disk that pods cannot request; ``eviction`` is memory, too."""

    milli_cpu: int
    memory: int
    disk: int = 0
    eviction: int = HARD_EVICTION


class KubeReserved(Protocol):
    """A formula: from a machine to what is kept of it."""

    def __call__(self, machine: Machine) -> Kept:
        """By one provider's rule."""
        ...


def reserved_milli_cpu(vcpu: Fraction) -> int:
    """Milli-CPU kept, rounded down: 6 % of core 1, 1 % of core 2, 0.5 % of cores 3 and 4, 0.25 % of the rest."""
    kept, left = Fraction(0), vcpu
    for cores, share in _SHARES:
        kept += min(left, Fraction(cores)) * share
        left = max(left - cores, Fraction(0))
    return int((kept + left * _SHARE_BEYOND) * 1000)


def falling_share(memory: int) -> int:
    """Bytes kept by GKE, and by AKS before Kubernetes 1.29.

    25 % of the first 4 GiB, 20 % of the next 4, 10 % of the next 8, 6 % of the next 112, 2 % beyond 128 GiB; 255 MiB
    where there is less than 1 GiB.
    """
    if memory < GIB:
        return _KEPT_OF_LITTLE
    kept, left = 0, memory
    for size, percent in _STEPS:
        kept += min(left, size) * percent // 100
        left = max(left - size, 0)
    return kept + left * _PERCENT_BEYOND // 100


def without_eviction_margin(disk: int) -> int:
    """Bytes of a disk that pods may use: the kubelet evicts them when less than a tenth is free."""
    return disk - disk // 10
