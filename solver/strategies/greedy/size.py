"""How large a pod is, and how full a node: by the dominant share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from solver.cluster.devices import DEVICE, GPU, asked_milli

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from solver.cluster.cluster import Cluster
    from solver.cluster.columns import Places
    from solver.cluster.pod import Pod
    from solver.cluster.state import ClusterState


def decreasing(cluster: Cluster) -> tuple[Pod, ...]:
    """The pending pods by priority, then by the largest share that they take of the largest node that could be.

    A share of a GPU device counts as such a part of a whole one.
    """
    capacity = _capacity(cluster)

    def size(pod: Pod) -> float:
        shares = [amount / capacity.get(name, amount) for name, amount in pod.spec.requests.items() if amount]
        devices = asked_milli(pod.spec) / (capacity[GPU] * DEVICE) if GPU in capacity else 0.0
        return max(devices, *shares, 0.0)

    sizes = {spec: size(pod) for pod in cluster.pending for spec in (pod.spec,)}
    return tuple(sorted(cluster.pending, key=lambda pod: (-pod.priority, -sizes[pod.spec])))


def fullness(state: ClusterState, places: Places) -> NDArray[np.float64]:
    """The sum over resources of the share that is taken, of nodes at these places."""
    allocatable = state.allocatable[:, places]
    shares: NDArray[np.float64] = np.divide(
        state.requested[:, places], allocatable, out=np.zeros(allocatable.shape), where=allocatable > 0
    )
    fullest: NDArray[np.float64] = shares.sum(axis=0)
    return fullest


def _capacity(cluster: Cluster) -> dict[str, int]:
    """What the largest node has of each resource: the yardstick for sizes."""
    capacity: dict[str, int] = {}
    for node in (*cluster.nodes, *(template for pool in cluster.pools for template in pool.templates)):
        for name, amount in node.allocatable.items():
            capacity[name] = max(capacity.get(name, 0), amount)
    return {name: amount for name, amount in capacity.items() if amount}
