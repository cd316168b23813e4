"""Why pods stay pending in a proven optimum: what they compete for with pods of their priority and above."""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.cluster.resources import CPU, EPHEMERAL_STORAGE, MEMORY
from solver.strategies.cpsat.bounds import Counting

if TYPE_CHECKING:
    from collections.abc import Mapping

    from solver.cluster.pod import Pod
    from solver.model.ground import Ground
    from solver.placement import Placement
    from solver.strategies.cpsat.bounds import Shortage

_BYTES = (MEMORY, EPHEMERAL_STORAGE)
_GI = 2**30


def competitors(placement: Placement, ground: Ground) -> Mapping[Pod, str]:
    """For each pending pod the resource that is short, where one resource alone proves that somebody must wait."""
    counting = Counting(ground)
    shortages = {tier: counting.shortage(tier) for tier in dict.fromkeys(pod.priority for pod in placement.pending)}
    found = ((pod, shortages[pod.priority]) for pod in placement.pending)
    return {pod: _sentence(shortage, pod.priority) for pod, shortage in found if shortage is not None}


def _sentence(shortage: Shortage, tier: int) -> str:
    asked, room = (_amount(shortage.resource, amount) for amount in (shortage.asked, shortage.room))
    return f"{shortage.resource}: pods of priority {tier} and above ask for {asked}, all nodes together have {room}"


def _amount(resource: str, amount: int) -> str:
    """Short, for reading."""
    if resource == CPU:
        return f"{amount}m"
    return f"{amount / _GI:.1f}Gi" if resource in _BYTES else str(amount)
