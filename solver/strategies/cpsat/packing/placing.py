"""From chosen patterns to a placement."""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.placement import Placement

if TYPE_CHECKING:
    from collections import Counter

    from solver.cluster.node import Node
    from solver.cluster.pod import Pod
    from solver.strategies.cpsat.groundwork import Groundwork
    from solver.strategies.cpsat.packing.task import Column, Task


def placement_of(chosen: Counter[Column], task: Task, work: Groundwork) -> Placement:
    """Bound pods stay, the pods of patterns go to the nodes of their class, DaemonSet pods to the nodes that open."""
    node_of: dict[Pod, Node] = {pod: work.cluster.node_named[pod.node] for pod in work.cluster.bound if pod.node}
    waiting = [iter(group.pending) for group in task.groups]
    free = [iter(each.nodes) for each in task.classes]
    filled: set[Node] = set()
    for (place, pattern), nodes in chosen.items():
        for _ in range(nodes):
            node = next(free[place])
            filled.add(node)
            for group, pods in pattern:
                node_of |= dict.fromkeys((next(waiting[group]) for _ in range(pods)), node)
    opened = [node for row in work.ground.candidates for node in row.nodes if node in filled]
    for node in opened:
        node_of |= dict.fromkeys(work.daemons[node], node)
    cluster = work.with_opened(opened)
    return Placement(cluster, {pod: node_of[pod] for pod in cluster.pods if pod in node_of})
