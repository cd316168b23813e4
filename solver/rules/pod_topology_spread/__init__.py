"""PodTopologySpread: matching pods are spread evenly over the domains of topology keys.

Source: https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.rules.default_spreading import SYSTEM, default_constraints
from solver.rules.pod_topology_spread.constrain import constrain
from solver.rules.pod_topology_spread.counts import counted_pods, nodes_with_keys
from solver.rules.pod_topology_spread.filter import SpreadFilter
from solver.rules.pod_topology_spread.penalty import penalty, penalty_in
from solver.rules.pod_topology_spread.score import SpreadScore
from solver.rules.rule import Filter, Rule, Score

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

    from solver.cluster.cluster import Cluster
    from solver.cluster.columns import Mask
    from solver.cluster.pod import PodSpec
    from solver.cluster.state import ClusterState
    from solver.cluster.topology import SpreadConstraint
    from solver.model.linear import Linear
    from solver.model.model import Model
    from solver.placement import Placement
    from solver.rules.selection import Selected


class PodTopologySpread(Rule):
    """DoNotSchedule constraints filter, ScheduleAnyway constraints score.

    ``defaults`` are those of a profile for pods without constraints; None: the system's, which only score and ask no
    node for a zone.
    """

    name = SpreadFilter.PLUGIN
    weight = 2

    def __init__(self, defaults: tuple[SpreadConstraint, ...] | None = None) -> None:
        self.defaults = SYSTEM if defaults is None else defaults
        self.system_defaulted = defaults is None

    def signature(self, spec: PodSpec, cluster: Cluster) -> Hashable:
        """The constraints, and the namespace in which they count."""
        constraints = spec.spread or self._hard_defaults(spec, cluster)
        return (spec.namespace, constraints) if constraints else ()

    def selections(self, spec: PodSpec, cluster: Cluster) -> Iterable[Selected]:
        """The pods that the constraints count."""
        return (counted_pods(spec, constraint) for constraint in spec.spread or self._hard_defaults(spec, cluster))

    def score_signature(self, spec: PodSpec, cluster: Cluster) -> Hashable:
        """The default constraints."""
        constraints = default_constraints(spec, cluster, self.defaults)
        return (spec.namespace, constraints) if constraints else ()

    def score_selections(self, spec: PodSpec, cluster: Cluster) -> Iterable[Selected]:
        """The pods that the default constraints count."""
        return (counted_pods(spec, constraint) for constraint in default_constraints(spec, cluster, self.defaults))

    def allows(self, spec: PodSpec, state: ClusterState) -> Mask | None:
        """Where the topology keys of all hard constraints are."""
        hard = [constraint for constraint in spec.spread if constraint.hard]
        return nodes_with_keys(hard, state) if hard else None

    def constrain(self, model: Model) -> None:
        """See `solver.rules.pod_topology_spread.constrain`."""
        constrain(model)

    def penalty_in(self, model: Model) -> Linear:
        """See `solver.rules.pod_topology_spread.penalty`."""
        return penalty_in(model)

    def penalty(self, placement: Placement) -> int:
        """See `solver.rules.pod_topology_spread.penalty`."""
        return penalty(placement)

    def filter(self, spec: PodSpec, state: ClusterState) -> Filter | None:
        """Skipped without hard constraints."""
        constraints = spec.spread or self._hard_defaults(spec, state.cluster)
        hard = tuple(constraint for constraint in constraints if constraint.hard)
        return SpreadFilter(spec, hard, state) if hard else None

    def score(self, spec: PodSpec, state: ClusterState) -> Score | None:
        """Skipped without soft constraints; a pod with constraints of its own gets no defaults."""
        constraints = spec.spread or default_constraints(spec, state.cluster, self.defaults)
        soft = tuple(constraint for constraint in constraints if not constraint.hard)
        needs_all_keys = bool(spec.spread) or not self.system_defaulted
        return SpreadScore(spec, soft, state, needs_all_keys=needs_all_keys) if soft else None

    def _hard_defaults(self, spec: PodSpec, cluster: Cluster) -> tuple[SpreadConstraint, ...]:
        """The hard ones among the defaults for the pod; the system has none."""
        return default_constraints(spec, cluster, tuple(default for default in self.defaults if default.hard))
