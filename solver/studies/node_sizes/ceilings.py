"""At most a share of all pods on one node: nodes that take no more pods than that.

The limit is the node's own number of pods, which the kubelet knows as well: what is found here can be configured so.

Where no node takes more than m of the P pods, there are at least N = ⌈P / m⌉ nodes. If each of them had room for m pods
in number, they would have room for N·m: so the totals may be taken as if there were that many pods, those beyond P
asking for nothing.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import inf
from typing import TYPE_CHECKING

from solver.cluster.pod import Pod, PodSpec
from solver.cluster.resources import PODS
from solver.studies.node_sizes.capacity import of_daemons
from solver.studies.node_sizes.floor import Floor

if TYPE_CHECKING:
    from collections.abc import Callable

    from solver.cluster.node import Node
    from solver.studies.node_sizes.offers import Offer
    from solver.studies.node_sizes.task import Task


def limited(task: Task, share: Fraction) -> Task:
    """The task with nodes that hold at most this share of all pods, DaemonSet pods apart."""
    most = _most(task, share)
    return task.over(
        [_with(offer, lambda node: min(node.pods_allowed, _beside(task, node, most))) for offer in task.offers]
    )


def least_price(task: Task, share: Fraction) -> Fraction:
    """What a mix costs at least of which no node holds more than this share, by the number of nodes and the totals."""
    most, pods = _most(task, share), len(task.workloads.pending)
    nodes = -(-pods // most)
    cheapest = min(Fraction(offer.price) for offer in task.offers)
    nobody = [Pod(f"nobody-{at}", PodSpec("nobody")) for at in range(nodes * most - pods)]
    counted = [_with(offer, lambda node: _beside(task, node, most)) for offer in task.offers]
    floor = Floor(counted, replace(task.workloads, pods=(*task.workloads.pods, *nobody))).of(counted)
    return max(nodes * cheapest, Fraction(floor) if floor < inf else Fraction(0))


def _most(task: Task, share: Fraction) -> int:
    """Pods on a node, one at least: where that is more than the share, nobody may ask for it."""
    return max(1, int(share * len(task.workloads.pending)))


def _with(offer: Offer, pods: Callable[[Node], int]) -> Offer:
    """The offer with another number of pods on its nodes."""
    templates = (replace(node, allocatable={**node.allocatable, PODS: pods(node)}) for node in offer.templates)
    return replace(offer, templates=tuple(templates))


def _beside(task: Task, node: Node, most: int) -> int:
    """So many pods, and those of DaemonSets."""
    return most + of_daemons(node, task.workloads)[PODS]
