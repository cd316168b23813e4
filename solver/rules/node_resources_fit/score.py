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

    def points_of(self, requested: Column, allocatable: Column) -> Column:
        """The points of one resource on each node; what they are where nothing is allocatable does not matter."""


@dataclass(frozen=True, slots=True)
class LeastAllocated:
    """What is left of the resource, in percent, truncated; 0 where more is requested than there is."""

    weights: tuple[tuple[str, int], ...] = ((CPU, 1), (MEMORY, 1))

    def points_of(self, requested: Column, allocatable: Column) -> Column:
        """``(allocatable - requested) × 100 / allocatable``."""
        points: Column = np.maximum((allocatable - requested) * MAX_SCORE // np.maximum(allocatable, 1), 0)
        return points


class AllocationScore(Score):
    """The weighted mean of the resources' points; a resource of which the node has none is left out."""

    reach = Reach.NODE

    def __init__(self, spec: PodSpec, state: ClusterState, strategy: AllocationStrategy) -> None:
        self.strategy = strategy
        scored = {CPU: spec.score_requests.cpu, MEMORY: spec.score_requests.memory}
        asked = {name: scored.get(name, spec.requests.get(name, 0)) for name, _ in strategy.weights}
        counted = [
            (name, weight)
            for name, weight in strategy.weights
            if name in state.rows and (asked[name] or name in STANDARD)
        ]
        self._parts = [
            (_in_use(name, state), state.allocatable[state.rows[name]], asked[name], weight) for name, weight in counted
        ]
        self._weights = state.once(("weights", *counted), self._weights_by_node)

    def points(self, feasible: Places) -> Column:
        """Mean of the points, truncated; 0 where nothing counts."""
        total = np.zeros(len(feasible), dtype=np.int64)
        for in_use, room, amount, weight in self._parts:
            allocatable = room[feasible]
            points = weight * self.strategy.points_of(in_use[feasible] + amount, allocatable)
            total += points * (allocatable > 0)
        mean: Column = total // self._weights[feasible]
        return mean

    def _weights_by_node(self) -> Column:
        """The sum of the weights that count on each node; at least 1."""
        weights: Column = np.maximum(sum(weight * (room > 0) for _, room, _, weight in self._parts), 1)
        return weights


def _in_use(name: str, state: ClusterState) -> Column:
    """CPU and memory count stand-ins for containers without requests; the rest counts what is requested."""
    if name not in (CPU, MEMORY):
        requested: Column = state.requested[state.rows[name]]
        return requested
    occupied: Column = state.occupied[0 if name == CPU else 1]
    return occupied
