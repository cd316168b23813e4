"""What clouds agree on: the share of the CPU that is kept for the node's own processes.

Source: https://cloud.google.com/kubernetes-engine/docs/concepts/plan-node-sizes and the same curve in
https://github.com/awslabs/amazon-eks-ami
"""

from __future__ import annotations

from fractions import Fraction

MIB = 2**20
GIB = 2**30
HARD_EVICTION = 100 * MIB
"""Below this much free memory the kubelet evicts pods, so it is not theirs to request."""

_SHARES = ((1, Fraction(6, 100)), (1, Fraction(1, 100)), (2, Fraction(5, 1000)))
_SHARE_BEYOND = Fraction(25, 10_000)


def reserved_milli_cpu(vcpu: Fraction) -> int:
    """Milli-CPU kept, rounded down: 6 % of core 1, 1 % of core 2, 0.5 % of cores 3 and 4, 0.25 % of the rest."""
    kept, left = Fraction(0), vcpu
    for cores, share in _SHARES:
        kept += min(left, Fraction(cores)) * share
        left = max(left - cores, Fraction(0))
    return int((kept + left * _SHARE_BEYOND) * 1000)


def without_eviction_margin(disk: int) -> int:
    """Bytes of a disk that pods may use: the kubelet evicts them when less than a tenth is free."""
    return disk - disk // 10
