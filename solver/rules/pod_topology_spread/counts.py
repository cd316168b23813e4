"""What a spread constraint counts, and on which nodes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from solver.rules.node_affinity import required_key, required_nodes
from solver.rules.selection import Selected
from solver.rules.taint_toleration import TaintToleration

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from solver.cluster.columns import Mask
    from solver.cluster.pod import PodSpec
    from solver.cluster.state import ClusterState
    from solver.cluster.topology import SpreadConstraint


def counted_pods(spec: PodSpec, constraint: SpreadConstraint) -> Selected:
    """The pods of the same namespace that the constraint's selector picks."""
    return Selected(frozenset({spec.namespace}), constraint.selector)


def nodes_with_keys(constraints: Sequence[SpreadConstraint], state: ClusterState) -> Mask:
    """The nodes that have the topology keys of all the constraints."""
    mask = np.ones(len(state.nodes), dtype=np.bool_)
    for constraint in constraints:
        mask &= state.labels(constraint.topology_key).codes >= 0
    return mask


def eligible_nodes(spec: PodSpec, constraint: SpreadConstraint, among: Mask, state: ClusterState) -> Mask:
    """The nodes among these that the constraint's inclusion policies count."""
    mask = among.copy()
    required = required_nodes(spec, state) if constraint.honors_affinity else None
    if required is not None:
        mask &= required
    tolerated = TaintToleration().allows(spec, state) if constraint.honors_taints else None
    if tolerated is not None:
        mask &= tolerated
    return mask


def eligibility(spec: PodSpec, constraint: SpreadConstraint, among: Hashable) -> Hashable:
    """What identifies the eligible nodes, given what identifies those that they are among."""
    return (
        among,
        required_key(spec) if constraint.honors_affinity else None,
        frozenset(spec.tolerations) if constraint.honors_taints else None,
    )
