"""NodeResourcesBalancedAllocation: nodes where cpu and memory are used alike score better.

Source: https://kubernetes.io/docs/reference/scheduling/config/#scheduling-plugins
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from solver.cluster.resources import CPU, MEMORY
from solver.rules.node_resources_fit.score import STANDARD
from solver.rules.rule import MAX_SCORE, Reach, Rule, Score

if TYPE_CHECKING:
    from collections.abc import Hashable

    from numpy.typing import NDArray

    from solver.cluster.cluster import Cluster
    from solver.cluster.columns import Column, Places
    from solver.cluster.pod import PodSpec
    from solver.cluster.state import ClusterState


class NodeResourcesBalancedAllocation(Rule):
    """Only a score: one less the standard deviation of the fractions in use."""

    name = "NodeResourcesBalancedAllocation"
    weight = 1

    def __init__(self, resources: tuple[str, ...] = (CPU, MEMORY)) -> None:
        self.resources = resources

    def score_signature(self, spec: PodSpec, cluster: Cluster) -> Hashable:
        """The requests of the resources in balance."""
        return tuple(spec.requests.get(name, 0) for name in self.resources)

    def score(self, spec: PodSpec, state: ClusterState) -> Score | None:
        """Skipped for pods that request none of the resources."""
        asked = {name: spec.requests.get(name, 0) for name in self.resources if name in state.rows}
        return BalanceScore(asked, state) if any(asked.values()) else None


class BalanceScore(Score):
    """Computed in floating point, as kube-scheduler does: ``trunc((1 - deviation) × 100)``."""

    reach = Reach.NODE
    sums_alone = True

    def __init__(self, asked: dict[str, int], state: ClusterState) -> None:
        counted = {name: amount for name, amount in asked.items() if amount or name in STANDARD}
        self._parts = [
            (state.requested[state.rows[name]], state.allocatable[state.rows[name]], amount)
            for name, amount in counted.items()
        ]
        self._is_a_pair = len(counted) == 2 and all((room > 0).all() for _, room, _ in self._parts)

    def points(self, feasible: Places) -> Column:
        """A resource of which the node has none is left out; fractions are capped at 1."""
        if self._is_a_pair:
            (used, room, amount), (used_too, room_too, amount_too) = self._parts
            first = np.minimum((used[feasible] + amount) / room[feasible], 1.0)
            second = np.minimum((used_too[feasible] + amount_too) / room_too[feasible], 1.0)
            points: Column = ((1 - np.abs((first - second) / 2)) * MAX_SCORE).astype(np.int64)
            return points
        requested = np.array([used[feasible] + amount for used, _, amount in self._parts])
        allocatable = np.array([room[feasible] for _, room, _ in self._parts])
        return ((1 - _deviation(requested, allocatable)) * MAX_SCORE).astype(np.int64)


def _deviation(requested: NDArray[np.int64], allocatable: NDArray[np.int64]) -> NDArray[np.float64]:
    """Per node, over the resources (first axis) that it has: half the difference of two, else the deviation."""
    present = allocatable > 0
    fractions = np.where(present, np.minimum(requested / np.maximum(allocatable, 1), 1.0), 0.0)
    count = present.sum(axis=0)
    mean = fractions.sum(axis=0) / np.maximum(count, 1)
    squares = np.where(present, (fractions - mean) ** 2, 0.0).sum(axis=0)
    highest = np.where(present, fractions, -np.inf).max(axis=0, initial=-np.inf)
    lowest = np.where(present, fractions, np.inf).min(axis=0, initial=np.inf)
    spread = np.sqrt(squares / np.maximum(count, 1))
    with np.errstate(invalid="ignore"):
        halved = np.abs((highest - lowest) / 2)
    return np.where(count > 2, spread, np.where(count == 2, halved, 0.0))
