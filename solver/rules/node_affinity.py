"""NodeAffinity: node selectors, required and preferred node affinity.

Source: https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#node-affinity
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from solver.cluster.labels import Operator, Requirement, equals
from solver.cluster.node_affinity import NodeAffinity as Affinity
from solver.cluster.state import NAME, ClusterState
from solver.model.linear import total
from solver.rules.rule import Narrowed, Rejection, Rule, StaticFilter, StaticScore

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

    from solver.cluster.cluster import Cluster
    from solver.cluster.columns import Column, Mask
    from solver.cluster.node import Node
    from solver.cluster.node_affinity import NodeSelectorTerm
    from solver.cluster.pod import PodSpec
    from solver.model.linear import Linear
    from solver.model.model import Model
    from solver.placement import Placement


class NodeAffinity(Rule):
    """The node selector and one of the required terms must match; every preferred term that matches adds its weight.

    ``added`` is asked of every pod beside its own: a profile's ``addedAffinity``.
    """

    name = "NodeAffinity"
    weight = 2
    REJECTION = Rejection(name, ("node(s) didn't match Pod's node affinity/selector",))
    CONFLICT = Rejection(name, ("pod affinity terms conflict",))
    ENFORCED = Rejection(name, ("node(s) didn't match scheduler-enforced node affinity",))

    def __init__(self, added: Affinity | None = None) -> None:
        self.added = added or Affinity()

    def signature(self, spec: PodSpec, cluster: Cluster) -> Hashable:
        """Selector and terms."""
        return _selector_of(spec), spec.node_affinity

    def allows(self, spec: PodSpec, state: ClusterState) -> Mask | None:
        """Where selector and required terms match."""
        return required_nodes(spec, state)

    def prefilter(self, spec: PodSpec, state: ClusterState) -> Rejection | Narrowed | None:
        """Terms that all name their nodes narrow to these; terms whose names exclude one another leave none."""
        terms = spec.node_affinity.required or ()
        named = [_named_in(term) for term in terms]
        if not terms or None in named:
            return None
        names = frozenset().union(*(names for names in named if names is not None))
        return Narrowed(names) if names else self.CONFLICT

    def filter(self, spec: PodSpec, state: ClusterState) -> StaticFilter | None:
        """The profile's demand comes before the pod's own."""
        allowed = required_nodes(spec, state)
        if self.added.required is None:
            return None if allowed is None else StaticFilter.passing(allowed, self.REJECTION)
        enforced = matching_any(self.added.required, state)
        codes = np.where(enforced, 0 if allowed is None else np.where(allowed, 0, 1), 2).astype(np.uint8)
        return StaticFilter(codes, (self.REJECTION, self.ENFORCED))

    def penalty_in(self, model: Model) -> Linear:
        """``Σ weight · count`` over the preferred terms that the node does not match."""
        wishing = [group for group in model.groups if group.spec.node_affinity.preferred]
        return total(
            model.count(group, node) * _unmet_on(group.spec, node) for group in wishing for node in model.nodes
        )

    def unmet(self, spec: PodSpec, state: ClusterState) -> Column | None:
        """All of the penalty: it does not depend on other pods."""
        if not spec.node_affinity.preferred:
            return None
        weights = np.zeros(len(state.nodes), dtype=np.int64)
        for preferred in spec.node_affinity.preferred:
            weights[~term_matches(preferred.term, state)] += preferred.weight
        return weights

    def penalty(self, placement: Placement) -> int:
        """The weights of the preferred terms that the pods' nodes do not match."""
        return sum(_unmet_on(pod.spec, node) for pod, node in placement.node_of.items())

    def score(self, spec: PodSpec, state: ClusterState) -> StaticScore | None:
        """The sum of the weights of the preferred terms that match."""
        wished = (*self.added.preferred, *spec.node_affinity.preferred)
        if not wished:
            return None
        raw = np.zeros(len(state.nodes), dtype=np.int64)
        for preferred in wished:
            raw[term_matches(preferred.term, state)] += preferred.weight
        return StaticScore(raw)


def _unmet_on(spec: PodSpec, node: Node) -> int:
    """The weights of the pod's preferred terms that a node does not match."""
    return sum(each.weight for each in spec.node_affinity.preferred if not each.term.matches(node.name, node.labels))


def required_nodes(spec: PodSpec, state: ClusterState) -> Mask | None:
    """The nodes that node selector and required affinity allow; None where the pod asks for nothing."""
    if not spec.node_selector and spec.node_affinity.required is None:
        return None
    return state.once((NodeAffinity.name, required_key(spec)), lambda: _required_nodes(spec, state))


def required_key(spec: PodSpec) -> Hashable:
    """What identifies the set of required nodes."""
    return _selector_of(spec), spec.node_affinity.required


def term_matches(term: NodeSelectorTerm, state: ClusterState) -> Mask:
    """The nodes that meet every condition of a term; an empty term matches none."""
    if not term.expressions and not term.fields:
        return np.zeros(len(state.nodes), dtype=np.bool_)
    return _meeting(term.expressions, state) & _meeting_fields(term.fields, state)


def nameless_matches(term: NodeSelectorTerm, state: ClusterState) -> Mask:
    """The same where names of nodes are not shown: conditions on the name are held against an empty one."""
    if not all(field.matches({NAME: ""}) for field in term.fields):
        return np.zeros(len(state.nodes), dtype=np.bool_)
    if not term.expressions:
        return np.full(len(state.nodes), bool(term.fields))
    return term_matches(replace(term, fields=()), state)


def _required_nodes(spec: PodSpec, state: ClusterState) -> Mask:
    selected = _meeting(equals(spec.node_selector).requirements, state)
    return (
        selected if spec.node_affinity.required is None else selected & matching_any(spec.node_affinity.required, state)
    )


def matching_any(terms: Iterable[NodeSelectorTerm], state: ClusterState) -> Mask:
    """The nodes that match one of the terms."""
    matching = np.zeros(len(state.nodes), dtype=np.bool_)
    for term in terms:
        matching |= term_matches(term, state)
    return matching


def _meeting(requirements: Iterable[Requirement], state: ClusterState) -> Mask:
    mask = np.ones(len(state.nodes), dtype=np.bool_)
    for requirement in requirements:
        mask &= state.labels(requirement.key).meets(requirement)
    return mask


def _meeting_fields(fields: Iterable[Requirement], state: ClusterState) -> Mask:
    mask = np.ones(len(state.nodes), dtype=np.bool_)
    for field in fields:
        mask &= state.labels(NAME).meets(field) if field.key == NAME else field.matches({})
    return mask


def _selector_of(spec: PodSpec) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(spec.node_selector.items()))


def _named_in(term: NodeSelectorTerm) -> frozenset[str] | None:
    """The node names that all ``In`` conditions of a term on the name allow; None without such a condition."""
    sets = [field.values for field in term.fields if field.key == NAME and field.operator is Operator.IN]
    return frozenset.intersection(*sets) if sets else None
