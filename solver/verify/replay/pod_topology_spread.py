"""PodTopologySpread: a domain may hold only so many more matching pods than the emptiest one.

Source: https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from solver.verify.replay.domains import DomainCounts
from solver.verify.replay.eligible import EligibleNodes

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

    from solver.cluster.labels import LabelSelector
    from solver.cluster.node import Node
    from solver.cluster.pod import Pod, PodSpec
    from solver.cluster.topology import SpreadConstraint


class Watched(NamedTuple):
    """A constraint of a pod, the counts that it looks at, and 1 where the pod is one of those it counts."""

    constraint: SpreadConstraint
    counts: DomainCounts
    counts_itself: int


class PodTopologySpread:
    """One `DomainCounts` for each namespace, selector and set of eligible nodes among the pods that will be bound."""

    rule = "PodTopologySpread"

    def __init__(self, nodes: tuple[Node, ...], specs: Iterable[PodSpec]) -> None:
        self._eligible = EligibleNodes(nodes)
        self._counters: dict[Hashable, DomainCounts] = {}
        self._selected_by: dict[str, list[tuple[LabelSelector, DomainCounts]]] = {}
        self._touched: dict[tuple[str, frozenset[tuple[str, str]]], list[DomainCounts]] = {}
        self._touched_by: dict[PodSpec, list[DomainCounts]] = {}
        self._watched = {
            spec: self._watch(spec) for spec in specs if any(constraint.hard for constraint in spec.spread)
        }

    def objection(self, pod: Pod, node: Node) -> str | None:
        """The first constraint that the node cannot meet."""
        for constraint, counts, itself in self._watched.get(pod.spec, ()):
            key = constraint.topology_key
            domain = node.labels.get(key)
            if domain is None:
                return f"the node has no label {key} to spread over"
            lowest = 0 if len(counts) < (constraint.min_domains or 1) else counts.lowest
            here = counts.counts.get(domain, 0) + itself
            if here - lowest > constraint.max_skew:
                return (
                    f"{key}={domain} would hold {here}, the emptiest domain {lowest}, maxSkew is {constraint.max_skew}"
                )
        return None

    def arrive(self, pod: Pod, node: Node) -> None:
        """Count the pod wherever it matches."""
        for counts in self._touched_of(pod.spec):
            counts.add(node)

    def leave(self, pod: Pod, node: Node) -> None:
        """Count it no longer."""
        for counts in self._touched_of(pod.spec):
            counts.remove(node)

    def _watch(self, spec: PodSpec) -> list[Watched]:
        hard = [constraint for constraint in spec.spread if constraint.hard]
        keys = frozenset(constraint.topology_key for constraint in hard)
        return [
            Watched(constraint, self._counts(spec, constraint, keys), int(matches_itself(spec, constraint)))
            for constraint in hard
        ]

    def _counts(self, spec: PodSpec, constraint: SpreadConstraint, keys: frozenset[str]) -> DomainCounts:
        domain_of = self._eligible.domain_of(spec, constraint, keys)
        wanted = (spec.namespace, constraint.selector, id(domain_of))
        if wanted not in self._counters:
            counts = self._counters[wanted] = DomainCounts(domain_of)
            # Kubernetes counts no pod for an empty selector, and none for a missing one.
            if constraint.selector is not None and constraint.selector.requirements:
                self._selected_by.setdefault(spec.namespace, []).append((constraint.selector, counts))
        return self._counters[wanted]

    def _touched_of(self, spec: PodSpec) -> list[DomainCounts]:
        known = self._touched_by.get(spec)
        if known is None:
            labels = (spec.namespace, frozenset(spec.labels.items()))
            if labels not in self._touched:
                selected_by = self._selected_by.get(spec.namespace, [])
                self._touched[labels] = [counts for selector, counts in selected_by if selector.matches(spec.labels)]
            known = self._touched_by[spec] = self._touched[labels]
        return known


def matches_itself(spec: PodSpec, constraint: SpreadConstraint) -> bool:
    """Whether a pod is one of those that its constraint counts; an empty selector matches the pod itself."""
    return constraint.selector is not None and constraint.selector.matches(spec.labels)
