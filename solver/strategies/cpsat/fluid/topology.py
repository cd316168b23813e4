"""Domains of a ground as places of nodes, each looked up once however many limits speak of it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from solver.cluster.topology import HOSTNAME
from solver.model.domains import domains_of

if TYPE_CHECKING:
    from solver.cluster.node import Node
    from solver.model.domains import Domain
    from solver.model.ground import Ground
    from solver.strategies.cpsat.fluid.rows import Ints


class Topology:
    """The domains of a ground's nodes."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._domains: dict[tuple[str, tuple[Node, ...]], tuple[Domain, ...]] = {}
        self._places: dict[Domain, Ints] = {}
        self._lasts: dict[Domain, bool] = {}

    @cached_property
    def nodes(self) -> tuple[Node, ...]:
        """All nodes, candidates among them."""
        return tuple(self._ground.cluster.nodes)

    def domains(self, key: str, nodes: tuple[Node, ...]) -> tuple[Domain, ...]:
        """The domains of these nodes by a key."""
        if (key, nodes) not in self._domains:
            self._domains[key, nodes] = domains_of(key, nodes).all
        return self._domains[key, nodes]

    def number(self, domain: Domain) -> int:
        """How many domains this one stands for: a node that stands for others has another hostname than they have."""
        return self._nodes_in(domain) if domain.key == HOSTNAME else 1

    def single(self, domain: Domain) -> bool:
        """Whether it is one node, however many are made."""
        return len(domain.nodes) == 1 and (domain.key == HOSTNAME or self._nodes_in(domain) == 1)

    def _nodes_in(self, domain: Domain) -> int:
        return int(self._ground.copies[self.places(domain)].sum())

    def places(self, domain: Domain) -> Ints:
        """The places of the domain's nodes in the ground's cluster."""
        if domain not in self._places:
            self._places[domain] = np.array([self._ground.column[node] for node in domain.nodes], dtype=np.int64)
        return self._places[domain]

    def lasts(self, domain: Domain) -> bool:
        """Whether the domain is there whatever is opened."""
        if domain not in self._lasts:
            self._lasts[domain] = not self._ground.candidate_nodes.issuperset(domain.nodes)
        return self._lasts[domain]
