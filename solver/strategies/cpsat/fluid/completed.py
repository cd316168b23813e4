"""From a plan to a placement that can be carried out: its binds, and then, one by one, the pods it left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from solver.cluster.state import ClusterState
from solver.placement import Bind, Placement
from solver.rules.gpu_sharing.assign import assigned_devices, named_devices
from solver.strategies.bind_order import bind_order
from solver.strategies.cpsat.search import Incumbent
from solver.strategies.feasibility import Feasibility

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from solver.cluster.node import Node
    from solver.cluster.pod import Pod
    from solver.placement import Step
    from solver.strategies.cpsat.fluid.plan import Plan
    from solver.strategies.cpsat.groundwork import Groundwork


def completed(plan: Plan, work: Groundwork, stop: Callable[[], bool]) -> Iterator[Incumbent]:
    """The plan carried out; nothing where it has no order of binds."""
    placement = _placement(plan, work)
    order = bind_order(placement)
    placement, steps = order.placement, order.steps
    if steps is not None:
        rest = [pod for pod in placement.cluster.queue if pod not in placement.node_of]
        yield _with_rest(placement, steps, rest, stop) if rest else Incumbent(placement, steps)


def _placement(plan: Plan, work: Groundwork) -> Placement:
    """Bound pods stay, planned ones are where the counts say, with the DaemonSet pods of the nodes that they open."""
    nodes, ground = work.ground.cluster.nodes, work.ground
    node_of: dict[Pod, Node] = {pod: work.cluster.node_named[pod.node] for pod in work.cluster.bound if pod.node}
    for row in np.flatnonzero(plan.counts.any(axis=1)).tolist():
        places = np.flatnonzero(plan.counts[row])
        targets = np.repeat(places, plan.counts[row, places]).tolist()
        node_of |= {pod: nodes[place] for pod, place in zip(plan.supply.groups[row].pending, targets, strict=False)}
    used = set(node_of.values())
    opened = [node for line in ground.candidates for node in line.nodes if node in used]
    for node in opened:
        node_of |= dict.fromkeys(work.daemons[node], node)
    cluster = work.with_opened(opened)
    return Placement(cluster, {pod: node_of[pod] for pod in cluster.pods if pod in node_of})


def _with_rest(placement: Placement, steps: tuple[Step, ...], rest: list[Pod], stop: Callable[[], bool]) -> Incumbent:
    """Whoever was not planned goes to the fullest node in use that takes it, otherwise to the cheapest."""
    state = ClusterState(placement.cluster, devices=named_devices(placement))
    feasible = Feasibility(state)
    node_of, bound = dict(placement.node_of), list(steps)
    used = np.array([any(pod.movable for pod in placement.pods_on[node]) for node in state.nodes])
    prices = np.array([float(node.price_per_hour or 1) for node in state.nodes])
    for step in steps:
        feasible.bind(step.pod, state.place[placement.node_of[step.pod].name])
    for pod in rest:
        if stop():
            break
        places = np.flatnonzero(feasible.nodes(pod.spec))
        if not len(places):
            continue
        shares = (state.requested[:, places] / np.maximum(state.allocatable[:, places], 1)).sum(axis=0)
        place = int(places[np.lexsort((-shares, np.where(used[places], 0.0, prices[places])))[0]])
        feasible.bind(pod, place)
        used[place] |= pod.movable
        node_of[pod] = state.nodes[place]
        bound.append(Bind(pod, state.nodes[place]))
    return Incumbent(Placement(placement.cluster, node_of, assigned_devices(state)), tuple(bound))
