"""DoNotSchedule: ``matching pods in the domain + self - least in any eligible domain <= maxSkew``."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from solver.rules.pod_topology_spread.counts import counted_pods, eligibility, eligible_nodes, nodes_with_keys
from solver.rules.rule import Codes, Filter, Reach, Rejection

if TYPE_CHECKING:
    from collections.abc import Iterator

    from solver.cluster.columns import Column, Mask, Places
    from solver.cluster.pod import PodSpec
    from solver.cluster.state import ClusterState
    from solver.cluster.topology import SpreadConstraint

TOO_SKEWED = 1
LACKS_KEY = 2


class Ceiling(NamedTuple):
    """Live counts over domains, one of the domains, and the most that may be there when a carrier comes."""

    counts: Column
    domain: int
    most: int

    @property
    def exceeded(self) -> bool:
        """Whether no carrier could come now."""
        return bool(self.counts[self.domain] > self.most)


class SpreadFilter(Filter):
    """The hard constraints of one signature; the first that fails decides the reason."""

    PLUGIN = "PodTopologySpread"
    reach = Reach.CLUSTER
    SKEWED = Rejection(PLUGIN, ("node(s) didn't match pod topology spread constraints",), resolvable=True)
    KEYLESS = Rejection(PLUGIN, ("node(s) didn't match pod topology spread constraints (missing required label)",))

    def __init__(self, spec: PodSpec, constraints: tuple[SpreadConstraint, ...], state: ClusterState) -> None:
        among = nodes_with_keys(constraints, state)
        keys = frozenset(constraint.topology_key for constraint in constraints)
        self.parts = [_Part(spec, constraint, among, keys, state) for constraint in constraints]

    def begin(self) -> bool:
        """Constraints that count nothing now, whatever is there, are noted."""
        for part in self.parts:
            part.begin()
        return True

    def codes(self, at: Places) -> Codes:
        """Per node; later constraints do not override earlier ones."""
        codes = self.parts[0].codes(at)
        for part in self.parts[1:]:
            codes = np.where(codes > 0, codes, part.codes(at))
        return codes

    def ceilings(self, node: int) -> Iterator[Ceiling]:
        """For each constraint, with the minimum of this moment: what may at most be in the node's domain."""
        for part in self.parts:
            if not part.follows_only:
                yield Ceiling(part.counts, int(part.domain_of.codes[node]), part.most + part.least(part.counts))

    def rejection(self, code: int, node: int) -> Rejection:
        """A domain can empty, a key does not appear."""
        return self.SKEWED if code == TOO_SKEWED else self.KEYLESS


class _Part:
    """One constraint."""

    def __init__(
        self, spec: PodSpec, constraint: SpreadConstraint, among: Mask, keys: frozenset[str], state: ClusterState
    ) -> None:
        self.domain_of = state.labels(constraint.topology_key)
        eligible = eligible_nodes(spec, constraint, among, state)
        pods = counted_pods(spec, constraint)
        tally = state.tally(pods).over(self.domain_of, eligible, eligibility(spec, constraint, keys))
        self.counts = tally.counts
        self.eligible = np.zeros(len(self.domain_of.values), dtype=np.bool_)
        self.eligible[self.domain_of.codes[eligible]] = True
        few = int(self.eligible.sum()) < (constraint.min_domains or 1)
        self.some_eligible = not few
        self.all_eligible = bool(self.eligible.all())
        self.most = constraint.max_skew - pods.count(spec)
        # kube-scheduler counts no pod for a selector without requirements, yet follows the pods of its dry runs.
        self.follows_only = constraint.selector is not None and not constraint.selector.requirements
        self.verdicts = np.full(len(self.domain_of.values) + 1, LACKS_KEY, dtype=np.uint8)
        self.before = np.zeros_like(self.counts)

    def begin(self) -> None:
        """Remember what was there."""
        if self.follows_only:
            self.before = self.counts.copy()

    def codes(self, at: Places) -> Codes:
        """The verdict on each domain, looked up by the node's; nodes without the key have the last one."""
        counts = self.counts - self.before if self.follows_only else self.counts
        self.verdicts[:-1] = counts > self.most + self.least(counts)
        return self.verdicts[self.domain_of.codes[at]]

    def least(self, counts: Column) -> int:
        """The global minimum; 0 with fewer eligible domains than minDomains."""
        if not self.some_eligible:
            return 0
        return int((counts if self.all_eligible else counts[self.eligible]).min())
