"""The skew that a finished placement has: pods in the fullest domain less pods in the emptiest eligible one.

A final skew above maxSkew breaks no rule by itself: a constraint is checked when a pod that carries it is bound.
Source: https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from solver.cluster.taints import first_untolerated
from solver.compare.measure import Better, Judged, Measure, Unit

if TYPE_CHECKING:
    from solver.cluster.node import Node
    from solver.cluster.pod import PodSpec
    from solver.cluster.topology import SpreadConstraint
    from solver.placement import Placement


def worst_skew(placement: Placement, *, hard: bool) -> int | None:
    """The largest skew over all constraints of one kind that pods carry; None where there is none.

    ``hard``: DoNotSchedule, otherwise ScheduleAnyway.
    """
    counts = _pods_per_node(placement)
    eligible = _Eligible(placement.cluster.nodes)
    cluster = placement.cluster
    specs = dict.fromkeys(pod.spec for pod in (*cluster.bound, *cluster.pending))
    carried = ((spec, constraint) for spec in specs for constraint in spec.spread if constraint.hard is hard)
    return max((_skew(counts, eligible.nodes(*pair), *pair) for pair in carried), default=None)


def _pods_per_node(placement: Placement) -> dict[PodSpec, Counter[Node]]:
    counts: defaultdict[PodSpec, Counter[Node]] = defaultdict(Counter)
    for pod, node in placement.node_of.items():
        counts[pod.spec][node] += 1
    return counts


def _skew(
    counts: dict[PodSpec, Counter[Node]], eligible: frozenset[Node], spec: PodSpec, constraint: SpreadConstraint
) -> int:
    """Fullest domain less emptiest; with fewer domains than ``min_domains`` the emptiest counts 0."""
    key, selector = constraint.topology_key, constraint.selector
    in_domain = Counter({node.labels[key]: 0 for node in eligible})
    for other, per_node in counts.items():
        if other.namespace == spec.namespace and selector is not None and selector.matches(other.labels):
            for node, number in per_node.items():
                if node in eligible:
                    in_domain[node.labels[key]] += number
    if not in_domain:
        return 0
    lowest = 0 if len(in_domain) < (constraint.min_domains or 1) else min(in_domain.values())
    return max(in_domain.values()) - lowest


class _Eligible:
    """Nodes that count for a constraint of a pod, found once for each distinct question."""

    def __init__(self, nodes: tuple[Node, ...]) -> None:
        self._nodes = nodes
        self._known: dict[object, frozenset[Node]] = {}

    def nodes(self, spec: PodSpec, constraint: SpreadConstraint) -> frozenset[Node]:
        """Nodes with the topology keys of all constraints of that kind, and with what the policies ask for."""
        keys = frozenset(other.topology_key for other in spec.spread if other.hard is constraint.hard)
        affinity = (tuple(spec.node_selector.items()), spec.node_affinity) if constraint.honors_affinity else None
        question = (keys, affinity, spec.tolerations if constraint.honors_taints else None)
        if question not in self._known:
            self._known[question] = frozenset(node for node in self._nodes if _counts(node, keys, spec, constraint))
        return self._known[question]


def _counts(node: Node, keys: frozenset[str], spec: PodSpec, constraint: SpreadConstraint) -> bool:
    if not keys <= node.labels.keys():
        return False
    if constraint.honors_taints and first_untolerated(node.taints, spec.tolerations) is not None:
        return False
    if not constraint.honors_affinity:
        return True
    selected = all(node.labels.get(key) == value for key, value in spec.node_selector.items())
    return selected and spec.node_affinity.allows(node.name, node.labels)


def _hard(judged: Judged) -> int | None:
    return worst_skew(judged.result.placement, hard=True)


def _soft(judged: Judged) -> int | None:
    return worst_skew(judged.result.placement, hard=False)


HARD_SKEW = Measure("worst_skew_hard", "worst skew, DoNotSchedule", Unit.COUNT, Better.LESS, _hard)
SOFT_SKEW = Measure("worst_skew_soft", "worst skew, ScheduleAnyway", Unit.COUNT, Better.LESS, _soft)
