"""Where a pod group could be at all, in few words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from solver.cluster.topology import ZONE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from solver.cluster.node import Node
    from solver.model.ground import Ground
    from solver.model.groups import PodGroup

_KEYS = (ZONE, "topology.kubernetes.io/region")
_NAMED = 3


def where(group: PodGroup, ground: Ground) -> str:
    """``on all nodes``, ``in topology.kubernetes.io/zone=a``, ``on n1, n2``, or the number of nodes."""
    nodes = ground.cluster.nodes
    able = [nodes[place] for place in np.flatnonzero(ground.most(group)).tolist()]
    if len(able) == len(nodes):
        return "on all nodes"
    domain = _domain(able, nodes)
    if domain is not None:
        return f"in {domain}"
    if len(able) <= _NAMED:
        return f"on {', '.join(node.name for node in able)}"
    return f"on the {len(able):,} nodes where it could be"


def _domain(able: Sequence[Node], nodes: Sequence[Node]) -> str | None:
    """The one domain of a usual key that has these nodes and no others."""
    for key in _KEYS:
        values = {node.labels.get(key) for node in able}
        value = values.pop() if len(values) == 1 else None
        if value is not None and sum(node.labels.get(key) == value for node in nodes) == len(able):
            return f"{key}={value}"
    return None
