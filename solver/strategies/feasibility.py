"""Which nodes take a pod now, by every rule's filter, with as little recomputed as the last binds allow."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from solver.rules import RULES
from solver.rules.grouping import PodClasses
from solver.rules.rule import Filter, Narrowed, Reach
from solver.rules.volume_binding.binding import VolumeBound, bind_volumes, volumes_at
from solver.rules.volume_binding.claims import PodClaims
from solver.rules.volume_binding.filter import BindingFilter
from solver.strategies.work import spend

if TYPE_CHECKING:
    from solver.cluster.columns import Mask, Places
    from solver.cluster.pod import Pod, PodSpec
    from solver.cluster.state import ClusterState
_PER_BIND, _PER_LOOK, _PER_NODE = 6e-6, 1e-5, 2e-9
_PER_CLASS, _PER_CLASS_NODE = 4e-5, 6e-8
"""What counts as work: a bind, a look at all nodes, and the first one of a class of pods; about their seconds."""


@dataclass(slots=True)
class _Column:
    """The filters of one class of pods, by how far a bind reaches into them.

    ``passes`` holds the verdict of those that no bind elsewhere changes, true up to place ``read`` of the state's
    journal.
    """

    per_node: list[Filter]
    cluster_wide: list[Filter]
    fixed: Mask
    passes: Mask
    read: int
    storage: int = field(default=0)


class Feasibility:
    """Feasible nodes in a `ClusterState`, as binds come and go; pods that no rule tells apart share one column."""

    def __init__(self, state: ClusterState) -> None:
        self._state = state
        self._classes = PodClasses(state.cluster)
        self._columns: dict[int, _Column] = {}

    def class_of(self, spec: PodSpec) -> int:
        """The number of the class that no rule tells apart."""
        return self._classes.number(spec)

    def bind(self, pod: Pod, node: int) -> tuple[VolumeBound, ...]:
        """Bind the pod, and its waiting claims as kube-scheduler would; gives what `unbind` needs."""
        volumes = self._volumes_for(pod.spec, node)
        spend(_PER_BIND)
        self._state.bind(pod, node)
        bind_volumes(volumes, self._state)
        return volumes

    def unbind(self, pod: Pod, volumes: tuple[VolumeBound, ...]) -> None:
        """Take a bind back, the last one first."""
        state = self._state
        state.unbind(pod)
        for bound in volumes:
            state.claims[bound.claim.key] = bound.claim
            if bound.topology_keys is None:
                state.volumes[bound.volume.name] = bound.volume
            else:
                del state.volumes[bound.volume.name]
            state.storage_changes += 1

    def _volumes_for(self, spec: PodSpec, node: int) -> tuple[VolumeBound, ...]:
        if not spec.claims or not self._state.cluster.storage.described:
            return ()
        return volumes_at(BindingFilter(PodClaims.of(spec, self._state), self._state), node, self._state)

    def nodes(self, spec: PodSpec) -> Mask:
        """Where a pod of this spec passes every filter."""
        spend(_PER_LOOK + _PER_NODE * len(self._state.nodes))
        column = self._column(spec)
        feasible = column.passes.copy()
        return self._narrowed(column, feasible)

    def allows(self, spec: PodSpec, node: int) -> bool:
        """Whether the node at this place takes such a pod."""
        column = self._column(spec)
        at = np.array([node], dtype=np.intp)
        return bool(column.passes[node]) and all(
            not each.codes(at).any() for each in column.cluster_wide if each.begin()
        )

    def _narrowed(self, column: _Column, feasible: Mask) -> Mask:
        """Ask the filters that look at the whole cluster, about the nodes that are left."""
        for each in column.cluster_wide:
            at = np.flatnonzero(feasible)
            if len(at) and each.begin():
                feasible[at[each.codes(at) > 0]] = False
        return feasible

    def _column(self, spec: PodSpec) -> _Column:
        number = self._classes.number(spec)
        column = self._columns.get(number)
        if column is None or (spec.claims and column.storage != self._state.storage_changes):
            column = self._columns[number] = self._made(spec)
        elif column.read < len(self._state.journal):
            changed = np.unique(np.array(self._state.journal[column.read :], dtype=np.intp))
            column.passes[changed] = column.fixed[changed] & _passing(column.per_node, changed)
            column.read = len(self._state.journal)
        return column

    def _made(self, spec: PodSpec) -> _Column:
        spend(_PER_CLASS + _PER_CLASS_NODE * len(self._state.nodes))
        state = self._state
        filters = [made for rule in RULES if (made := rule.filter(spec, state)) is not None]
        per_node = [each for each in filters if each.reach is Reach.NODE]
        fixed = self._prefiltered(spec)
        fixed &= _passing([each for each in filters if each.reach is Reach.NOTHING], state.everywhere)
        passes = fixed & _passing(per_node, state.everywhere)
        wide = [each for each in filters if each.reach is Reach.CLUSTER]
        return _Column(per_node, wide, fixed, passes, len(state.journal), state.storage_changes)

    def _prefiltered(self, spec: PodSpec) -> Mask:
        """None where a rule rejects the pod outright; the named nodes where one narrows them."""
        mask = np.ones(len(self._state.nodes), dtype=np.bool_)
        for rule in RULES:
            verdict = rule.prefilter(spec, self._state)
            if isinstance(verdict, Narrowed):
                mask &= np.array([node.name in verdict.nodes for node in self._state.nodes], dtype=np.bool_)
            elif verdict is not None:
                mask[:] = False
        return mask


def _passing(filters: list[Filter], at: Places) -> Mask:
    passing = np.ones(len(at), dtype=np.bool_)
    for each in filters:
        if each.begin():
            passing &= each.codes(at) == 0
    return passing
