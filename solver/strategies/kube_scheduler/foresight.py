"""How nodes will rank once they have taken pods, found out for all at once while equal pods follow each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from solver.cluster.columns import Column, Places
    from solver.cluster.pod import PodSpec
    from solver.cluster.state import ClusterState

_WORTH_A_LOOK = 500
"""For about so many nodes, looking at all of them takes as long as looking at one of them once more."""
_DEEPEST = 16
"""So many pods more on each node at most, 8 bytes each."""


class Foresight:
    """The ranks that the nodes would have with further pods of the spec; true as long as nothing else comes or leaves.

    ``ranked`` gives the ranks of some nodes in the state of the moment, and reads nothing of it but sums of requests.
    All nodes are looked at when single looks have taken as long, for twice as many pods as the last time; and less and
    less often while that does not pay, so that looking ahead in vain costs little.
    """

    def __init__(self, spec: PodSpec, state: ClusterState, ranked: Callable[[Places], Column]) -> None:
        self._spec = spec
        self._state = state
        self._ranked = ranked
        self._ahead: list[Column] = []
        self._taken: Column = np.zeros(0, dtype=np.int64)
        self._depth = 1
        self._patience = 1
        self._looks = 0
        self._known = 0

    def holds_for(self, spec: PodSpec) -> bool:
        """Whether such a pod takes of a node what the pods looked ahead for would."""
        known = self._spec
        return spec is known or (spec.requests == known.requests and spec.occupied == known.occupied)

    def forget(self) -> None:
        """Something else has happened."""
        self._ahead = []

    def rank(self, place: int) -> int:
        """The rank of the node that has just taken a pod."""
        if self._ahead and (taken := int(self._taken[place])) < len(self._ahead):
            self._taken[place] += 1
            self._known += 1
            return int(self._ahead[taken][place])
        self._looks += 1
        if self._looks > self._patience * self._cost:
            self._look_ahead()
        return int(self._ranked(np.array([place], dtype=np.intp))[0])

    @property
    def _cost(self) -> int:
        """Of looking at all nodes, in single looks."""
        return self._depth * len(self._state.nodes) // _WORTH_A_LOOK

    def _look_ahead(self) -> None:
        """At every node, with one pod more and so on; the state is that after the last pod has come."""
        if self._ahead:
            self._patience = 1 if self._known >= self._cost else 2 * self._patience
            self._depth = min(2 * self._depth, _DEEPEST)
        self._looks = self._known = 0
        self._taken = np.zeros(len(self._state.nodes), dtype=np.int64)
        self._ahead = []
        for pods in range(1, self._depth + 1):
            with self._state.supposing(self._spec, pods):
                self._ahead.append(self._ranked(self._state.everywhere))
