"""Live counts of the pods that have some trait: per node, and per topology domain."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Union

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from solver.cluster.columns import Column, LabelColumn, Mask
    from solver.cluster.pod import PodSpec
    from solver.cluster.pod_affinity import PodAffinityTerm


LabelPair = tuple[str, str]
"""Key and value of a label."""
Mark = Union[LabelPair, "PodAffinityTerm"]
"""What a pod shows at once: a label, or an affinity term that it carries."""


def marks_of(spec: PodSpec) -> Iterator[Mark]:
    """All that a pod shows at once."""
    yield from spec.labels.items()
    for affinity in (spec.affinity, spec.anti_affinity):
        yield from affinity.required
        yield from (preferred.term for preferred in affinity.preferred)


class Trait(ABC):
    """Something a pod has a number of times: it is selected, it carries a term, it uses a port.

    Traits are values: equal ones share a tally.
    """

    @abstractmethod
    def count(self, spec: PodSpec) -> int:
        """How many times a pod of this spec has it; 0: not at all."""

    def needs(self) -> frozenset[Mark] | None:
        """Marks of which a pod with the trait shows at least one; None: they do not tell."""
        return None


@dataclass(slots=True, eq=False)
class DomainTally:
    """A tally summed over the domains of a topology key, as far as their nodes are eligible.

    ``counts[d]`` is that of domain d, ``total`` their sum; ``eligible`` None: every node that has the key.
    """

    topology: LabelColumn
    eligible: Mask | None
    counts: Column
    total: int

    def add(self, node: int, times: int) -> None:
        """Follow one pod to or from a node."""
        domain = self.topology.codes[node]
        if domain >= 0 and (self.eligible is None or self.eligible[node]):
            self.counts[domain] += times
            self.total += times


@dataclass(slots=True, eq=False)
class Tally:
    """How often the trait occurs on each node (``per_node``), and in the whole cluster (``total``)."""

    per_node: Column
    total: int = 0
    domains: dict[tuple[str, object], DomainTally] = field(default_factory=dict)

    def add(self, node: int, times: int) -> None:
        """Follow one pod to (positive) or from (negative) a node."""
        self.per_node[node] += times
        self.total += times
        for domain in self.domains.values():
            domain.add(node, times)

    def over(self, topology: LabelColumn, eligible: Mask | None = None, eligibility: object = None) -> DomainTally:
        """The tally over the domains of a key; ``eligibility`` identifies the eligible nodes (None: all)."""
        key = (topology.key, eligibility)
        if key not in self.domains:
            counted = topology.codes >= 0 if eligible is None else (topology.codes >= 0) & eligible
            counts = np.bincount(topology.codes[counted], self.per_node[counted], len(topology.values)).astype(np.int64)
            self.domains[key] = DomainTally(topology, eligible, counts, int(counts.sum()))
        return self.domains[key]
