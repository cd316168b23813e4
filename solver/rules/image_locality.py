"""ImageLocality: nodes that have the pod's images already score better.

Source: https://kubernetes.io/docs/reference/scheduling/config/#scheduling-plugins
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from solver.rules.rule import MAX_SCORE, Reach, Rule, Score

if TYPE_CHECKING:
    from collections.abc import Hashable

    from solver.cluster.cluster import Cluster
    from solver.cluster.columns import Column, Places
    from solver.cluster.pod import PodSpec
    from solver.cluster.state import ClusterState

MIB = 1024 * 1024
LEAST = 23 * MIB
MOST_PER_CONTAINER = 1000 * MIB


class ImageLocality(Rule):
    """Only a score: the sizes of the images at hand, each scaled by the share of the nodes that have it."""

    name = "ImageLocality"
    weight = 1

    def score_signature(self, spec: PodSpec, cluster: Cluster) -> Hashable:
        """The images and how many containers there are."""
        return tuple(sorted(spec.images))

    def score(self, spec: PodSpec, state: ClusterState) -> Score:
        """Never skipped."""
        sizes = np.zeros(len(state.nodes), dtype=np.int64)
        for image in spec.images:
            sizes += _scaled_sizes(image, state)
        most = MOST_PER_CONTAINER * len(spec.images)
        clipped = np.minimum(np.maximum(sizes, LEAST), max(most, LEAST))
        return ImageScore(MAX_SCORE * (clipped - LEAST) // (most - LEAST))


class ImageScore(Score):
    """A column that no bind changes."""

    reach = Reach.NOTHING

    def __init__(self, column: Column) -> None:
        self.column = column

    def points(self, feasible: Places) -> Column:
        """From the column."""
        return self.column[feasible]

    @property
    def constant(self) -> int | None:
        """Mostly no node has any of the images."""
        return int(self.column[0]) if len(self.column) and (self.column == self.column[0]).all() else None


def _scaled_sizes(image: str, state: ClusterState) -> Column:
    """``trunc(size × having / all)`` in floating point, on the nodes that have the image."""
    holders = state.once(ImageLocality.name, lambda: Counter(name for node in state.nodes for name in node.images))
    if image not in holders:
        return np.zeros(len(state.nodes), dtype=np.int64)
    sizes = np.array([node.images.get(image, 0) for node in state.nodes], dtype=np.float64)
    return np.trunc(sizes * (holders[image] / len(state.nodes))).astype(np.int64)
