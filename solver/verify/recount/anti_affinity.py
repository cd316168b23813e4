"""Required anti-affinity: a pod that carries a term, and another one that the term matches, are never in one domain."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from solver.verify.possible import Possible
from solver.verify.violation import Violation

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from solver.cluster.pod import Pod
    from solver.cluster.pod_affinity import PodAffinityTerm
    from solver.verify.recount.final import Final

Kind = tuple[str, frozenset[tuple[str, str]]]
"""Namespace and labels: all that a term reads of a pod."""


def anti_affinity(final: Final) -> Iterator[Violation]:
    """One violation for each term and domain where they meet and one of them is new."""
    carriers = _carriers(final)
    matching = _matching(tuple(carriers), final) if carriers else {}
    for term, carrying in carriers.items():
        excluded = _by_domain(final, term, matching.get(term, []))
        for domain, pods in _by_domain(final, term, carrying).items():
            pair = _meeting(final, pods, excluded.get(domain, []))
            if pair is not None:
                text = f"{pair[0].key} may not share {term.topology_key}={domain} with {pair[1].key}."
                where = final.placement.node_of[pair[0]]
                yield Violation("InterPodAffinity", text, pair[0], where, f"{term.topology_key}={domain}")


def _carriers(final: Final) -> dict[PodAffinityTerm, list[Pod]]:
    carriers: defaultdict[PodAffinityTerm, list[Pod]] = defaultdict(list)
    for pod in final.placement.node_of:
        for term in pod.spec.anti_affinity.required:
            carriers[term].append(pod)
    return carriers


def _kinds(final: Final) -> dict[Kind, list[Pod]]:
    kinds: defaultdict[Kind, list[Pod]] = defaultdict(list)
    for pod in final.placement.node_of:
        kinds[pod.namespace, frozenset(pod.spec.labels.items())].append(pod)
    return kinds


def _matching(terms: Sequence[PodAffinityTerm], final: Final) -> dict[PodAffinityTerm, list[Pod]]:
    """The pods that each term speaks of, as far as there are any."""
    matching: defaultdict[PodAffinityTerm, list[Pod]] = defaultdict(list)
    possible = Possible(term.selector for term in terms)
    for (namespace, items), pods in _kinds(final).items():
        labels = dict(items)
        for term in (terms[place] for place in possible.of(labels)):
            if term.matches(namespace, labels, final.cluster.namespaces):
                matching[term] += pods
    return matching


def _by_domain(final: Final, term: PodAffinityTerm, pods: list[Pod]) -> dict[str, list[Pod]]:
    domains: defaultdict[str, list[Pod]] = defaultdict(list)
    for pod in pods:
        domain = final.placement.node_of[pod].labels.get(term.topology_key)
        if domain is not None:
            domains[domain].append(pod)
    return domains


def _meeting(final: Final, carrying: list[Pod], excluded: list[Pod]) -> tuple[Pod, Pod] | None:
    """A carrier and another pod, one of them new."""
    for pod in carrying:
        for other in excluded:
            if other is not pod and (pod in final.new or other in final.new):
                return pod, other
    return None
