"""InterPodAffinity: required affinity and anti-affinity between pods, from both sides.

Source: https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#inter-pod-affinity-and-anti-affinity
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from solver.verify.possible import Possible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from solver.cluster.cluster import Cluster
    from solver.cluster.labels import Labels
    from solver.cluster.node import Node
    from solver.cluster.pod import Pod, PodSpec
    from solver.cluster.pod_affinity import PodAffinityTerm


@dataclass(eq=False)
class Tally:
    """Pods per domain (``key, value``) for some terms: those that match them all, or those that carry the one term."""

    terms: tuple[PodAffinityTerm, ...]
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    keys: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        """Two terms of one key count a pod once."""
        self.keys = tuple(dict.fromkeys(term.topology_key for term in self.terms))

    def add(self, node: Node, sign: int) -> None:
        """Count a pod in the domains of its node; domains with nobody are not kept."""
        for key in self.keys:
            value = node.labels.get(key)
            if value is not None:
                self.counts[key, value] += sign
                if not self.counts[key, value]:
                    del self.counts[key, value]

    def has(self, node: Node) -> tuple[str, str] | None:
        """A domain of the node with somebody in it."""
        for key in self.keys:
            value = node.labels.get(key)
            if value is not None and (key, value) in self.counts:
                return key, value
        return None


@dataclass(frozen=True, slots=True)
class Ties:
    """A pod's part in the tallies: those it looks at, and those it is counted in."""

    company: Tally | None
    """Pods that match all of its affinity terms."""
    may_found: bool
    """Whether the pod matches its own affinity terms, so it may be the first."""
    avoided: tuple[Tally, ...]
    """For each of its anti-affinity terms, the pods that match."""
    carried: tuple[Tally, ...]
    """For each of its anti-affinity terms, the pods that carry it: it is one."""
    avoided_by: tuple[Tally, ...]
    """The pods that carry an anti-affinity term which matches this pod."""
    matched: tuple[Tally, ...]
    """The tallies of matching pods that count this pod."""


class InterPodAffinity:
    """Tallies for every required term among the pods that are there and those that will be bound."""

    rule = "InterPodAffinity"

    def __init__(self, cluster: Cluster, specs: Iterable[PodSpec]) -> None:
        self._namespaces = cluster.namespaces
        self._matching: dict[tuple[PodAffinityTerm, ...], Tally] = {}
        self._carrying: dict[PodAffinityTerm, Tally] = {}
        self._by_labels: dict[tuple[str, frozenset[tuple[str, str]]], tuple[tuple[Tally, ...], tuple[Tally, ...]]] = {}
        self._ties: dict[PodSpec, Ties] = {}
        known = list(specs)
        for spec in known:
            self._open_tallies(spec)
        self._possible = (_Possible(self._matching.values()), _Possible(self._carrying.values()))
        for spec in known:
            self._ties[spec] = self._tie(spec)

    def objection(self, pod: Pod, node: Node) -> str | None:
        """Affinity first, then the pod's own anti-affinity, then that of the others."""
        ties = self._ties[pod.spec]
        if ties.company is not None and not _welcome(ties.company, ties.may_found, node):
            return "no pod that the affinity asks for is in the node's domain"
        for tally in ties.avoided:
            if domain := tally.has(node):
                return f"a pod that the anti-affinity excludes is in {'='.join(domain)}"
        for tally in ties.avoided_by:
            if domain := tally.has(node):
                return f"a pod in {'='.join(domain)} has an anti-affinity that excludes this one"
        return None

    def arrive(self, pod: Pod, node: Node) -> None:
        """Count the pod, and the terms that it carries."""
        self._count(pod, node, 1)

    def leave(self, pod: Pod, node: Node) -> None:
        """Count them no longer."""
        self._count(pod, node, -1)

    def _count(self, pod: Pod, node: Node, sign: int) -> None:
        ties = self._ties[pod.spec]
        for tally in ties.matched:
            tally.add(node, sign)
        for tally in ties.carried:
            tally.add(node, sign)

    def _open_tallies(self, spec: PodSpec) -> None:
        if spec.affinity.required:
            self._matching.setdefault(spec.affinity.required, Tally(spec.affinity.required))
        for term in spec.anti_affinity.required:
            self._matching.setdefault((term,), Tally((term,)))
            self._carrying.setdefault(term, Tally((term,)))

    def _tie(self, spec: PodSpec) -> Ties:
        affinity, anti_affinity = spec.affinity.required, spec.anti_affinity.required
        matched, avoided_by = self._matched(spec)
        return Ties(
            company=self._matching[affinity] if affinity else None,
            may_found=matches_all(affinity, spec.namespace, spec.labels, self._namespaces),
            avoided=tuple(self._matching[(term,)] for term in anti_affinity),
            carried=tuple(self._carrying[term] for term in dict.fromkeys(anti_affinity)),
            avoided_by=avoided_by,
            matched=matched,
        )

    def _matched(self, spec: PodSpec) -> tuple[tuple[Tally, ...], tuple[Tally, ...]]:
        """The tallies that count pods of this namespace and these labels, and those of the terms that exclude them."""
        labels = (spec.namespace, frozenset(spec.labels.items()))
        if labels not in self._by_labels:
            matching, carrying = self._possible
            self._by_labels[labels] = (
                tuple(tally for tally in matching.of(spec.labels) if self._covers(tally, spec)),
                tuple(tally for tally in carrying.of(spec.labels) if self._covers(tally, spec)),
            )
        return self._by_labels[labels]

    def _covers(self, tally: Tally, spec: PodSpec) -> bool:
        return matches_all(tally.terms, spec.namespace, spec.labels, self._namespaces)


class _Possible:
    """The tallies whose first term could match some labels."""

    def __init__(self, tallies: Iterable[Tally]) -> None:
        self._tallies = tuple(tallies)
        self._possible = Possible(tally.terms[0].selector for tally in self._tallies)

    def of(self, labels: Labels) -> Iterator[Tally]:
        return (self._tallies[place] for place in self._possible.of(labels))


def matches_all(
    terms: tuple[PodAffinityTerm, ...], namespace: str, labels: Labels, namespaces: Mapping[str, Labels]
) -> bool:
    """Whether a pod of this namespace and these labels is one that every term speaks of."""
    return all(term.matches(namespace, labels, namespaces) for term in terms)


def _welcome(company: Tally, may_found: bool, node: Node) -> bool:
    """Company in every domain; or no company anywhere, for the first of a group, on a node that has all the keys."""
    if any(key not in node.labels for key in company.keys):
        return False
    if all((key, node.labels[key]) in company.counts for key in company.keys):
        return True
    return may_found and not company.counts
