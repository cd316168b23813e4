"""How full a node would be with the pod on it, as kube-scheduler's scoring strategies see it.

Source: https://kubernetes.io/docs/concepts/scheduling-eviction/resource-bin-packing/
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from solver.cluster.resources import CPU, MEMORY
from solver.rules.rule import MAX_SCORE, Reach, Score

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from solver.cluster.columns import Column, Places
    from solver.cluster.pod import PodSpec
    from solver.cluster.state import ClusterState

STANDARD = (CPU, MEMORY, "ephemeral-storage")
"""What every pod takes of; other resources count only for the pods that request them."""


class AllocationStrategy(Protocol):
    """Turns the use of several resources into points."""

    @property
    def weights(self) -> tuple[tuple[str, int], ...]:
        """The resources and what each counts."""

    def points_of(self, requested: NDArray[np.int64], allocatable: NDArray[np.int64]) -> NDArray[np.int64]:
        """Points of each resource (rows) on each node (columns); 0 < allocatable where it matters."""


@dataclass(frozen=True, slots=True)
class LeastAllocated:
    """What is left of the resource, in percent, truncated; 0 where more is requested than there is."""

    weights: tuple[tuple[str, int], ...] = ((CPU, 1), (MEMORY, 1))

    def points_of(self, requested: NDArray[np.int64], allocatable: NDArray[np.int64]) -> NDArray[np.int64]:
        """``(allocatable - requested) × 100 / allocatable``."""
        return np.where(requested > allocatable, 0, (allocatable - requested) * MAX_SCORE // np.maximum(allocatable, 1))


class AllocationScore(Score):
    """The weighted mean of the resources' points; a resource of which the node has none is left out."""

    reach = Reach.NODE

    def __init__(self, spec: PodSpec, state: ClusterState, strategy: AllocationStrategy) -> None:
        self.state = state
        self.strategy = strategy
        scored = {CPU: spec.score_requests.cpu, MEMORY: spec.score_requests.memory}
        asked = {name: scored.get(name, spec.requests.get(name, 0)) for name, _ in strategy.weights}
        counted = [
            (name, weight)
            for name, weight in strategy.weights
            if name in state.rows and (asked[name] or name in STANDARD)
        ]
        self.names = [name for name, _ in counted]
        self.weights = np.array([[weight] for _, weight in counted], dtype=np.int64).reshape(len(counted), 1)
        self.amounts = np.array([[asked[name]] for name in self.names], dtype=np.int64).reshape(len(counted), 1)

    def points(self, feasible: Places) -> Column:
        """Mean of the points, truncated; 0 where nothing counts."""
        state = self.state
        requested = np.stack([self._in_use(name)[feasible] for name in self.names]) + self.amounts
        allocatable = np.stack([state.allocatable[state.rows[name]][feasible] for name in self.names])
        weights = np.where(allocatable > 0, self.weights, 0)
        points = (self.strategy.points_of(requested, allocatable) * weights).sum(axis=0)
        mean: Column = points // np.maximum(weights.sum(axis=0), 1)
        return mean

    def _in_use(self, name: str) -> Column:
        """CPU and memory count stand-ins for containers without requests; the rest counts what is requested."""
        if name == CPU:
            return self.state.occupied[0]
        return self.state.occupied[1] if name == MEMORY else self.state.requested[self.state.rows[name]]
