"""Required terms: the pod's affinity, then its anti-affinity, then the anti-affinity of the pods that are there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from solver.rules.inter_pod_affinity.counts import Carries, Direction, SelectedByAll, carried_terms
from solver.rules.rule import Codes, Filter, Reach, Rejection
from solver.rules.selection import selected_by

if TYPE_CHECKING:
    from collections.abc import Sequence

    from solver.cluster.columns import Mask, Places
    from solver.cluster.pod import PodSpec
    from solver.cluster.state import ClusterState
    from solver.cluster.tally import DomainTally

ALONE = 1
NOT_APART = 2
UNWANTED = 3


class AffinityFilter(Filter):
    """The three conditions of one signature; the first that fails decides the reason."""

    PLUGIN = "InterPodAffinity"
    reach = Reach.CLUSTER
    REJECTIONS = (
        Rejection(PLUGIN, ("node(s) didn't match pod affinity rules",)),
        Rejection(PLUGIN, ("node(s) didn't match pod anti-affinity rules",), resolvable=True),
        Rejection(PLUGIN, ("node(s) didn't satisfy existing pods anti-affinity rules",), resolvable=True),
    )

    def __init__(self, spec: PodSpec, state: ClusterState) -> None:
        self.with_others = _Company(spec, state) if spec.affinity.required else None
        self.apart_from = [
            state.tally(selected_by(term, state.cluster.namespaces)).over(state.labels(term.topology_key))
            for term in spec.anti_affinity.required
        ]
        self.unwanted_by = [
            state.tally(Carries(Direction.REQUIRED_APART, term)).over(state.labels(term.topology_key))
            for term in carried_terms(Direction.REQUIRED_APART, state).about(spec)
        ]
        self.own_terms = bool(spec.affinity.required or spec.anti_affinity.required)

    def begin(self) -> bool:
        """Skipped without terms of its own where no pod's anti-affinity concerns it."""
        return self.own_terms or any(tally.total for tally in self.unwanted_by)

    def codes(self, at: Places) -> Codes:
        """Per node."""
        codes = np.zeros(len(at), dtype=np.uint8)
        codes[_present(self.unwanted_by, at)] = UNWANTED
        codes[_present(self.apart_from, at)] = NOT_APART
        if self.with_others is not None:
            codes[~self.with_others.found(at)] = ALONE
        return codes

    def rejection(self, code: int, node: int) -> Rejection:
        """By the condition that failed."""
        return self.REJECTIONS[code - 1]


class _Company:
    """The required affinity terms: pods that match all of them, in the domain of each term."""

    def __init__(self, spec: PodSpec, state: ClusterState) -> None:
        terms = spec.affinity.required
        together = SelectedByAll(tuple(selected_by(term, state.cluster.namespaces) for term in terms))
        tally = state.tally(together)
        self.tallies = [tally.over(state.labels(term.topology_key)) for term in terms]
        self.matches_itself = bool(together.count(spec))

    def found(self, at: Places) -> Mask:
        """Company in every domain; or a first pod that matches its own terms, while nobody else does anywhere."""
        may_found = self.matches_itself and not any(tally.total for tally in self.tallies)
        found = np.ones(len(at), dtype=np.bool_)
        for tally in self.tallies:
            found &= _by_node(tally.counts > 0 if not may_found else np.ones(len(tally.counts), np.bool_), tally, at)
        return found


def _present(tallies: Sequence[DomainTally], at: Places) -> Mask:
    """Where any of the tallies counts a pod in the node's domain."""
    present = np.zeros(len(at), dtype=np.bool_)
    for tally in tallies:
        if tally.total:
            present |= _by_node(tally.counts > 0, tally, at)
    return present


def _by_node(domains: Mask, tally: DomainTally, at: Places) -> Mask:
    """The domain's truth for each node; False for nodes without the key."""
    looked_up: Mask = np.append(domains, False)[tally.topology.codes[at]]
    return looked_up
