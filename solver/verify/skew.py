"""How unevenly the pods of each spread constraint stand at the end: a report, never a violation by itself.

A final skew above maxSkew can come of binds that were all right: of pods that match and do not carry the constraint, or
that left later.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from solver.cluster.node import Node
from solver.verify.replay.eligible import EligibleNodes

if TYPE_CHECKING:
    from solver.cluster.labels import LabelSelector
    from solver.cluster.pod import Pod, PodSpec
    from solver.cluster.topology import SpreadConstraint
    from solver.placement import Placement

Kinds = Mapping[tuple[str, frozenset[tuple[str, str]]], Counter[Node]]
"""Namespace and labels of pods: how many such pods each node has."""


@dataclass(frozen=True, slots=True)
class Skew:
    """Matching pods in the fullest and the emptiest eligible domain of a constraint; ``pod`` is one that carries it."""

    constraint: SpreadConstraint
    pod: Pod
    highest: int
    lowest: int

    @property
    def value(self) -> int:
        """Fullest less emptiest; the emptiest counts 0 where minDomains asks for more domains than there are."""
        return self.highest - self.lowest

    @property
    def excess(self) -> int:
        """How far above maxSkew, 0 within it."""
        return max(0, self.value - self.constraint.max_skew)


def skews(placement: Placement) -> tuple[Skew, ...]:
    """The final skew of every constraint that a placed pod carries, hard and soft, each way of counting once."""
    nodes, kinds = EligibleNodes(placement.cluster.nodes), _kinds(placement)
    found: dict[object, Skew] = {}
    for spec, pod in _carriers(placement).items():
        for constraint, keys in _constraints(spec):
            domain_of = nodes.domain_of(spec, constraint, keys)
            asked = (spec.namespace, constraint, id(domain_of))
            if domain_of and asked not in found:
                counts = _counts(domain_of, kinds, spec.namespace, constraint.selector)
                enough = len(counts) >= (constraint.min_domains or 1)
                found[asked] = Skew(constraint, pod, max(counts.values()), min(counts.values()) if enough else 0)
    return tuple(found.values())


def _carriers(placement: Placement) -> dict[PodSpec, Pod]:
    """One placed pod of each spec that has constraints."""
    carriers: dict[PodSpec, Pod] = {}
    for pod in placement.cluster.pods:
        if pod.spec.spread and pod in placement.node_of:
            carriers.setdefault(pod.spec, pod)
    return carriers


def _kinds(placement: Placement) -> Kinds:
    kinds: defaultdict[tuple[str, frozenset[tuple[str, str]]], Counter[Node]] = defaultdict(Counter)
    for pod, node in placement.node_of.items():
        kinds[pod.namespace, frozenset(pod.spec.labels.items())][node] += 1
    return kinds


def _constraints(spec: PodSpec) -> Iterator[tuple[SpreadConstraint, frozenset[str]]]:
    """Each constraint with the keys that a node must have to count: hard and soft ones are judged apart."""
    for hard in (True, False):
        alike = [constraint for constraint in spec.spread if constraint.hard is hard]
        keys = frozenset(constraint.topology_key for constraint in alike)
        yield from ((constraint, keys) for constraint in alike)


def _counts(
    domain_of: Mapping[Node, str], kinds: Kinds, namespace: str, selector: LabelSelector | None
) -> dict[str, int]:
    """Matching pods per domain; an empty selector, and a missing one, counts none."""
    counts = dict.fromkeys(domain_of.values(), 0)
    if selector is None or not selector.requirements:
        return counts
    for (where, labels), nodes in kinds.items():
        if where == namespace and selector.matches(dict(labels)):
            for node, count in nodes.items():
                if node in domain_of:
                    counts[domain_of[node]] += count
    return counts
