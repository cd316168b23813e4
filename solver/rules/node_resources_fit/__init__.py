"""NodeResourcesFit: requests fit into what is free, and emptier nodes score better.

Source:
https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/#how-pods-with-resource-requests-are-scheduled
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.rules.node_resources_fit.constrain import constrain
from solver.rules.node_resources_fit.filter import FitFilter
from solver.rules.node_resources_fit.score import AllocationScore, AllocationStrategy, LeastAllocated
from solver.rules.rule import Filter, Rule, Score

if TYPE_CHECKING:
    from collections.abc import Hashable

    from solver.cluster.cluster import Cluster
    from solver.cluster.columns import Column, Mask
    from solver.cluster.pod import PodSpec
    from solver.cluster.state import ClusterState
    from solver.model.model import Model


class NodeResourcesFit(Rule):
    """Every request within allocatable less requested, and room for one more pod; scored by what would be left.

    ``ignores`` names extended resources, or groups of them (what stands before the slash), that are not checked.
    """

    name = FitFilter.PLUGIN
    weight = 1

    def __init__(self, strategy: AllocationStrategy | None = None, ignores: frozenset[str] = frozenset()) -> None:
        self.strategy = strategy or LeastAllocated()
        self.ignores = ignores

    def signature(self, spec: PodSpec, cluster: Cluster) -> Hashable:
        """The effective requests; a request of nothing is none."""
        return frozenset((name, amount) for name, amount in spec.requests.items() if amount)

    def score_signature(self, spec: PodSpec, cluster: Cluster) -> Hashable:
        """The requests as the scores see them."""
        return spec.score_requests

    def allows(self, spec: PodSpec, state: ClusterState) -> Mask | None:
        """Where the pod would fit on the empty node."""
        return FitFilter(spec, state, self.ignores).fits_empty()

    def most(self, spec: PodSpec, state: ClusterState) -> Column:
        """How often the requests go into what is allocatable."""
        return FitFilter(spec, state, self.ignores).most()

    def constrain(self, model: Model) -> None:
        """See `solver.rules.node_resources_fit.constrain`."""
        constrain(model)

    def filter(self, spec: PodSpec, state: ClusterState) -> Filter:
        """Every pod takes a place, at least."""
        return FitFilter(spec, state, self.ignores)

    def score(self, spec: PodSpec, state: ClusterState) -> Score:
        """By the strategy; never skipped."""
        return AllocationScore(spec, state, self.strategy)
