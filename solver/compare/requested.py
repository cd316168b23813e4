"""What pods request of their nodes, and which resources fill these."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING

from solver.cluster.resources import CPU, MEMORY, PODS, total

if TYPE_CHECKING:
    from collections.abc import Iterable

    from solver.cluster.node import Node
    from solver.placement import Placement

ALWAYS = (CPU, MEMORY)
"""Resources that are looked at in every comparison."""

TELLING_SHARE = 0.5
"""Nodes that are emptier than this say nothing of what will fill them."""


def requested_on(placement: Placement, node: Node) -> dict[str, int]:
    """The requests of a node's pods, their number among them: it is limited, too."""
    pods = placement.pods_on[node]
    return total(pod.spec.requests for pod in pods) | {PODS: len(pods)}


def fullest_resource(placement: Placement, node: Node) -> tuple[str, float]:
    """The resource with the largest requested share of its allocatable, and the share; of equals cpu or memory."""
    requested = requested_on(placement, node)
    shares = [(name, requested.get(name, 0) / amount) for name, amount in node.allocatable.items() if amount]
    return max(sorted(shares, key=lambda pair: (pair[0] not in ALWAYS, pair[0])), key=itemgetter(1), default=(CPU, 0.0))


def telling_resources(placements: Iterable[Placement]) -> tuple[str, ...]:
    """Cpu, memory, and what else is the fullest resource of a used node that is half full of it: what may bind."""
    fullest = (fullest_resource(placement, node) for placement in placements for node in placement.used)
    telling = {resource for resource, share in fullest if share >= TELLING_SHARE}
    return (*ALWAYS, *sorted(telling.difference(ALWAYS)))
