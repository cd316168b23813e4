"""Pods counted per topology domain, with the least count at hand."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from solver.cluster.node import Node


class DomainCounts:
    """How many pods stand in each domain. Only nodes in ``domain_of`` count, and all their domains do from the start.

    ``lowest`` is kept by a histogram of the counts: a domain that leaves the lowest level alone lifts it by one.
    """

    def __init__(self, domain_of: Mapping[Node, str]) -> None:
        self._domain_of = domain_of
        self.counts = dict.fromkeys(domain_of.values(), 0)
        self.lowest = 0
        self._domains_with = Counter({0: len(self.counts)})

    def __len__(self) -> int:
        """The number of eligible domains."""
        return len(self.counts)

    def add(self, node: Node) -> None:
        """One more pod on the node."""
        domain = self._domain_of.get(node)
        if domain is None:
            return
        before = self._shift(domain, 1)
        if before == self.lowest and not self._domains_with[before]:
            self.lowest = before + 1

    def remove(self, node: Node) -> None:
        """One pod less on the node."""
        domain = self._domain_of.get(node)
        if domain is not None:
            self.lowest = min(self.lowest, self._shift(domain, -1) - 1)

    def _shift(self, domain: str, step: int) -> int:
        """Change the count of a domain; returns what it was."""
        before = self.counts[domain]
        self.counts[domain] = before + step
        self._domains_with[before] -= 1
        self._domains_with[before + step] += 1
        return before
