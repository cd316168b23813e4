"""InterPodAffinity: pods ask to be with, or away from, other pods.

Source: https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#inter-pod-affinity-and-anti-affinity
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from solver.rules.inter_pod_affinity.constrain import constrain
from solver.rules.inter_pod_affinity.filter import AffinityFilter
from solver.rules.inter_pod_affinity.penalty import penalty, penalty_in
from solver.rules.inter_pod_affinity.score import AffinityScore
from solver.rules.rule import Filter, Rule, Score
from solver.rules.selection import Selected, selected_by

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator

    from solver.cluster.cluster import Cluster
    from solver.cluster.columns import Column, Mask
    from solver.cluster.pod import PodSpec
    from solver.cluster.pod_affinity import PodAffinityTerm
    from solver.cluster.state import ClusterState
    from solver.model.linear import Linear
    from solver.model.model import Model
    from solver.placement import Placement


class InterPodAffinity(Rule):
    """Required terms of the pod, and required anti-affinity of others, filter; preferred terms of both sides score.

    ``hard_weight`` is what a required affinity term of a pod on the node is worth to a newcomer that it selects;
    ``heeds_others`` False: terms of pods on the nodes are worth nothing to a newcomer without preferred terms.
    """

    name = AffinityFilter.PLUGIN
    weight = 2

    def __init__(self, hard_weight: int = 1, *, heeds_others: bool = True) -> None:
        self.hard_weight = hard_weight
        self.heeds_others = heeds_others

    def signature(self, spec: PodSpec, cluster: Cluster) -> Hashable:
        """The terms, with the namespaces that they speak of spelled out."""
        return (spec.affinity, spec.anti_affinity) if any(_terms(spec)) else ()

    def selections(self, spec: PodSpec, cluster: Cluster) -> Iterable[Selected]:
        """The pods that the terms speak of."""
        return (selected_by(term, cluster.namespaces) for term in _terms(spec))

    def allows(self, spec: PodSpec, state: ClusterState) -> Mask | None:
        """Where the topology keys of all required affinity terms are."""
        terms = spec.affinity.required
        masks = [state.labels(term.topology_key).codes >= 0 for term in terms]
        return np.logical_and.reduce(masks) if masks else None

    def most(self, spec: PodSpec, state: ClusterState) -> Column | None:
        """One on each node that has the key of a term by which the pod excludes its equals."""
        terms = [
            term for term in spec.anti_affinity.required if selected_by(term, state.cluster.namespaces).holds(spec)
        ]
        if not terms:
            return None
        keyed = np.logical_or.reduce([state.labels(term.topology_key).codes >= 0 for term in terms])
        return np.where(keyed, 1, np.iinfo(np.int64).max)

    def constrain(self, model: Model) -> None:
        """See `solver.rules.inter_pod_affinity.constrain`."""
        constrain(model)

    def penalty_in(self, model: Model) -> Linear:
        """See `solver.rules.inter_pod_affinity.penalty`."""
        return penalty_in(model)

    def penalty(self, placement: Placement) -> int:
        """See `solver.rules.inter_pod_affinity.penalty`."""
        return penalty(placement)

    def filter(self, spec: PodSpec, state: ClusterState) -> Filter | None:
        """Nothing to check without terms of its own, or of anybody about it."""
        found = AffinityFilter(spec, state)
        return found if found.own_terms or found.unwanted_by else None

    def score(self, spec: PodSpec, state: ClusterState) -> Score | None:
        """Nothing to score without terms of its own, or of anybody about it."""
        if not (self.heeds_others or spec.affinity.preferred or spec.anti_affinity.preferred):
            return None
        found = AffinityScore(spec, state, self.hard_weight)
        return found if found.parts else None


def _terms(spec: PodSpec) -> Iterator[PodAffinityTerm]:
    for affinity in (spec.affinity, spec.anti_affinity):
        yield from affinity.required
        yield from (preferred.term for preferred in affinity.preferred)
