"""The third voice: kube-scheduler's decisions read naively from raw manifests.

Written from the Kubernetes documentation; nothing of the solver is imported, nothing is counted ahead, nothing is fast.
Pods are plain Pod objects: workloads are not expanded here.
"""

from __future__ import annotations

from tests.oracle.devices import gpu_sharing
from tests.oracle.filters import (
    Bound,
    inter_pod_affinity,
    node_affinity,
    node_ports,
    node_resources_fit,
    node_unschedulable,
    pod_topology_spread,
    taint_toleration,
)
from tests.oracle.objects import Raw, node_named
from tests.oracle.restrictions import volume_restrictions
from tests.oracle.volumes import node_volume_limits, rejected, settled, volume_binding, volume_zone

__all__ = ["FILTERS", "feasible", "rejected", "settled"]

FILTERS = {
    "NodeUnschedulable": node_unschedulable,
    "TaintToleration": taint_toleration,
    "NodeAffinity": node_affinity,
    "NodePorts": node_ports,
    "NodeResourcesFit": node_resources_fit,
    "VolumeRestrictions": volume_restrictions,
    "NodeVolumeLimits": node_volume_limits,
    "VolumeBinding": volume_binding,
    "VolumeZone": volume_zone,
    "PodTopologySpread": pod_topology_spread,
    "InterPodAffinity": inter_pod_affinity,
    "GpuSharing": gpu_sharing,
}
"""In kube-scheduler's order; what is no plugin of its own comes last."""


def feasible(objects: list[Raw], bound: Bound, pod: Raw, node: str) -> tuple[bool, str | None]:
    """Whether the pod may be bound to the node now, and the plugin that says no.

    ``bound`` maps "namespace/name" of every pod that has a node at this moment to the node's name.
    """
    outright = rejected(objects, bound, pod)
    if outright is not None:
        return False, outright[0]
    where = node_named(objects, node)
    for plugin, passes in FILTERS.items():
        if not passes(objects, bound, pod, where):
            return False, plugin
    return True, None
