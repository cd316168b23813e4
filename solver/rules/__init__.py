"""Scheduling rules, named as in Kubernetes; the file or folder of a rule holds all that is said about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.rules.gpu_sharing import GpuSharing
from solver.rules.image_locality import ImageLocality
from solver.rules.inter_pod_affinity import InterPodAffinity
from solver.rules.node_affinity import NodeAffinity
from solver.rules.node_name import NodeName
from solver.rules.node_ports import NodePorts
from solver.rules.node_resources_balanced_allocation import NodeResourcesBalancedAllocation
from solver.rules.node_resources_fit import NodeResourcesFit
from solver.rules.node_unschedulable import NodeUnschedulable
from solver.rules.node_volume_limits import NodeVolumeLimits
from solver.rules.pod_topology_spread import PodTopologySpread
from solver.rules.taint_toleration import TaintToleration
from solver.rules.volume_binding import VolumeBinding
from solver.rules.volume_restrictions import VolumeRestrictions
from solver.rules.volume_zone import VolumeZone

if TYPE_CHECKING:
    from solver.rules.rule import Rule

RULES: tuple[Rule, ...] = (
    NodeUnschedulable(),
    NodeName(),
    TaintToleration(),
    NodeAffinity(),
    NodePorts(),
    NodeResourcesFit(),
    VolumeRestrictions(),
    NodeVolumeLimits(),
    VolumeBinding(),
    VolumeZone(),
    PodTopologySpread(),
    InterPodAffinity(),
    GpuSharing(),
    NodeResourcesBalancedAllocation(),
    ImageLocality(),
)
"""In the order in which kube-scheduler's default profile filters, then a plugin's; the last two only score."""
