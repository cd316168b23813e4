"""The nodes of a mix dealt to all zones: the price is the same everywhere, and no zone then holds more than it must."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from solver.cluster.pool import numbered
from solver.cluster.workloads import daemon_pods
from solver.placement import Placement
from solver.strategies.bind_order import bind_order
from solver.studies.node_sizes.task import QUESTION
from solver.verify import skews, verify

if TYPE_CHECKING:
    from collections.abc import Iterable

    from solver.cluster.node import Node
    from solver.cluster.pod import Pod
    from solver.studies.node_sizes.mix import Mix
    from solver.studies.node_sizes.task import Task


def in_all_zones(task: Task, mix: Mix) -> Mix:
    """The same nodes with the same pods, in zones so that none has many more pods than others.

    The mix itself where that breaks a rule, where it has spare nodes, or where pods have devices of their node.
    """
    if mix.spare or mix.placement.assigned or len(task.offers[0].templates) < 2:
        return mix
    moved = _moved(task, mix)
    # An uneven end rarely has an order that leads there, and it takes long to see that there is none.
    if any(skew.excess for skew in skews(moved) if skew.constraint.hard):
        return mix
    # Where no pod has to be taken back for another one, it takes a bind each; more is not worth it.
    order = bind_order(moved, len(task.workloads.pending))
    if order.steps is None or verify(moved, order.steps, QUESTION):
        return mix
    return replace(mix, result=replace(mix.result, placement=moved, steps=order.steps))


def _moved(task: Task, mix: Mix) -> Placement:
    """Fullest nodes first, each to the zone with the fewest pods so far."""
    held = {node: [pod for pod in pods if pod.movable] for node, pods in mix.placement.pods_on.items()}
    in_zone: Counter[int] = Counter()
    new: dict[Node, list[Pod]] = {}
    for node in sorted(held, key=lambda node: (-len(held[node]), node.name)):
        templates = task.offer_of_pool[node.pool or ""].templates
        zone = min(range(len(templates)), key=lambda zone: in_zone[zone])
        in_zone[zone] += len(held[node])
        new[further(templates[zone], new)] = held[node]
    daemons = {pod: node for node in new for pod in daemon_pods(task.workloads.daemon_sets, node)}
    cluster = replace(mix.placement.cluster, nodes=tuple(new), pods=(*task.workloads.pods, *daemons))
    return Placement(cluster, {pod: node for node, pods in new.items() for pod in pods} | daemons)


def further(template: Node, nodes: Iterable[Node]) -> Node:
    """One more node of the template beside those."""
    return numbered(template, next_number(template, nodes))


def next_number(template: Node, nodes: Iterable[Node]) -> int:
    """The first number that none of these nodes has."""
    names = {node.name for node in nodes}
    return next(at for at in range(len(names) + 1) if numbered(template, at).name not in names)
