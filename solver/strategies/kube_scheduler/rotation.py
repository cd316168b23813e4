"""Which nodes a cycle looks at where not all are scored: in turn, from where the last search ended.

kube-scheduler searches with several threads, so that its own stopping place differs a little from run to run; here it
is that of a search with one.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import chain, zip_longest
from typing import TYPE_CHECKING

import numpy as np

from solver.cluster.topology import REGION, ZONE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from solver.cluster.columns import Places
    from solver.cluster.node import Node
    from solver.cluster.state import ClusterState
    from solver.rules.profile import Profile

_OLD_ZONE = "failure-domain.beta.kubernetes.io/zone"
_OLD_REGION = "failure-domain.beta.kubernetes.io/region"


class Rotation:
    """The nodes zone by zone in turn, where the next search starts, and how many feasible ones end it."""

    def __init__(self, state: ClusterState, profile: Profile) -> None:
        names = (node.name for node in interleaved(state.cluster.nodes))
        self.order = np.array([state.place[name] for name in names], dtype=np.intp)
        self.start = 0
        self._profile = profile

    def search(self, feasible: Places, among: Places) -> tuple[Places, Places]:
        """Of the feasible nodes among these, those that are found before the search ends, and all that it looks at."""
        order = self.order if len(among) == len(self.order) else self.order[np.isin(self.order, among)]
        enough = self._profile.enough(len(order))
        if len(feasible) <= enough:
            return feasible, among
        turns = np.roll(order, -(self.start % len(order)))
        found = np.flatnonzero(np.isin(turns, feasible))
        # It is the next feasible node that tells the search to stop.
        return np.sort(turns[found[:enough]]), np.sort(turns[: found[enough]])

    def advance(self, looked_at: int) -> None:
        """A search has looked at so many nodes."""
        if len(self.order):
            self.start = (self.start + looked_at) % len(self.order)


def interleaved(nodes: Sequence[Node]) -> list[Node]:
    """The first node of each zone, then the second of each, and so on; zones and nodes in the order of the input."""
    by_zone: defaultdict[tuple[str, str], list[Node]] = defaultdict(list)
    for node in nodes:
        by_zone[_zone_of(node)].append(node)
    return [node for node in chain.from_iterable(zip_longest(*by_zone.values())) if node is not None]


def _zone_of(node: Node) -> tuple[str, str]:
    """Region and zone; the labels of old come before today's."""
    labels = node.labels
    return labels.get(_OLD_REGION, labels.get(REGION, "")), labels.get(_OLD_ZONE, labels.get(ZONE, ""))
