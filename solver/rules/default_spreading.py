"""Default spreading: constraints of the system or a profile, with the selector that Services and the controller give.

Source:
https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/#internal-default-constraints
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from solver.cluster.labels import LabelSelector, equals
from solver.cluster.topology import HOSTNAME, ZONE, SpreadConstraint

if TYPE_CHECKING:
    from solver.cluster.cluster import Cluster
    from solver.cluster.pod import PodSpec

SYSTEM = (SpreadConstraint(3, HOSTNAME, False, None), SpreadConstraint(5, ZONE, False, None))
"""Hostname maxSkew 3 and zone maxSkew 5, both soft; as all defaults without a selector."""

_MERGED = "ReplicationController"


def default_constraints(
    spec: PodSpec, cluster: Cluster, defaults: tuple[SpreadConstraint, ...] = SYSTEM
) -> tuple[SpreadConstraint, ...]:
    """The defaults for pods that have no constraints of their own and that are selected."""
    if spec.spread or not defaults:
        return ()
    selector = default_selector(spec, cluster)
    if not selector.requirements:
        return ()
    return tuple(replace(constraint, selector=selector) for constraint in defaults)


def default_selector(spec: PodSpec, cluster: Cluster) -> LabelSelector:
    """The selectors of the Services that select the pod, merged, with that of its controller.

    A ReplicationController's is merged label by label, and wins; any other controller's is a further condition.
    """
    labels: dict[str, str] = {}
    for service in cluster.services_in.get(spec.namespace, ()):
        if service.selector.items() <= spec.labels.items():
            labels |= service.selector
    controller = None if spec.owner is None else cluster.controller_of.get((spec.namespace, spec.owner))
    if controller is None or controller.selector is None:
        return equals(labels)
    if controller.owner.kind == _MERGED:
        return _merged(equals(labels), controller.selector)
    return equals(labels).narrowed(*controller.selector.requirements)


def _merged(selector: LabelSelector, other: LabelSelector) -> LabelSelector:
    """The conditions of the other one in place of those on the same labels."""
    told = {requirement.key: requirement for requirement in (*selector.requirements, *other.requirements)}
    return LabelSelector(tuple(told.values()))
