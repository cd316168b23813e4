"""Node pools: nodes of one size and price, of which more may be opened."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from solver.cluster.topology import HOSTNAME

if TYPE_CHECKING:
    from solver.cluster.node import Node


@dataclass(frozen=True, slots=True)
class NodePool:
    """Up to ``openable`` further nodes, over all zones together, each a copy of the zone's template.

    The pool's first nodes (``count``, or ``min``) are nodes of the cluster already; the next one in zone i has the
    number ``taken[i]``: so many are there or, where other nodes have such names, it is more. Template names are
    prefixes: ``POOL-ZONE``, or ``POOL`` where the pool names no zones.
    """

    name: str
    templates: tuple[Node, ...]
    taken: tuple[int, ...]
    openable: int

    def node(self, zone: int, rank: int) -> Node:
        """The ``rank``-th node (from 0) that can still be opened in the zone of that index."""
        return numbered(self.templates[zone], self.taken[zone] + rank)


def numbered(template: Node, number: int) -> Node:
    """The template as a node of its own, named by its number."""
    name = f"{template.name}-{number}"
    return replace(template, name=name, labels={**template.labels, HOSTNAME: name})
