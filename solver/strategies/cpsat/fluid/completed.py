"""From a plan to a placement that can be carried out: its binds, and then, one by one, the pods it left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from solver.placement import Placement
from solver.strategies.bind_order import bind_order
from solver.strategies.cpsat.incumbent import Incumbent
from solver.strategies.greedy.filling import Filling
from solver.strategies.greedy.size import fullness

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from solver.cluster.columns import Places
    from solver.cluster.node import Node
    from solver.cluster.pod import Pod
    from solver.cluster.state import ClusterState
    from solver.model.ground import Ground
    from solver.placement import Step
    from solver.strategies.cpsat.fluid.plan import Plan
    from solver.strategies.cpsat.groundwork import Groundwork


def completed(plan: Plan, work: Groundwork, stop: Callable[[], bool]) -> Iterator[Incumbent]:
    """The plan carried out; nothing where it has no order of binds."""
    placement = _placement(plan, work)
    order = bind_order(placement, stop=stop)
    placement, steps = order.placement, order.steps
    if steps is not None:
        rest = [pod for pod in placement.cluster.queue if pod not in placement.node_of]
        if rest:
            yield _with_rest(placement, steps, rest, _still_openable(placement, work), stop)
        else:
            yield Incumbent(placement, steps)


def _placement(plan: Plan, work: Groundwork) -> Placement:
    """Bound pods stay, planned ones are where the counts say, with the DaemonSet pods of the nodes that they open."""
    nodes, ground = work.ground.cluster.nodes, work.ground
    node_of: dict[Pod, Node] = {pod: work.cluster.node_named[pod.node] for pod in work.cluster.bound if pod.node}
    for row in np.flatnonzero(plan.counts.any(axis=1)).tolist():
        places = np.flatnonzero(plan.counts[row])
        targets = np.repeat(places, plan.counts[row, places]).tolist()
        node_of |= {pod: nodes[place] for pod, place in zip(plan.supply.groups[row].pending, targets, strict=False)}
    node_of, opened = _first_ones(node_of, ground)
    for node in opened:
        node_of |= dict.fromkeys(work.daemons[node], node)
    cluster = work.with_opened(opened)
    return Placement(cluster, {pod: node_of[pod] for pod in cluster.pods if pod in node_of})


def _first_ones(node_of: dict[Pod, Node], ground: Ground) -> tuple[dict[Pod, Node], list[Node]]:
    """The same on the first nodes of each row, as equal ones open in their order; and these nodes."""
    used = set(node_of.values())
    now: dict[Node, Node] = {}
    for row in ground.candidates:
        now |= zip((node for node in row.nodes if node in used), row.nodes, strict=False)
    return {pod: now.get(node, node) for pod, node in node_of.items()}, list(now.values())


def _still_openable(placement: Placement, work: Groundwork) -> dict[str, int]:
    """How many nodes each pool has left."""
    there = set(placement.cluster.nodes)
    left = {pool.name: pool.openable for pool in work.cluster.pools}
    for row in work.ground.candidates:
        left[row.pool.name] -= sum(node in there for node in row.nodes)
    return left


def _with_rest(
    placement: Placement,
    steps: Sequence[Step],
    rest: Sequence[Pod],
    openable: dict[str, int],
    stop: Callable[[], bool],
) -> Incumbent:
    """Whoever was not planned goes to a node in use, then to an unused one, then to one that is opened for it.

    Opened nodes are there from the start, and an empty one may be a domain that constraints look at; where the binds
    would not hold with it, none is opened.
    """
    filling = _filled(placement, steps, rest, openable, stop)
    if filling.opened and not filling.can_be_replayed():
        filling = _filled(placement, steps, rest, dict.fromkeys(openable, 0), stop)
    return Incumbent(*filling.result())


def _filled(
    placement: Placement, steps: Sequence[Step], rest: Sequence[Pod], openable: dict[str, int], stop: Callable[[], bool]
) -> Filling:
    used = {node.name for node in placement.used}

    def fullest(state: ClusterState, pod: Pod, places: Places) -> int:
        """Of the nodes in use, otherwise of the cheapest."""
        nodes = [state.nodes[at] for at in places]
        prices = np.array([0.0 if node.name in used else float(node.price_per_hour or 1) for node in nodes])
        chosen = int(places[np.lexsort((-fullness(state, places), prices))[0]])
        if pod.movable:
            used.add(state.nodes[chosen].name)
        return chosen

    filling = Filling(placement.cluster, fullest, openable)
    for step in steps:
        filling.put(step.pod, placement.node_of[step.pod].name)
    for pod in rest:
        if stop():
            break
        filling.place(pod)
    return filling
