"""What pods request of their nodes, and which resources fill these."""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.cluster.resources import CPU, MEMORY, PODS, total

if TYPE_CHECKING:
    from collections.abc import Iterable

    from solver.cluster.node import Node
    from solver.placement import Placement

ALWAYS = (CPU, MEMORY)
"""Resources that are looked at in every comparison."""


def requested_on(placement: Placement, node: Node) -> dict[str, int]:
    """The requests of a node's pods, their number among them: it is limited, too."""
    pods = placement.pods_on[node]
    return total(pod.spec.requests for pod in pods) | {PODS: len(pods)}


def fullest_resource(placement: Placement, node: Node) -> str:
    """The resource with the largest requested share of its allocatable; of equals cpu or memory."""
    requested = requested_on(placement, node)
    offered = [name for name, amount in node.allocatable.items() if amount]
    return max(
        sorted(offered, key=lambda name: (name not in ALWAYS, name)),
        key=lambda name: requested.get(name, 0) / node.allocatable[name],
        default=CPU,
    )


def telling_resources(placements: Iterable[Placement]) -> tuple[str, ...]:
    """Cpu, memory, and whatever else is the fullest resource of some used node: what keeps further pods out."""
    fullest = {fullest_resource(placement, node) for placement in placements for node in placement.used}
    return (*ALWAYS, *sorted(fullest.difference(ALWAYS)))
