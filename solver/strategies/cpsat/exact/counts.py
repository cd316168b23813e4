"""Between placements and the values of a model's variables."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from solver.placement import Placement

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from solver.cluster.node import Node
    from solver.cluster.pod import Pod
    from solver.model.groups import PodGroup
    from solver.model.placing import PlacementModel
    from solver.strategies.cpsat.groundwork import Groundwork


@dataclass
class PodCounts:
    """How many pods of each group stay at, and arrive on, each node; ``opened`` are the candidates in use."""

    stays: dict[PodGroup, Counter[Node]] = field(default_factory=dict)
    arrivals: dict[PodGroup, Counter[Node]] = field(default_factory=dict)
    opened: frozenset[Node] = frozenset()


def counts_of(placement: Placement, work: Groundwork) -> PodCounts:
    """Count a placement of the input, whichever objects it uses for opened nodes."""
    named = {node.name: node for node in work.ground.cluster.nodes}
    group_of = {pod.key: group for group in work.ground.groups for pod in group.pods}
    counts = PodCounts()
    for pod, placed in placement.node_of.items():
        group, node = group_of[pod.key], named[placed.name]
        side = counts.stays if pod.node == node.name else counts.arrivals
        side.setdefault(group, Counter())[node] += 1
    counts.opened = frozenset(named[node.name] for node in placement.used) & work.ground.candidate_nodes
    return counts


def hint_of(counts: PodCounts, model: PlacementModel) -> dict[int, int]:
    """The values of the variables that say where pods are and what is open; the others follow from these."""
    hint: dict[int, int] = {}
    nothing: Counter[Node] = Counter()
    for group, variables in zip(model.groups, model.variables, strict=True):
        for tallied, counted in ((variables.arrivals, counts.arrivals), (variables.stays, counts.stays)):
            here = counted.get(group, nothing)
            hint |= {variable: here[node] for node, variable in tallied.variable.items()}
    for node in model.ground.candidate_nodes:
        opened = model.opened(node)
        hint |= dict.fromkeys(opened.variables, int(node in counts.opened))
    return hint


def placement_of(values: Sequence[int], model: PlacementModel, work: Groundwork) -> Placement:
    """The placement that the values of all variables describe."""
    node_of: dict[Pod, Node] = {}
    for group in model.groups:
        node_of |= _placed(group, model, values)
    opened = [node for row in work.ground.candidates for node in row.nodes if model.opened(node).value(values)]
    cluster = work.with_opened(opened)
    order = {pod: node_of[pod] for pod in cluster.pods if pod in node_of}
    return Placement(cluster, order)


def _placed(group: PodGroup, model: PlacementModel, values: Sequence[int]) -> Mapping[Pod, Node]:
    """Who stays, first; the places of arrivals go to leaving pods, as many as are moved, and to candidates."""
    variables = model.variables[group.index]
    node_of: dict[Pod, Node] = {}
    leaving: list[Pod] = []
    for node, pods in group.bound.items():
        stays = variables.stays.on(node).value(values)
        node_of |= dict.fromkeys(pods[:stays], node)
        leaving += pods[stays:]
    places = [
        node
        for node in (*variables.arrivals.variable, *variables.arrivals.constant)
        for _ in range(variables.arrivals.on(node).value(values))
    ]
    moved = variables.moved.value(values)
    if not model.ground.leave.by_preemption:
        moved = max(0, len(places) - len(group.pending))
    return node_of | seated(leaving, moved, group.pending, places)


def seated(leaving: Sequence[Pod], moved: int, pending: Sequence[Pod], places: Sequence[Node]) -> dict[Pod, Node]:
    """Moved pods come home where a place of theirs is free after all; otherwise pods and places go in their order."""
    free = list(places)
    movers = list(leaving)
    node_of: dict[Pod, Node] = {}
    for pod in leaving:
        home = next((node for node in free if node.name == pod.node), None)
        if home is not None:
            free.remove(home)
            movers.remove(pod)
            node_of[pod] = home
    queue = [*movers[: max(0, moved - len(node_of))], *pending]
    return node_of | dict(zip(queue, free, strict=False))
