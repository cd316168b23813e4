"""How full a node would be with the pod on it, as kube-scheduler's scoring strategies see it.

Source: https://kubernetes.io/docs/concepts/scheduling-eviction/resource-bin-packing/
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
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


Weights = tuple[tuple[str, int], ...]
"""Resources and what each counts."""

CPU_AND_MEMORY: Weights = ((CPU, 1), (MEMORY, 1))


class AllocationStrategy(Protocol):
    """Turns the use of several resources into points."""

    @property
    def weights(self) -> Weights:
        """The resources and what each counts."""

    @property
    def counts_zeros(self) -> bool:
        """Whether a resource of 0 points counts in the mean, which then is truncated; otherwise it is rounded."""

    def points_of(self, requested: Column, allocatable: Column) -> Column:
        """The points of one resource on each node; what they are where nothing is allocatable does not matter."""


@dataclass(frozen=True)
class LeastAllocated:
    """What is left of the resource, in percent, truncated; 0 where more is requested than there is."""

    weights: Weights = CPU_AND_MEMORY
    counts_zeros: bool = True

    def points_of(self, requested: Column, allocatable: Column) -> Column:
        """``(allocatable - requested) × 100 / allocatable``."""
        points: Column = np.maximum((allocatable - requested) * MAX_SCORE // np.maximum(allocatable, 1), 0)
        return points


@dataclass(frozen=True)
class MostAllocated:
    """What is taken of the resource, in percent, truncated; 100 where more is requested than there is."""

    weights: Weights = CPU_AND_MEMORY
    counts_zeros: bool = True

    def points_of(self, requested: Column, allocatable: Column) -> Column:
        """``requested × 100 / allocatable``."""
        points: Column = np.minimum(requested, allocatable) * MAX_SCORE // np.maximum(allocatable, 1)
        return points


@dataclass(frozen=True)
class RequestedToCapacityRatio:
    """Points by utilisation, along straight lines between the corners of ``shape``: (percent, points), ascending.

    Before the first corner and after the last the line is flat; more requested than there is counts as all of it.
    """

    shape: tuple[tuple[int, int], ...]
    weights: Weights = CPU_AND_MEMORY
    counts_zeros: bool = False

    def points_of(self, requested: Column, allocatable: Column) -> Column:
        """Looked up by the utilisation in percent, truncated."""
        percent = np.minimum(requested, allocatable) * 100 // np.maximum(allocatable, 1)
        points: Column = self._points_at[percent]
        return points

    @cached_property
    def _points_at(self) -> Column:
        return np.array([self._points(percent) for percent in range(101)], dtype=np.int64)

    def _points(self, percent: int) -> int:
        """In integers, truncated towards the earlier corner."""
        previous, points = self.shape[0]
        for corner, at_corner in self.shape:
            if percent <= corner:
                way = (at_corner - points) * (percent - previous)
                return points + int(math.copysign(abs(way) // max(corner - previous, 1), way))
            previous, points = corner, at_corner
        return points


class AllocationScore(Score):
    """The weighted mean of the resources' points; a resource of which the node has none is left out."""

    reach = Reach.NODE
    sums_alone = True

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
        """Mean of the points; 0 where nothing counts."""
        total = np.zeros(len(feasible), dtype=np.int64)
        scoring = np.zeros(len(feasible), dtype=np.int64)
        for in_use, room, amount, weight in self._parts:
            allocatable = room[feasible]
            points = self.strategy.points_of(in_use[feasible] + amount, allocatable) * (allocatable > 0)
            total += weight * points
            if not self.strategy.counts_zeros:
                scoring += weight * (points > 0)
        mean: Column
        if self.strategy.counts_zeros:
            mean = total // self._weights[feasible]
        else:
            scoring = np.maximum(scoring, 1)
            mean = (2 * total + scoring) // (2 * scoring)
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
