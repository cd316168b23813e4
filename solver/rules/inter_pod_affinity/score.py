"""Preferred terms, the pod's and those of the pods that are there, and the required affinity of the latter."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from solver.rules.inter_pod_affinity.counts import Carries, Direction, carried_terms
from solver.rules.rule import MAX_SCORE, Reach, Score
from solver.rules.selection import selected_by

if TYPE_CHECKING:
    from collections.abc import Iterator

    from solver.cluster.columns import Column, Places
    from solver.cluster.pod import PodSpec
    from solver.cluster.state import ClusterState
    from solver.cluster.tally import DomainTally


class AffinityScore(Score):
    """The weights of all terms that concern pod and node; then ``100 × (s - min) / (max - min)``, truncated."""

    reach = Reach.CLUSTER

    def __init__(self, spec: PodSpec, state: ClusterState, hard_weight: int) -> None:
        self.parts = [*_own(spec, state), *_of_others(spec, state, hard_weight)]

    def begin(self) -> bool:
        """Skipped where no term finds anybody."""
        return any(tally.total for _, tally in self.parts)

    def points(self, feasible: Places) -> Column:
        """All the same where all weights are equal."""
        raw = self.raw(feasible)
        least = int(raw.min())
        span = int(raw.max()) - least
        if span == 0:
            return np.zeros(len(feasible), dtype=np.int64)
        return (MAX_SCORE * ((raw - least) / span)).astype(np.int64)

    def raw(self, feasible: Places) -> Column:
        """The weights added up."""
        raw = np.zeros(len(feasible), dtype=np.int64)
        for weight, tally in self.parts:
            if tally.total:
                raw += np.append(weight * tally.counts, 0)[tally.topology.codes[feasible]]
        return raw


def _own(spec: PodSpec, state: ClusterState) -> Iterator[tuple[int, DomainTally]]:
    for sign, direction in ((1, Direction.PREFERRED_WITH), (-1, Direction.PREFERRED_APART)):
        for weight, term in direction.terms_of(spec):
            selected = selected_by(term, state.cluster.namespaces)
            yield sign * weight, state.tally(selected).over(state.labels(term.topology_key))


def _of_others(spec: PodSpec, state: ClusterState, hard_weight: int) -> Iterator[tuple[int, DomainTally]]:
    signs = ((hard_weight, Direction.REQUIRED_WITH), (1, Direction.PREFERRED_WITH), (-1, Direction.PREFERRED_APART))
    for sign, direction in signs:
        for term in carried_terms(direction, state).about(spec) if sign else ():
            yield sign, state.tally(Carries(direction, term)).over(state.labels(term.topology_key))
