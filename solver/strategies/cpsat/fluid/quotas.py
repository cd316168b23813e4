"""Even shares of domains: how many pods of a group may still come to each domain that it spreads over."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from solver.strategies.cpsat.fluid.limits import Level
    from solver.strategies.cpsat.fluid.supply import Ints


class Quotas:
    """For groups: ``zone`` has the domain of each node (-1: it takes none), ``most`` what is left for each domain.

    Both have one row for each of ``rows``, the groups' places in the supply.
    """

    def __init__(self, levels: Mapping[int, Level], pods: Ints, nodes: int) -> None:
        """``levels`` are the constraints by group, ``pods`` what is to be placed of every group."""
        self.rows: Ints = np.array(list(levels), dtype=np.int64)
        widest = max((len(level.receiving) for level in levels.values()), default=0)
        self.zone: Ints = np.full((len(levels), nodes), -1, dtype=np.int64)
        self.most: Ints = np.zeros((len(levels), widest), dtype=np.int64)
        for at, (row, level) in enumerate(levels.items()):
            for number, places in enumerate(level.receiving):
                self.zone[at, places] = number
            even = _even(int(pods[row]), len(level.receiving))
            self.most[at, : len(even)] = np.minimum(even, level.skew) if level.zero else even
        self._at = {row: at for at, row in enumerate(levels)}

    def left(self, place: int) -> Ints:
        """What may still come to the node, one number for each of ``rows``."""
        if not len(self.rows):
            return np.zeros(0, dtype=np.int64)
        zone = self.zone[:, place]
        left: Ints = np.where(zone >= 0, self.most[np.arange(len(zone)), zone], 0)
        return left

    def take(self, place: int, pods: Ints) -> None:
        """So many pods of each group (of all groups) come to the node, or leave it where negative."""
        taken = pods[self.rows]
        at = np.flatnonzero(taken)
        self.most[at, self.zone[at, place]] -= taken[at]

    def of(self, row: int) -> tuple[Ints, Ints] | None:
        """The domain of each node and what is left in each domain; None for a group without shares."""
        at = self._at.get(row)
        return None if at is None else (self.zone[at], self.most[at])


def _even(pods: int, zones: int) -> Ints:
    """Equal shares; the first zones take what does not divide."""
    even = np.full(zones, pods // zones, dtype=np.int64)
    even[: pods % zones] += 1
    return even
