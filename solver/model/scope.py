"""The part of a placement that is free to change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from solver.cluster.node import Node
from solver.model.groups import PodGroup

Counts = Mapping[PodGroup, Mapping[Node, int]]
"""How many pods of each group are on each node; what is not there counts 0."""


@dataclass(frozen=True)
class Scope:
    """Pods on ``free`` nodes, and those without any, are decided anew; elsewhere ``stays`` and ``arrivals`` remain."""

    free: frozenset[Node]
    stays: Counts = field(default_factory=dict)
    arrivals: Counts = field(default_factory=dict)
