"""From a placement of the emptied cluster to one of the running cluster that moves few pods.

Nodes that nothing tells apart may trade all that they hold: each gets the contents that have most in common with what
it holds now. Then, of every group, as many pods stay on a node as are there before and after.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from solver.placement import Placement, widened
from solver.strategies.bind_order import bind_order
from solver.strategies.cpsat.afresh.trading import traded
from solver.strategies.cpsat.incumbent import Incumbent

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from solver.cluster.cluster import Cluster
    from solver.cluster.node import Node
    from solver.cluster.pod import Pod
    from solver.model.groups import PodGroup


def brought_home(
    found: Placement, cluster: Cluster, groups: Sequence[PodGroup], stop: Callable[[], bool] = bool
) -> Incumbent | None:
    """What was ``found`` of the emptied cluster, as a plan for the running one, whose pod groups are given.

    None where a pod would lose its node for good, or no order of binds leads there, or none is found before ``stop``.
    """
    there = {node.name for node in cluster.nodes}
    wide = widened(cluster, (node for node in found.cluster.nodes if node.name not in there))
    name_of = {pod.key: node.name for pod, node in found.node_of.items()}
    free = [group for group in groups if group.movable and group.pods[0].schedulable]
    contents = {group: Counter(name_of[pod.key] for pod in group.pods if pod.key in name_of) for group in free}
    now_at = traded(contents, cluster)
    moving = {pod for group in free for pod in group.pods}
    node_of = {pod: wide.node_named[name_of[pod.key]] for pod in wide.pods if pod.key in name_of and pod not in moving}
    for group, counts in contents.items():
        there_now = Counter({wide.node_named[now_at.get(name, name)]: number for name, number in counts.items()})
        node_of |= _settled(group, there_now)
    if any(pod not in node_of for pod in cluster.bound):
        return None
    order = bind_order(Placement(wide, {pod: node_of[pod] for pod in wide.pods if pod in node_of}), stop=stop)
    return None if order.steps is None else Incumbent(order.placement, order.steps)


def _settled(group: PodGroup, counts: Mapping[Node, int]) -> dict[Pod, Node]:
    """Who is on a node already stays as far as there are places; the others go to who leaves, then to new pods."""
    places = Counter(counts)
    node_of: dict[Pod, Node] = {}
    leaving: list[Pod] = []
    for node, pods in group.bound.items():
        staying = min(places[node], len(pods))
        places[node] -= staying
        node_of |= dict.fromkeys(pods[:staying], node)
        leaving += pods[staying:]
    return node_of | dict(zip((*leaving, *group.pending), places.elements(), strict=False))
