"""Topology domains and the constraints that spread pods over them.

Source: https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from solver.cluster.labels import LabelSelector

HOSTNAME = "kubernetes.io/hostname"
ZONE = "topology.kubernetes.io/zone"
REGION = "topology.kubernetes.io/region"
INSTANCE_TYPE = "node.kubernetes.io/instance-type"


@dataclass(frozen=True, slots=True)
class SpreadConstraint:
    """At most ``max_skew`` more matching pods in a domain than in the emptiest eligible one.

    ``hard`` is DoNotSchedule, otherwise ScheduleAnyway. ``min_domains``: with fewer eligible domains the minimum counts
    as 0. ``honors_affinity`` and ``honors_taints`` are the two node inclusion policies. ``matchLabelKeys`` are merged
    into ``selector``.
    """

    max_skew: int
    topology_key: str
    hard: bool
    selector: LabelSelector | None
    min_domains: int | None = None
    honors_affinity: bool = True
    honors_taints: bool = False
