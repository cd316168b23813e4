"""TaintToleration: taints keep away, or discourage, the pods that do not tolerate them.

Source: https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from solver.cluster.taints import Effect, Taint, Toleration, first_untolerated
from solver.model.linear import total
from solver.rules.rule import Rejection, Rule, StaticFilter, StaticScore

if TYPE_CHECKING:
    from collections.abc import Hashable

    from solver.cluster.cluster import Cluster
    from solver.cluster.columns import Column, Mask
    from solver.cluster.pod import PodSpec
    from solver.cluster.state import ClusterState
    from solver.model.linear import Linear
    from solver.model.model import Model
    from solver.placement import Placement


class TaintToleration(Rule):
    """NoSchedule and NoExecute taints reject; fewer untolerated PreferNoSchedule taints score better."""

    name = "TaintToleration"
    weight = 3

    def signature(self, spec: PodSpec, cluster: Cluster) -> Hashable:
        """The tolerations."""
        return frozenset(spec.tolerations)

    def allows(self, spec: PodSpec, state: ClusterState) -> Mask | None:
        """Where every hard taint is tolerated."""
        found = self.filter(spec, state)
        return None if found is None else found.column == 0

    def filter(self, spec: PodSpec, state: ClusterState) -> StaticFilter | None:
        """The first hard taint that is not tolerated is the reason."""
        kinds, kind_of_node = _kinds_of_taints(state)
        first = [first_untolerated(taints, spec.tolerations) for taints in kinds]
        rejections = dict.fromkeys(self._rejection(taint) for taint in first if taint is not None)
        if not rejections:
            return None
        code = {rejection: number for number, rejection in enumerate(rejections, 1)}
        of_kind = [0 if taint is None else code[self._rejection(taint)] for taint in first]
        column = np.array(of_kind, dtype=np.min_scalar_type(len(rejections)))[kind_of_node]
        return StaticFilter(column, tuple(rejections))

    def penalty_in(self, model: Model) -> Linear:
        """``Σ taints · count`` over the PreferNoSchedule taints that the pod does not tolerate."""
        tainted = [node for node in model.nodes if discouraging(node.taints, ())]
        return total(
            model.count(group, node) * len(discouraging(node.taints, group.spec.tolerations))
            for node in tainted
            for group in model.groups
        )

    def unmet(self, spec: PodSpec, state: ClusterState) -> Column | None:
        """All of the penalty: it does not depend on other pods."""
        kinds, kind_of_node = _kinds_of_taints(state)
        of_kind = np.array([len(discouraging(taints, spec.tolerations)) for taints in kinds], dtype=np.int64)
        return of_kind[kind_of_node] if of_kind.any() else None

    def penalty(self, placement: Placement) -> int:
        """One for each such taint of each pod's node."""
        return sum(len(discouraging(node.taints, pod.spec.tolerations)) for pod, node in placement.node_of.items())

    def score(self, spec: PodSpec, state: ClusterState) -> StaticScore:
        """The number of PreferNoSchedule taints that are not tolerated: fewer are better."""
        kinds, kind_of_node = _kinds_of_taints(state)
        of_kind = [len(discouraging(taints, spec.tolerations)) for taints in kinds]
        return StaticScore(np.array(of_kind, dtype=np.int64)[kind_of_node], reverse=True)

    def _rejection(self, taint: Taint) -> Rejection:
        return Rejection(self.name, (f"node(s) had untolerated taint {{{taint.key}: {taint.value}}}",))


def discouraging(taints: tuple[Taint, ...], tolerations: tuple[Toleration, ...]) -> list[Taint]:
    """The PreferNoSchedule taints that none of the tolerations covers."""
    return [
        taint for taint in taints if taint.effect is Effect.PREFER_NO_SCHEDULE and not taint.tolerated_by(tolerations)
    ]


def _kinds_of_taints(state: ClusterState) -> tuple[list[tuple[Taint, ...]], np.ndarray[tuple[int], np.dtype[np.int64]]]:
    """The distinct lists of taints, and which one each node has."""

    def make() -> tuple[list[tuple[Taint, ...]], np.ndarray[tuple[int], np.dtype[np.int64]]]:
        kinds: dict[tuple[Taint, ...], int] = {}
        kind_of_node = [kinds.setdefault(node.taints, len(kinds)) for node in state.nodes]
        return [*kinds], np.array(kind_of_node, dtype=np.int64)

    return state.once(TaintToleration.name, make)
