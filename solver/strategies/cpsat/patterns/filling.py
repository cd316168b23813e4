"""From patterns to placements: what the patterns leave is filled with all other pods, tier by tier."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from solver.placement import Placement
from solver.strategies.cpsat.exact.counts import seated
from solver.strategies.cpsat.patterns.task import NodeView
from solver.strategies.work import spend

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from solver.cluster.node import Node
    from solver.cluster.pod import Pod
    from solver.model.ground import Ground
    from solver.model.groups import PodGroup
    from solver.strategies.cpsat.patterns.task import Integers, Task


_LEFT_OUT, _AT_HOME = (0.0, 0.04, 0.08, 0.12), (0.3, 0.6)
"""When a tier is packed anew, these shares of its pods, the largest, wait; these shares of its groups stay at home."""
_EVEN = 2.0
"""How much more than room left over counts room that is left of one resource and not of another."""
_PER_POD = 5e-5
"""What a pod that is put somewhere counts as work: about its seconds."""


class Filling:
    """All restless pods of a ground as counts: a row per group, a column per node."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        view = NodeView(ground)
        self._leaves = view.leaves
        self.groups = tuple(group for group in ground.groups if view.restless(group))
        self._row = {group: row for row, group in enumerate(self.groups)}
        self._homes = view.homes(self.groups)
        self._requests = view.requests(self.groups)
        self._room = view.room(self.groups)
        self._reach = view.reach(self.groups, self._homes)
        self._sizes = np.array([view.restless(group) for group in self.groups], dtype=np.int64)
        largest = np.maximum(self._room.max(axis=0, initial=1), 1)
        shares = self._requests / largest
        self._scale = 1 / largest
        self._asked = np.flatnonzero(self._requests.any(axis=0))[1:]
        self._sizes_of = (shares.sum(axis=1), shares.max(axis=1, initial=0))

    def placements(self, task: Task, filled: Mapping[Node, Integers], pinned: int | None) -> Iterator[Placement]:
        """The patterns' pods where they are, those from the ``pinned`` priority up at home, others as they fit."""
        counts = np.zeros_like(self._homes)
        for row, group in enumerate(self.groups):
            if pinned is not None and group.priority >= pinned:
                counts[row] = self._homes[row]
        rows = [self._row[group] for group in task.groups]
        for node, pods in filled.items():
            counts[rows, self._ground.column[node]] += pods
        for size in self._sizes_of:
            yield self._placement(self._completed(counts.copy(), size))

    def repacked(self, placement: Placement, tier: int) -> Iterator[Placement]:
        """Tiers above as they are in a placement; the tier's largest pods come last, some groups stay, all others move.

        Where not all fit, the largest are those to leave out; the largest that are not stay at home.
        """
        fixed = self._counted(placement)
        fixed[[group.priority <= tier for group in self.groups]] = 0
        size = self._sizes_of[0]
        rows = sorted(
            (row for row, group in enumerate(self.groups) if group.priority == tier), key=lambda row: -size[row]
        )
        for left_out in _LEFT_OUT:
            wanted = self._without_largest(rows, left_out)
            whole = [row for row in rows if wanted[row] == self._sizes[row]]
            for share in _AT_HOME:
                counts = fixed.copy()
                at_home = whole[: int(len(whole) * share)]
                counts[at_home] = self._homes[at_home]
                room = self._room - counts.T @ self._requests
                if (room < 0).any():
                    continue
                for row in rows:
                    self._insert(row, counts, room, int(wanted[row]))
                yield self._placement(self._completed(counts, size))

    def _without_largest(self, rows: Sequence[int], share: float) -> Integers:
        """The pods of each group, less this share of all pods of these groups, the first ones."""
        wanted = self._sizes.copy()
        left_out = int(wanted[rows].sum() * share)
        for row in rows:
            dropped = min(left_out, int(wanted[row]))
            wanted[row] -= dropped
            left_out -= dropped
        return wanted

    def _counted(self, placement: Placement) -> Integers:
        """The restless pods of a placement."""
        counts = np.zeros_like(self._homes)
        for group, row in self._row.items():
            for pod in group.pods if self._leaves(group) else group.pending:
                node = placement.node_of.get(pod)
                if node is not None:
                    counts[row, self._ground.column[node]] += 1
        return counts

    def _completed(self, counts: Integers, size: NDArray[np.float64]) -> Integers:
        """From the top tier down: who fits stays at home, then the largest go where the least is left."""
        room = self._room - counts.T @ self._requests
        for tier in sorted({group.priority for group in self.groups}, reverse=True):
            rows = [row for row, group in enumerate(self.groups) if group.priority == tier]
            rows.sort(key=lambda row: -size[row])
            for row in rows:
                self._stay(row, counts, room)
            for row in rows:
                self._insert(row, counts, room, int(self._sizes[row]))
        return counts

    def _stay(self, row: int, counts: Integers, room: Integers) -> None:
        for place in np.flatnonzero(self._homes[row] > counts[row]):
            for _ in range(int(self._homes[row, place] - counts[row, place])):
                if counts[row].sum() == self._sizes[row] or not (room[place] >= self._requests[row]).all():
                    break
                counts[row, place] += 1
                room[place] -= self._requests[row]

    def _insert(self, row: int, counts: Integers, room: Integers, wanted: int) -> None:
        """One by one up to the wanted number, where the least is left and what is left is even."""
        for _ in range(wanted - int(counts[row].sum())):
            fits = (room >= self._requests[row]).all(axis=1) & (counts[row] < self._reach[row])
            if not fits.any():
                break
            shares = (room - self._requests[row])[:, self._asked] * self._scale[self._asked]
            uneven = shares.max(axis=1, initial=0) - shares.min(axis=1, initial=1)
            left = np.where(fits, shares.sum(axis=1) + _EVEN * uneven, np.inf)
            place = int(left.argmin())
            spend(_PER_POD)
            counts[row, place] += 1
            room[place] -= self._requests[row]

    def _placement(self, counts: Integers) -> Placement:
        cluster = self._ground.cluster
        node_of: dict[Pod, Node] = {}
        for group in self._ground.groups:
            node_of |= self._seats(group, counts)
        return Placement(cluster, {pod: node_of[pod] for pod in cluster.pods if pod in node_of})

    def _seats(self, group: PodGroup, counts: Integers) -> Mapping[Pod, Node]:
        if group not in self._row or not self._leaves(group):
            node_of = {pod: node for node, pods in group.bound.items() for pod in pods}
        else:
            node_of = {}
        if group not in self._row:
            return node_of
        row, column = self._row[group], self._ground.column
        leaving: list[Pod] = []
        places = counts[row].copy()
        for node, pods in group.bound.items() if self._leaves(group) else ():
            stays = min(int(places[column[node]]), len(pods))
            places[column[node]] -= stays
            node_of |= dict.fromkeys(pods[:stays], node)
            leaving += pods[stays:]
        nodes = self._ground.cluster.nodes
        free = [nodes[place] for place in np.flatnonzero(places) for _ in range(int(places[place]))]
        moved = max(0, len(free) - len(group.pending))
        return node_of | seated(leaving, moved, group.pending, free)
