"""Node affinity, and affinity and anti-affinity between pods.

Source: https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from solver.cluster.labels import Labels, Operator
from solver.cluster.node_affinity import NodeAffinity, NodeSelectorTerm, PreferredNodeTerm
from solver.cluster.pod_affinity import PodAffinity, PodAffinityTerm, PreferredPodTerm
from solver.scenario.objects.selectors import read_requirements, read_selector, with_label_keys

if TYPE_CHECKING:
    from solver.scenario.field import Field

REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"

_NODE_FIELD = "metadata.name"


class FieldOperator(StrEnum):
    """The operators of ``matchFields``."""

    IN = "In"
    NOT_IN = "NotIn"


def read_node_affinity(place: Field) -> NodeAffinity:
    """``spec.affinity.nodeAffinity``."""
    required = place.at(REQUIRED)
    terms = read_node_terms(required.at("nodeSelectorTerms")) if required.present else None
    preferred = tuple(
        PreferredNodeTerm(_weight(item), read_node_term(item.at("preference"))) for item in place.at(PREFERRED)
    )
    return NodeAffinity(terms, preferred)


def read_node_terms(place: Field) -> tuple[NodeSelectorTerm, ...]:
    """A list of terms, of which one must match."""
    return tuple(read_node_term(item) for item in place)


def read_node_term(place: Field) -> NodeSelectorTerm:
    """One term: conditions on labels, and on the node's name."""
    fields = place.at("matchFields")
    for item in fields:
        if item.at("key").text() != _NODE_FIELD:
            item.at("key").wrong("not a field that can be selected by", f"use {_NODE_FIELD}")
        elif isinstance(item.at("values").value, list) and len(item.at("values").value) != 1:
            item.at("values").wrong(
                "a field is compared with exactly one value", "give one node name; further terms name further nodes"
            )
    return NodeSelectorTerm(
        read_requirements(place.at("matchExpressions"), Operator), read_requirements(fields, FieldOperator)
    )


def read_pod_affinity(place: Field, namespace: str, labels: Labels) -> PodAffinity:
    """``spec.affinity.podAffinity`` or ``podAntiAffinity`` of a pod in this namespace with these labels."""
    required = tuple(_read_pod_term(item, namespace, labels) for item in place.at(REQUIRED))
    preferred = tuple(
        PreferredPodTerm(_weight(item), _read_pod_term(item.at("podAffinityTerm"), namespace, labels))
        for item in place.at(PREFERRED)
    )
    return PodAffinity(required, preferred)


def _read_pod_term(place: Field, namespace: str, labels: Labels) -> PodAffinityTerm:
    selector = with_label_keys(
        read_selector(place.at("labelSelector")),
        labels,
        place.at("matchLabelKeys").texts(),
        place.at("mismatchLabelKeys").texts(),
    )
    namespaces = frozenset(place.at("namespaces").texts())
    namespace_selector = read_selector(place.at("namespaceSelector"))
    if not namespaces and namespace_selector is None:
        namespaces = frozenset({namespace})
    key = place.at("topologyKey").required_text("name the node label whose values are the domains")
    return PodAffinityTerm(key, selector, namespaces, namespace_selector)


def _weight(place: Field) -> int:
    weight = place.at("weight")
    if not weight.present:
        weight.wrong("missing", "write a number from 1 to 100")
    return weight.integer(1, 100) or 1
