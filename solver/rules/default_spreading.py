"""The system's default spreading: the selector that Services and the owning controller give a pod.

Source:
https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/#internal-default-constraints
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.cluster.labels import LabelSelector, equals
from solver.cluster.topology import HOSTNAME, ZONE, SpreadConstraint

if TYPE_CHECKING:
    from solver.cluster.cluster import Cluster
    from solver.cluster.pod import PodSpec


def default_constraints(spec: PodSpec, cluster: Cluster) -> tuple[SpreadConstraint, ...]:
    """Hostname maxSkew 3 and zone maxSkew 5, both soft, for pods that have none of their own and that are selected."""
    if spec.spread:
        return ()
    selector = default_selector(spec, cluster)
    if not selector.requirements:
        return ()
    return (SpreadConstraint(3, HOSTNAME, False, selector), SpreadConstraint(5, ZONE, False, selector))


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
