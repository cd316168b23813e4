"""The steps of scheduling at which plugins run, and the plugins of kube-scheduler v1.34 with the steps that they have.

Source: https://kubernetes.io/docs/reference/scheduling/config/#extensions-points
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class Point(StrEnum):
    """An extension point, by its key in a configuration."""

    PRE_ENQUEUE = "preEnqueue"
    QUEUE_SORT = "queueSort"
    PRE_FILTER = "preFilter"
    FILTER = "filter"
    POST_FILTER = "postFilter"
    PRE_SCORE = "preScore"
    SCORE = "score"
    RESERVE = "reserve"
    PERMIT = "permit"
    PRE_BIND = "preBind"
    BIND = "bind"
    POST_BIND = "postBind"


MULTI_POINT = "multiPoint"
"""The key that stands for all the extension points of a plugin."""

_FILTERS = frozenset({Point.PRE_FILTER, Point.FILTER})
_SCORES = frozenset({Point.PRE_SCORE, Point.SCORE})

POINTS: Mapping[str, frozenset[Point]] = {
    "SchedulingGates": frozenset({Point.PRE_ENQUEUE}),
    "PrioritySort": frozenset({Point.QUEUE_SORT}),
    "NodeUnschedulable": frozenset({Point.FILTER}),
    "NodeName": frozenset({Point.FILTER}),
    "TaintToleration": _SCORES | {Point.FILTER},
    "NodeAffinity": _FILTERS | _SCORES,
    "NodePorts": _FILTERS,
    "NodeResourcesFit": _FILTERS | _SCORES,
    "VolumeRestrictions": _FILTERS,
    "NodeVolumeLimits": _FILTERS,
    "VolumeBinding": _FILTERS | _SCORES | {Point.RESERVE, Point.PRE_BIND},
    "VolumeZone": _FILTERS,
    "PodTopologySpread": _FILTERS | _SCORES,
    "InterPodAffinity": _FILTERS | _SCORES,
    "DynamicResources": _FILTERS | {Point.PRE_ENQUEUE, Point.POST_FILTER, Point.RESERVE, Point.PRE_BIND},
    "DefaultPreemption": frozenset({Point.PRE_ENQUEUE, Point.POST_FILTER}),
    "NodeResourcesBalancedAllocation": _SCORES,
    "ImageLocality": frozenset({Point.SCORE}),
    "DefaultBinder": frozenset({Point.BIND}),
}
"""In the order in which the default profile enables them."""

DEFAULT_WEIGHTS: Mapping[str, int] = {
    "TaintToleration": 3,
    "NodeAffinity": 2,
    "PodTopologySpread": 2,
    "InterPodAffinity": 2,
}
"""What scores weigh in the default profile; the others weigh 1."""

REMOVED = frozenset({"AzureDiskLimits", "CinderLimits", "EBSLimits", "GCEPDLimits"})
"""Plugins that kube-scheduler refuses since they are gone."""
