"""Spread constraints as the whole cluster sees them: who carries one, whom it counts, and in which domains."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from solver.cluster.taints import first_untolerated
from solver.rules.pod_topology_spread.counts import counted_pods, eligibility

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Sequence

    from solver.cluster.node import Node
    from solver.cluster.pod import PodSpec
    from solver.cluster.topology import SpreadConstraint
    from solver.rules.selection import Selected


@dataclass(frozen=True, eq=False)
class SpreadClass:
    """A constraint with the pods that it counts and its eligible nodes; where either differs, it is another class."""

    constraint: SpreadConstraint
    counted: Selected
    eligible: tuple[Node, ...]
    carriers: frozenset[PodSpec]


def spread_classes(specs: Iterable[PodSpec], nodes: Sequence[Node], *, hard: bool) -> list[SpreadClass]:
    """The classes of the hard or of the soft constraints, without those that count nobody.

    Kubernetes counts no pod for an empty selector, and none for a missing one.
    """
    eligible: dict[Hashable, tuple[Node, ...]] = {}
    carriers: dict[Hashable, list[PodSpec]] = {}
    made: dict[Hashable, tuple[SpreadConstraint, Selected, Hashable]] = {}
    for spec in specs:
        constraints = [constraint for constraint in spec.spread if constraint.hard is hard]
        keys = frozenset(constraint.topology_key for constraint in constraints)
        for constraint in constraints:
            if constraint.selector is None or not constraint.selector.requirements:
                continue
            where = eligibility(spec, constraint, keys)
            if where not in eligible:
                eligible[where] = tuple(node for node in nodes if _is_eligible(spec, constraint, keys, node))
            pods = counted_pods(spec, constraint)
            made[constraint, pods, where] = (constraint, pods, where)
            carriers.setdefault((constraint, pods, where), []).append(spec)
    return [
        SpreadClass(constraint, pods, eligible[where], frozenset(carriers[constraint, pods, where]))
        for constraint, pods, where in made.values()
    ]


def _is_eligible(spec: PodSpec, constraint: SpreadConstraint, keys: frozenset[str], node: Node) -> bool:
    """All topology keys of the pod's constraints, and what the two inclusion policies ask."""
    if any(key not in node.labels for key in keys):
        return False
    if constraint.honors_affinity and not _selects(spec, node):
        return False
    return not constraint.honors_taints or first_untolerated(node.taints, spec.tolerations) is None


def _selects(spec: PodSpec, node: Node) -> bool:
    if any(node.labels.get(key) != value for key, value in spec.node_selector.items()):
        return False
    return spec.node_affinity.allows(node.name, node.labels)
