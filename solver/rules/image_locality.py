"""ImageLocality: nodes that have the pod's images already score better.

Source: https://kubernetes.io/docs/reference/scheduling/config/#scheduling-plugins
"""

from __future__ import annotations

from collections import defaultdict
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
        holders = state.once(self.name, lambda: _holders(state))
        sizes = np.zeros(len(state.nodes), dtype=np.int64)
        for image in spec.images:
            if image in holders:
                size, places = holders[image]
                sizes[places] += int(size * (len(places) / len(state.nodes)))
        most = max(MOST_PER_CONTAINER * len(spec.images), LEAST + 1)
        return ImageScore(MAX_SCORE * (np.clip(sizes, LEAST, most) - LEAST) // (most - LEAST))


class ImageScore(Score):
    """A column that no bind changes; mostly no node has any of the images."""

    reach = Reach.NOTHING

    def __init__(self, column: Column) -> None:
        self._constant = int(column[0]) if len(column) and (column == column[0]).all() else None
        self._column = column if self._constant is None else None

    def points(self, feasible: Places) -> Column:
        """From the column."""
        if self._column is None:
            return np.full(len(feasible), self._constant or 0, dtype=np.int64)
        return self._column[feasible]

    @property
    def constant(self) -> int | None:
        """The points, where they are the same everywhere."""
        return self._constant


def _holders(state: ClusterState) -> dict[str, tuple[int, Places]]:
    """By image, its size and where it is; the size on the first node holds for all, as in kube-scheduler's cache."""
    sizes: dict[str, int] = {}
    places: defaultdict[str, set[int]] = defaultdict(set)
    for node in state.cluster.nodes:
        for image, size in node.images.items():
            sizes.setdefault(image, size)
            places[image].add(state.place[node.name])
    return {image: (size, np.array(sorted(places[image]), dtype=np.intp)) for image, size in sizes.items()}
