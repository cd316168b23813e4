"""Whether the requests of a pod fit."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from solver.cluster.resources import is_among
from solver.rules.rule import Codes, Filter, Reach, Rejection

if TYPE_CHECKING:
    from solver.cluster.columns import Column, Mask, Places
    from solver.cluster.pod import PodSpec
    from solver.cluster.state import ClusterState

LACKS_ROOM = 1
TOO_SMALL = 2


class FitFilter(Filter):
    """Code 1: not enough is free; code 2: the node could never hold the pod, evictions or not."""

    PLUGIN = "NodeResourcesFit"
    reach = Reach.NODE
    sums_alone = True

    def __init__(self, spec: PodSpec, state: ClusterState, ignores: frozenset[str] = frozenset()) -> None:
        self.state = state
        checked = (name for name in spec.requests if name in state.rows and not is_among(name, ignores))
        asked = {name: amount for name in checked if (amount := spec.requests[name]) > 0}
        self.names = sorted(asked, key=state.rows.__getitem__)
        self.rows = np.array([state.rows[name] for name in self.names], dtype=np.intp)
        self.amounts = np.array([[asked[name]] for name in self.names], dtype=np.int64).reshape(len(asked), 1)
        self.too_small: Mask = np.any(self.amounts > state.allocatable[self.rows], axis=0)
        self._asked = [(state.rows[name], asked[name]) for name in self.names]
        self._hopeless = np.where(self.too_small, TOO_SMALL, 0).astype(np.uint8)

    def fits_empty(self) -> Mask:
        """Where the pod fits when nothing else is there."""
        room: Mask = self.state.pods_allowed > 0
        return room & ~self.too_small

    def most(self) -> Column:
        """How many such pods an empty node holds."""
        places = [self.state.pods_allowed, *(self.state.allocatable[self.rows] // self.amounts)]
        most: Column = np.min(places, axis=0)
        return most

    def codes(self, at: Places) -> Codes:
        """Per node; too small wins over too full."""
        state = self.state
        full = state.pod_count[at] >= state.pods_allowed[at]
        for row, amount in self._asked:
            full |= state.requested[row][at] > state.allocatable[row][at] - amount
        return np.maximum(full.view(np.uint8), self._hopeless[at])

    def reasons(self, codes: Codes, at: Places) -> Counter[str]:
        """Every node may be short of something else."""
        state = self.state
        counts = {"Too many pods": np.count_nonzero(state.pod_count[at] >= state.pods_allowed[at])}
        for name, (row, amount) in zip(self.names, self._asked, strict=True):
            short = state.requested[row][at] > state.allocatable[row][at] - amount
            counts[f"Insufficient {name}"] = np.count_nonzero(short)
        return +Counter(counts)

    def rejection(self, code: int, node: int) -> Rejection:
        """Every resource that is short."""
        state = self.state
        reasons = ["Too many pods"] if state.pod_count[node] >= state.pods_allowed[node] else []
        free = state.allocatable[self.rows, node] - state.requested[self.rows, node]
        short = self.amounts[:, 0] > free
        reasons += [f"Insufficient {name}" for name, lacking in zip(self.names, short, strict=True) if lacking]
        return Rejection(self.PLUGIN, tuple(reasons), resolvable=code == LACKS_ROOM)
