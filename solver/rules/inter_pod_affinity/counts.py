"""What inter-pod affinity counts: pods that terms select, and pods that carry terms."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from solver.cluster.tally import LabelPair, Mark, Trait
from solver.rules.selection import Selected, SelectionIndex, selected_by

if TYPE_CHECKING:
    from collections.abc import Iterable

    from solver.cluster.cluster import Cluster
    from solver.cluster.pod import PodSpec
    from solver.cluster.pod_affinity import PodAffinityTerm
    from solver.cluster.state import ClusterState


class Direction(Enum):
    """The four kinds of terms that a pod carries."""

    REQUIRED_WITH = "required affinity"
    REQUIRED_APART = "required anti-affinity"
    PREFERRED_WITH = "preferred affinity"
    PREFERRED_APART = "preferred anti-affinity"

    def terms_of(self, spec: PodSpec) -> Iterable[tuple[int, PodAffinityTerm]]:
        """The terms of this kind with their weights; a required one weighs 1."""
        with_others = self in (Direction.REQUIRED_WITH, Direction.PREFERRED_WITH)
        affinity = spec.affinity if with_others else spec.anti_affinity
        if self in (Direction.REQUIRED_WITH, Direction.REQUIRED_APART):
            return ((1, term) for term in affinity.required)
        return ((preferred.weight, preferred.term) for preferred in affinity.preferred)


@dataclass(frozen=True)
class SelectedByAll(Trait):
    """The trait of being selected by every one of several terms."""

    selections: tuple[Selected, ...]

    def count(self, spec: PodSpec) -> int:
        """1 for a pod that all of them select."""
        return int(all(selection.holds(spec) for selection in self.selections))

    def needs(self) -> frozenset[LabelPair] | None:
        """Those of the first that needs any."""
        needed = (selection.needs() for selection in self.selections)
        return next((pairs for pairs in needed if pairs is not None), None)


@dataclass(frozen=True)
class Carries(Trait):
    """The trait of carrying a term; counted by weight."""

    direction: Direction
    term: PodAffinityTerm

    def count(self, spec: PodSpec) -> int:
        """The weights with which the pod has the term, added up."""
        return sum(weight for weight, term in self.direction.terms_of(spec) if term == self.term)

    def needs(self) -> frozenset[Mark]:
        """The term itself."""
        return frozenset({self.term})


class CarriedTerms:
    """All terms of one direction in a cluster, by whom they speak of."""

    def __init__(self, direction: Direction, cluster: Cluster) -> None:
        specs = {pod.spec: None for pod in cluster.pods}
        terms = dict.fromkeys(term for spec in specs for _, term in direction.terms_of(spec))
        self._index = SelectionIndex(selected_by(term, cluster.namespaces) for term in terms)
        place = {selection: number for number, selection in enumerate(self._index.selections)}
        self._terms: list[list[PodAffinityTerm]] = [[] for _ in place]
        for term in terms:
            self._terms[place[selected_by(term, cluster.namespaces)]].append(term)

    def about(self, spec: PodSpec) -> list[PodAffinityTerm]:
        """The terms that speak of a pod."""
        return [term for place in sorted(self._index.holding(spec)) for term in self._terms[place]]


def carried_terms(direction: Direction, state: ClusterState) -> CarriedTerms:
    """The cluster's terms of one direction, collected once."""
    return state.once(direction, lambda: CarriedTerms(direction, state.cluster))
