"""ScheduleAnyway: nodes in domains with fewer matching pods score better."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from solver.cluster.topology import HOSTNAME, SpreadConstraint
from solver.rules.pod_topology_spread.counts import counted_pods, eligibility, eligible_nodes, nodes_with_keys
from solver.rules.rule import MAX_SCORE, Reach, Score

if TYPE_CHECKING:
    from collections.abc import Hashable

    from numpy.typing import NDArray

    from solver.cluster.columns import Column, Mask, Places
    from solver.cluster.pod import PodSpec
    from solver.cluster.state import ClusterState


class SpreadScore(Score):
    """``s = round(sum(count × ln(domains + 2) + maxSkew - 1))``, then ``100 × (max + min - s) / max``.

    ``needs_all_keys``: nodes that lack a key are ignored and score 0; the system's defaults ignore none.
    """

    reach = Reach.CLUSTER

    def __init__(
        self, spec: PodSpec, constraints: tuple[SpreadConstraint, ...], state: ClusterState, *, needs_all_keys: bool
    ) -> None:
        self.scored = (
            nodes_with_keys(constraints, state) if needs_all_keys else np.ones(len(state.nodes), dtype=np.bool_)
        )
        self.scores_all = bool(self.scored.all())
        keys = frozenset(constraint.topology_key for constraint in constraints) if needs_all_keys else None
        self.parts = [_part(spec, constraint, self.scored, keys, state) for constraint in constraints]

    def points(self, feasible: Places) -> Column:
        """Ignored nodes count neither for the extremes nor for the number of domains."""
        if self.scores_all:
            return _normalised(self._raw(feasible))
        scored = self.scored[feasible]
        points = np.zeros(len(feasible), dtype=np.int64)
        points[scored] = _normalised(self._raw(feasible[scored]))
        return points

    def raw(self, feasible: Places) -> Column:
        """What the constraints add up to; 0 for ignored nodes."""
        scored = self.scored[feasible]
        raw = np.zeros(len(feasible), dtype=np.int64)
        raw[scored] = self._raw(feasible[scored])
        return raw

    def _raw(self, scored: Places) -> Column:
        total = self.parts[0].of(scored)
        for part in self.parts[1:]:
            total = total + part.of(scored)
        whole = np.trunc(total)
        return (whole + (total - whole >= 0.5)).astype(np.int64)


class _PerNode:
    """The hostname key: every node is its own domain, and counts what is on it."""

    def __init__(self, spec: PodSpec, constraint: SpreadConstraint, state: ClusterState) -> None:
        self.per_node = state.tally(counted_pods(spec, constraint)).per_node
        self.allowance = float(constraint.max_skew - 1)
        self.has_key = state.labels(HOSTNAME).codes >= 0
        self.counts = constraint.selector is not None and bool(constraint.selector.requirements)

    def of(self, scored: Places) -> NDArray[np.float64]:
        """Matching pods on each of these nodes, weighed by how many nodes there are; 0 without a hostname."""
        pods = self.per_node[scored] * float(self.counts)
        score = pods * math.log(len(scored) + 2) + self.allowance
        return np.where(self.has_key[scored], score, 0.0)


class _PerDomain:
    """Any other key: the pods of the domain, on all its eligible nodes."""

    def __init__(
        self, spec: PodSpec, constraint: SpreadConstraint, among: Mask, keys: Hashable, state: ClusterState
    ) -> None:
        column = state.labels(constraint.topology_key)
        self.has_key = column.codes >= 0
        self.domain_of = state.once(("filled", constraint.topology_key), column.filled)
        self.lacks_some = not self.has_key.all()
        eligible = eligible_nodes(spec, constraint, among, state)
        identity = ("scored", eligibility(spec, constraint, keys))
        self.tally = state.tally(counted_pods(spec, constraint)).over(self.domain_of, eligible, identity).counts
        self.allowance = float(constraint.max_skew - 1)
        self.counts = constraint.selector is not None and bool(constraint.selector.requirements)

    def of(self, scored: Places) -> NDArray[np.float64]:
        domains = self.domain_of.codes[scored]
        found = np.count_nonzero(np.bincount(domains, minlength=len(self.tally)))
        per_domain = (self.tally * float(self.counts)) * math.log(found + 2) + self.allowance
        score = per_domain[domains].astype(np.float64, copy=False)
        return np.where(self.has_key[scored], score, 0.0) if self.lacks_some else score


def _part(
    spec: PodSpec, constraint: SpreadConstraint, among: Mask, keys: Hashable, state: ClusterState
) -> _PerNode | _PerDomain:
    if constraint.topology_key == HOSTNAME:
        return _PerNode(spec, constraint, state)
    return _PerDomain(spec, constraint, among, keys, state)


def _normalised(raw: Column) -> Column:
    """Fewer is better; everybody gets all where nothing counts."""
    highest = int(raw.max(initial=0))
    if highest == 0:
        return np.full(len(raw), MAX_SCORE, dtype=np.int64)
    return MAX_SCORE * (highest + int(raw.min()) - raw) // highest
