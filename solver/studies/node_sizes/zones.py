"""Zones count before they have a node: who asks to be spread over zones means those that there are to choose from.

kube-scheduler knows a zone by its nodes. On a mix with all nodes in one zone it would find every spread over zones
kept, there being nothing to be uneven with; an autoscaler that opens nodes where they are missing reads it otherwise.
So ``DoNotSchedule`` constraints over zones get ``minDomains``: as many as the pod is allowed in. A placement that keeps
this keeps what was asked for, too.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from solver.cluster.topology import ZONE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from solver.cluster.cluster import Cluster
    from solver.cluster.node import Node
    from solver.cluster.pod import PodSpec
    from solver.cluster.topology import SpreadConstraint
    from solver.studies.node_sizes.offers import Offer


def with_all_zones(workloads: Cluster, offers: Iterable[Offer]) -> Cluster:
    """The workloads as they are meant where nodes may be opened in every zone of the offers."""
    templates = [template for offer in offers for template in offer.templates]
    specs: dict[PodSpec, PodSpec] = {}
    for pod in workloads.pods:
        if pod.spec not in specs:
            specs[pod.spec] = _spread(pod.spec, templates)
    pods = (pod if specs[pod.spec] is pod.spec else replace(pod, spec=specs[pod.spec]) for pod in workloads.pods)
    return replace(workloads, pods=tuple(pods))


def _spread(spec: PodSpec, templates: Iterable[Node]) -> PodSpec:
    if not any(_over_zones(constraint) for constraint in spec.spread):
        return spec
    changed = (
        replace(constraint, min_domains=max(constraint.min_domains or 1, len(zones_for(spec, constraint, templates))))
        if _over_zones(constraint)
        else constraint
        for constraint in spec.spread
    )
    return replace(spec, spread=tuple(changed))


def _over_zones(constraint: SpreadConstraint) -> bool:
    return constraint.hard and constraint.topology_key == ZONE


def zones_for(spec: PodSpec, constraint: SpreadConstraint, templates: Iterable[Node]) -> frozenset[str | None]:
    """Of the zones on offer, those that count for the pod."""
    return frozenset(node.zone for node in templates if not constraint.honors_affinity or _asks_for(spec, node))


def _asks_for(spec: PodSpec, node: Node) -> bool:
    selected = all(node.labels.get(key) == value for key, value in spec.node_selector.items())
    return selected and spec.node_affinity.allows(node.name, node.labels)
