"""Nodes whose free capacity is of no use: no pod group of the scenario would fit there.

A group fits a node when its requests fit into what is free and the node itself would take it: not cordoned, taints
tolerated, node affinity met. Rules that depend on where other pods are play no part: fragmentation is about capacity.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from solver.cluster.resources import PODS, Resources
from solver.cluster.taints import UNSCHEDULABLE, first_untolerated
from solver.compare.requested import requested_on

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from solver.cluster.node import Node
    from solver.cluster.pod import PodSpec
    from solver.placement import Placement


@dataclass(frozen=True, slots=True)
class FreeCapacity:
    """Allocatable less requests: per resource one amount per node, in the nodes' order, ``pods`` included.

    ``stranded`` marks the nodes that would take no further pod of any group; None where there is no group at all.
    """

    amounts: Mapping[str, NDArray[np.int64]]
    stranded: NDArray[np.bool_] | None

    def fragmentation(self, resource: str) -> float | None:
        """The share of what is free that lies on stranded nodes; None where nothing is free, or nobody could use it."""
        if self.stranded is None or resource not in self.amounts:
            return None
        free = self.amounts[resource].clip(min=0)
        total_free = int(free.sum())
        return int(free[self.stranded].sum()) / total_free if total_free else None


def free_capacity(placement: Placement) -> FreeCapacity:
    """What a finished placement leaves free, and where it is of no use."""
    import numpy as np

    nodes = placement.cluster.nodes
    amounts = _columns([_free_on(placement, node) for node in nodes])
    groups = _groups(placement)
    if not groups:
        return FreeCapacity(amounts, None)
    stranded = np.ones(len(nodes), dtype=np.bool_)
    for spec in groups:
        for number in np.flatnonzero(stranded & _fits(spec, amounts)):
            stranded[number] = not admits(nodes[number], spec)
    return FreeCapacity(amounts, stranded)


def _free_on(placement: Placement, node: Node) -> dict[str, int]:
    taken = requested_on(placement, node)
    return {name: amount - taken.get(name, 0) for name, amount in node.allocatable.items()}


def _columns(free: Sequence[Resources]) -> dict[str, NDArray[np.int64]]:
    """Per resource, what is free on each node."""
    import numpy as np

    names = dict.fromkeys(name for amounts in free for name in amounts)
    return {name: np.array([amounts.get(name, 0) for amounts in free], dtype=np.int64) for name in names}


def _groups(placement: Placement) -> list[PodSpec]:
    """The distinct pods that could run anywhere."""
    cluster = placement.cluster
    return list(dict.fromkeys(pod.spec for pod in (*cluster.bound, *cluster.pending) if pod.movable))


def _fits(spec: PodSpec, column: dict[str, NDArray[np.int64]]) -> NDArray[np.bool_]:
    """Whether the requests fit into what is free on each node, one more pod among them."""
    import numpy as np

    fits = np.asarray(column.get(PODS, 0) >= np.int64(1))
    for name, amount in spec.requests.items():
        if amount:
            fits = fits & (column.get(name, np.int64(0)) >= amount)
    return fits


def admits(node: Node, spec: PodSpec) -> bool:
    """Whether the node itself would take the pod, however full it is."""
    if node.unschedulable and not UNSCHEDULABLE.tolerated_by(spec.tolerations):
        return False
    if any(node.labels.get(key) != value for key, value in spec.node_selector.items()):
        return False
    if not spec.node_affinity.allows(node.name, node.labels):
        return False
    return first_untolerated(node.taints, spec.tolerations) is None
