"""How nodes will rank once they have taken a pod, found out for all at once while equal pods follow each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from solver.cluster.columns import Column, Places
    from solver.cluster.pod import PodSpec
    from solver.cluster.state import ClusterState

_UNKNOWN = -2
"""The rank of a node of which it has not been found out."""
_WORTH_A_LOOK = 500
"""For about so many nodes, looking at all of them takes as long as looking at one of them once more."""


class Foresight:
    """The ranks that the nodes would have with one more pod of the spec; true as long as nothing else comes or leaves.

    ``ranked`` gives the ranks of some nodes in the state of the moment, and reads nothing of it but sums of requests.
    All nodes are looked at when single looks have taken as long, so that looking ahead in vain costs no more than that.
    """

    def __init__(self, spec: PodSpec, state: ClusterState, ranked: Callable[[Places], Column]) -> None:
        self._spec = spec
        self._state = state
        self._ranked = ranked
        self._ahead: Column | None = None
        self._looks = 0

    def holds_for(self, spec: PodSpec) -> bool:
        """Whether such a pod takes of a node what the pods looked ahead for would."""
        known = self._spec
        return spec is known or (spec.requests == known.requests and spec.occupied == known.occupied)

    def forget(self) -> None:
        """Something else has happened."""
        self._ahead = None

    def rank(self, place: int) -> int:
        """The rank of the node that has just taken a pod."""
        if self._ahead is not None and (known := int(self._ahead[place])) != _UNKNOWN:
            self._ahead[place] = _UNKNOWN
            return known
        self._looks += 1
        if self._looks * _WORTH_A_LOOK > len(self._state.nodes):
            self._looks = 0
            with self._state.supposing(self._spec):
                self._ahead = self._ranked(self._state.everywhere)
        return int(self._ranked(np.array([place], dtype=np.intp))[0])
