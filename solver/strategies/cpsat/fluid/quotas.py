"""Even shares of domains: how many pods of a group may still come to each domain that it spreads over."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from solver.strategies.cpsat.fluid.rows import Floats, Ints


@dataclass(frozen=True, eq=False)
class Shares:
    """How many pods of the group in ``row`` each domain, an array of nodes, is to have.

    ``open`` are the domains that will be there; what is in one of them is at most ``skew`` above the least of them, or
    ``skew`` in all where the least counts as 0 (``zero``).
    """

    row: int
    domains: tuple[Ints, ...]
    most: Ints
    open: tuple[bool, ...]
    skew: int
    zero: bool

    def beyond(self, counts: Ints) -> Ints:
        """Per domain, how many pods are too many where the domains have these ``counts``."""
        least = (
            0 if self.zero else min((int(n) for n, there in zip(counts, self.open, strict=True) if there), default=0)
        )
        excess: Ints = np.maximum(counts - self.skew - least, 0)
        return excess


class Quotas:
    """For groups: ``zone`` has the domain of each node (-1: it takes none), ``most`` what is left for each domain.

    Both have one row for each of ``rows``, the groups' places in the supply.
    """

    def __init__(self, shares: Sequence[Shares], nodes: int) -> None:
        self.rows: Ints = np.array([each.row for each in shares], dtype=np.int64)
        widest = max((len(each.most) for each in shares), default=0)
        self.zone: Ints = np.full((len(shares), nodes), -1, dtype=np.int64)
        self.most: Ints = np.zeros((len(shares), widest), dtype=np.int64)
        for at, each in enumerate(shares):
            self.most[at, : len(each.most)] = each.most
            for number, places in enumerate(each.domains):
                self.zone[at, places] = number

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

    @cached_property
    def _at(self) -> dict[int, int]:
        return {row: at for at, row in enumerate(self.rows.tolist())}


def even(pods: int, wished: Floats, open_: Sequence[bool]) -> Ints:
    """Equal shares of the domains that are open; those with most ``wished`` take what does not divide."""
    shares = np.zeros(len(open_), dtype=np.int64)
    there = np.flatnonzero(open_)
    if not len(there):
        return shares
    shares[there] = pods // len(there)
    order = there[np.argsort(-(wished[there] - shares[there]), kind="stable")]
    shares[order[: pods % len(there)]] += 1
    return shares
