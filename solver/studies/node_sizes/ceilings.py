"""At most a share of all pods on one node: nodes that take no more pods than that.

The limit is the node's own number of pods, which the kubelet knows as well: what is found here can be configured so.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from solver.cluster.resources import PODS
from solver.studies.node_sizes.capacity import of_daemons

if TYPE_CHECKING:
    from fractions import Fraction

    from solver.cluster.node import Node
    from solver.studies.node_sizes.offers import Offer
    from solver.studies.node_sizes.task import Task


def limited(task: Task, share: Fraction) -> Task:
    """The task with nodes that hold at most this share of all pods, DaemonSet pods apart; one pod at least."""
    most = max(1, int(share * len(task.workloads.pending)))
    return task.over([_limited(task, offer, most) for offer in task.offers])


def _limited(task: Task, offer: Offer, most: int) -> Offer:
    return replace(offer, templates=tuple(_with_pods(task, node, most) for node in offer.templates))


def _with_pods(task: Task, node: Node, most: int) -> Node:
    pods = min(node.pods_allowed, most + of_daemons(node, task.workloads)[PODS])
    return replace(node, allocatable={**node.allocatable, PODS: pods})
