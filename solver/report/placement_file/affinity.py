"""Affinities, selectors and spread constraints as Kubernetes writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from solver.cluster.labels import Operator

if TYPE_CHECKING:
    from collections.abc import Sequence

    from solver.cluster.labels import LabelSelector, Requirement
    from solver.cluster.node_affinity import NodeAffinity, NodeSelectorTerm
    from solver.cluster.pod import PodSpec
    from solver.cluster.pod_affinity import PodAffinity, PodAffinityTerm
    from solver.cluster.topology import SpreadConstraint

REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"


def affinity(spec: PodSpec) -> dict[str, Any]:
    """``spec.affinity``; empty where the pod has none."""
    found = {
        "nodeAffinity": _node_affinity(spec.node_affinity),
        "podAffinity": _pod_affinity(spec.affinity),
        "podAntiAffinity": _pod_affinity(spec.anti_affinity),
    }
    return {key: value for key, value in found.items() if value}


def spread_constraint(constraint: SpreadConstraint) -> dict[str, Any]:
    """One item of ``spec.topologySpreadConstraints``; policies only where they are not the defaults."""
    written: dict[str, Any] = {
        "maxSkew": constraint.max_skew,
        "topologyKey": constraint.topology_key,
        "whenUnsatisfiable": "DoNotSchedule" if constraint.hard else "ScheduleAnyway",
    }
    if constraint.min_domains is not None:
        written["minDomains"] = constraint.min_domains
    if not constraint.honors_affinity:
        written["nodeAffinityPolicy"] = "Ignore"
    if constraint.honors_taints:
        written["nodeTaintsPolicy"] = "Honor"
    return written | _optional("labelSelector", constraint.selector)


def _node_affinity(affinity: NodeAffinity) -> dict[str, Any]:
    written: dict[str, Any] = {}
    if affinity.required is not None:
        written[REQUIRED] = {"nodeSelectorTerms": [_node_term(term) for term in affinity.required]}
    if affinity.preferred:
        written[PREFERRED] = [
            {"weight": each.weight, "preference": _node_term(each.term)} for each in affinity.preferred
        ]
    return written


def _node_term(term: NodeSelectorTerm) -> dict[str, Any]:
    parts = {"matchExpressions": term.expressions, "matchFields": term.fields}
    return {key: [_expression(each) for each in part] for key, part in parts.items() if part}


def _pod_affinity(affinity: PodAffinity) -> dict[str, Any]:
    written: dict[str, Any] = {}
    if affinity.required:
        written[REQUIRED] = [_pod_term(term) for term in affinity.required]
    if affinity.preferred:
        written[PREFERRED] = [
            {"weight": each.weight, "podAffinityTerm": _pod_term(each.term)} for each in affinity.preferred
        ]
    return written


def _pod_term(term: PodAffinityTerm) -> dict[str, Any]:
    return (
        {"topologyKey": term.topology_key}
        | _optional("labelSelector", term.selector)
        | ({"namespaces": sorted(term.namespaces)} if term.namespaces else {})
        | _optional("namespaceSelector", term.namespace_selector)
    )


def _optional(key: str, selector: LabelSelector | None) -> dict[str, Any]:
    """A selector under its key; one that is absent selects nothing, an empty one everything."""
    return {} if selector is None else {key: _selector(selector.requirements)}


def _selector(requirements: Sequence[Requirement]) -> dict[str, Any]:
    """``matchLabels`` as far as that keeps the order of the requirements, then ``matchExpressions``."""
    labels: dict[str, str] = {}
    for requirement in requirements:
        if requirement.operator is not Operator.IN or len(requirement.values) != 1:
            break
        if labels and requirement.key <= max(labels):
            break
        (labels[requirement.key],) = requirement.values
    rest = [_expression(requirement) for requirement in requirements[len(labels) :]]
    return ({"matchLabels": labels} if labels else {}) | ({"matchExpressions": rest} if rest else {})


def _expression(requirement: Requirement) -> dict[str, Any]:
    values = {"values": sorted(requirement.values)} if requirement.values else {}
    return {"key": requirement.key, "operator": str(requirement.operator)} | values
