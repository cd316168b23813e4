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
    """The selectors of the Services that select the pod, merged, with that of its controller."""
    labels: dict[str, str] = {}
    for service in cluster.services_in.get(spec.namespace, ()):
        if service.selector.items() <= spec.labels.items():
            labels |= service.selector
    selector = equals(labels)
    controller = None if spec.owner is None else cluster.controller_of.get((spec.namespace, spec.owner))
    if controller is None or controller.selector is None:
        return selector
    return selector.narrowed(*controller.selector.requirements)
