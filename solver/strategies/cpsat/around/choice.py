"""Which nodes are decided anew together, by what the stage counts."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from solver.objectives.question import ObjectiveName, Unserved

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from random import Random

    from solver.cluster.node import Node
    from solver.cluster.pod import Pod
    from solver.model.ground import Ground
    from solver.objectives.question import ObjectiveKey
    from solver.placement import Placement

_NEARLY_EMPTY = 0.2
"""A node that might be emptied is one of this part of those in use, the least filled ones."""
_DRAWS = 8
"""So often as many nodes as are wanted are drawn; where few have to do with the stage, they come up again and again."""
_FAR = 0.25
"""So many of the nodes that go along are drawn from all, whatever they have to do with the others."""


class Choice:
    """Draws neighbourhoods of a placement; the first node of each is what it is about."""

    def __init__(self, ground: Ground, dice: Random) -> None:
        self._ground = ground
        self._nodes = ground.cluster.nodes
        self._named = {node.name: node for node in self._nodes}
        self._dice = dice

    def nodes(self, objective: ObjectiveKey, placement: Placement, size: int) -> list[Node]:
        """So many nodes, or all where there are fewer."""
        if objective is ObjectiveName.COST:
            drawn = self._to_empty(placement)
        elif objective is ObjectiveName.DISRUPTION:
            drawn = self._of_leaving(placement)
        elif objective is ObjectiveName.PENDING or isinstance(objective, Unserved):
            drawn = self._open_to(placement.pending)
        else:
            drawn = iter(())
        return self._filled_up(drawn, size)

    def _filled_up(self, drawn: Iterator[Node], size: int) -> list[Node]:
        """The first so many that are drawn, and others from all nodes."""
        chosen: dict[Node, None] = {}
        for node in islice(drawn, _DRAWS * size):
            chosen[node] = None
            if len(chosen) == size:
                break
        others = [
            node for node in self._dice.sample(self._nodes, min(2 * size, len(self._nodes))) if node not in chosen
        ]
        return [*chosen, *others[: size - len(chosen)]]

    def _to_empty(self, placement: Placement) -> Iterator[Node]:
        """One of the least filled nodes, others of them, some from all, and one that is not in use."""
        used = [self._named[node.name] for node in placement.used]
        if not used:
            return
        filled = sorted(used, key=lambda node: self._fullness(placement.pods_on[self._own(placement, node)], node))
        few = filled[: max(2, int(len(filled) * _NEARLY_EMPTY))]
        yield self._dice.choice(few)
        unused = [node for node in self._nodes if node not in set(used)]
        if unused:
            yield self._dice.choice(unused)
        while True:
            yield self._dice.choice(used if self._dice.random() < _FAR else few)

    @staticmethod
    def _own(placement: Placement, node: Node) -> Node:
        return placement.cluster.node_named[node.name]

    def _of_leaving(self, placement: Placement) -> Iterator[Node]:
        """Where pods that left their node are now, and where they were; and on from there."""
        leaving = [*placement.moved, *placement.evicted]
        by_node: dict[str, list[Pod]] = {}
        for pod in leaving:
            for name in self._ends(pod, placement):
                by_node.setdefault(name, []).append(pod)
        last: Pod | None = None
        while leaving:
            near = by_node[self._dice.choice(self._ends(last, placement))] if last is not None else leaving
            last = self._dice.choice(leaving if self._dice.random() < _FAR else near)
            for name in self._ends(last, placement):
                yield self._named[name]

    @staticmethod
    def _ends(pod: Pod, placement: Placement) -> list[str]:
        now = placement.node_of.get(pod)
        return [name for name in (pod.node, now.name if now is not None else None) if name is not None]

    def _open_to(self, pending: Sequence[Pod]) -> Iterator[Node]:
        """Nodes that could take one of the waiting pods, were they emptied."""
        group_of = {pod.key: group for group in self._ground.groups for pod in group.pending}
        waiting = [group_of[pod.key] for pod in pending if pod.key in group_of]
        if not waiting:
            return
        able = np.flatnonzero(self._ground.most(self._dice.choice(waiting))).tolist()
        while able:
            yield self._nodes[self._dice.choice(able)]

    @staticmethod
    def _fullness(pods: Sequence[Pod], node: Node) -> float:
        """The largest share of a resource that pods take which could go elsewhere."""
        taken: dict[str, int] = {}
        for pod in pods:
            if pod.movable:
                for name, amount in pod.spec.requests.items():
                    taken[name] = taken.get(name, 0) + amount
        return max((amount / max(node.allocatable.get(name, 0), 1) for name, amount in taken.items()), default=0.0)
