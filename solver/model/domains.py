"""Topology domains: the nodes that share a value of a label."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from solver.cluster.node import Node


@dataclass(frozen=True, slots=True, eq=False)
class Domain:
    """The nodes that have this value of the topology key, in the order of the model's nodes."""

    key: str
    value: str
    nodes: tuple[Node, ...]

    def __repr__(self) -> str:
        """Short: there may be many nodes."""
        return f"Domain({self.key}={self.value}, {len(self.nodes)} nodes)"


@dataclass(frozen=True, eq=False)
class Domains:
    """The domains of one topology key; nodes without the label are in none."""

    key: str
    all: tuple[Domain, ...]

    @cached_property
    def of(self) -> dict[Node, Domain]:
        """The domain of each node that has one."""
        return {node: domain for domain in self.all for node in domain.nodes}


def domains_of(key: str, nodes: Sequence[Node]) -> Domains:
    """The domains of a key, in the order in which the nodes name them."""
    members: dict[str, list[Node]] = {}
    for node in nodes:
        value = node.labels.get(key)
        if value is not None:
            members.setdefault(value, []).append(node)
    return Domains(key, tuple(Domain(key, value, tuple(nodes_there)) for value, nodes_there in members.items()))
