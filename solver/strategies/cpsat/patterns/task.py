"""One stage seen node by node: which pods, which nodes, which earlier stages, what to minimise.

Of all rules only those remain that look at one node: requests, the number of pods, and what `Ground.most` says of a
group alone on a node. Every placement that can be carried out meets these, so a bound of a task is one of the stage.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from solver.cluster.node import Node
    from solver.model.ground import Ground
    from solver.model.groups import PodGroup
    from solver.strategies.cpsat.patterns.asked import Quantity

Integers = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class NodeClass:
    """Nodes that no pattern tells apart: what restless pods can have, how many of each group, and who is at home.

    ``room`` per resource, ``reach`` and ``homes`` per group of the task.
    """

    nodes: tuple[Node, ...]
    room: Integers
    reach: Integers
    homes: Integers


@dataclass(frozen=True, eq=False)
class Task:
    """Minimise ``goal`` where the quantities in ``limits`` keep their values.

    ``groups`` have restless pods: ``fresh`` new ones and ``bound`` ones that may leave (one number per group).
    ``requests`` has a row per group and a column per resource: its own unit, for pods their number.
    """

    goal: Quantity
    limits: Mapping[Quantity, int]
    groups: tuple[PodGroup, ...]
    fresh: Integers
    bound: Integers
    requests: Integers
    classes: tuple[NodeClass, ...]

    @cached_property
    def sizes(self) -> Integers:
        """The restless pods of each group."""
        return self.fresh + self.bound

    @cached_property
    def priorities(self) -> Integers:
        """Of each group."""
        return np.array([group.priority for group in self.groups], dtype=np.int64)

    @cached_property
    def homes(self) -> Integers:
        """How many pods of each group are at home: a row per class, a column per group."""
        return np.array([each.homes for each in self.classes]).reshape(len(self.classes), len(self.groups))

    @cached_property
    def nodes_of(self) -> Integers:
        """How many nodes each class has."""
        return np.array([len(each.nodes) for each in self.classes], dtype=np.int64)

    @cached_property
    def binding(self) -> NDArray[np.bool_]:
        """The resources of which some class has less than all pods together ask for."""
        room = np.array([each.room for each in self.classes]).reshape(len(self.classes), self.requests.shape[1])
        short: NDArray[np.bool_] = np.any(self.sizes @ self.requests > room, axis=0)
        return short

    @cached_property
    def load(self) -> float:
        """The largest share of its room, over all nodes, that all pods ask for of a resource."""
        room = self.nodes_of @ np.array([each.room for each in self.classes])
        return float(((self.sizes @ self.requests) / np.maximum(room, 1)).max(initial=0))

    @cached_property
    def worst(self) -> int:
        """No placement's goal is above this."""
        counted = self.within(self.goal.tier)
        return int((2 * self.bound if self.goal.moves else self.sizes)[counted].sum())

    @property
    def step(self) -> int:
        """Values of the goal are multiples of this: where all pods are placed, disruption is twice the moves."""
        placed = (q.tier <= self.goal.tier for q, most in self.limits.items() if not q.moves and most == 0)
        return 2 if self.goal.moves and any(placed) else 1

    def constant(self, quantity: Quantity) -> int:
        """What disruption would be if nobody stayed and nobody arrived; 0 of pending pods."""
        return int(self.bound[self.within(quantity.tier)].sum()) if quantity.moves else 0

    def within(self, tier: int) -> NDArray[np.bool_]:
        """Which groups have at least this priority."""
        return self.priorities >= tier


def task_of(ground: Ground, limits: Mapping[Quantity, int], goal: Quantity) -> Task:
    """The task of a stage; groups of lower priority than all quantities ask for play no part.

    Where an earlier stage permits no disruption at all, those pods stay, and their room is gone.
    """
    asked = (*limits, goal)
    pinned = min((quantity.tier for quantity, most in limits.items() if quantity.moves and not most), default=None)
    tracked = min((quantity.tier for quantity in asked if quantity.moves), default=None)
    lowest = min(quantity.tier for quantity in asked)
    view = NodeView(ground, pinned)
    groups = [group for group in ground.groups if group.priority >= lowest and view.restless(group)]
    at_home = view.homes(groups)
    followed = at_home.copy()
    followed[[tracked is None or group.priority < tracked for group in groups]] = 0
    fresh = np.array([len(group.pending) for group in groups], dtype=np.int64)
    return Task(
        goal=goal,
        limits={quantity: most for quantity, most in limits.items() if most or not quantity.moves},
        groups=tuple(groups),
        fresh=fresh,
        bound=at_home.sum(axis=1),
        requests=view.requests(groups),
        classes=_classes(ground.cluster.nodes, view.room(groups), view.reach(groups, at_home), followed),
    )


class NodeView:
    """A ground where bound pods from the ``pinned`` priority up stay."""

    def __init__(self, ground: Ground, pinned: int | None = None) -> None:
        self._ground = ground
        self._pinned = pinned
        self._resources = ground.resources(ground.groups)

    def restless(self, group: PodGroup) -> int:
        """How many pods of the group may change their place."""
        leaving = sum(map(len, group.bound.values())) if self.leaves(group) else 0
        return len(group.pending) + leaving

    def homes(self, groups: Sequence[PodGroup]) -> Integers:
        """Bound pods that may leave: a row per group, a column per node."""
        homes = np.zeros((len(groups), len(self._ground.cluster.nodes)), dtype=np.int64)
        for row, group in enumerate(groups):
            if self.leaves(group):
                for node, pods in group.bound.items():
                    homes[row, self._ground.column[node]] = len(pods)
        return homes

    def requests(self, groups: Sequence[PodGroup]) -> Integers:
        """A row per group, a column per resource."""
        rows = [[self._amount(group, resource) for resource in self._resources] for group in groups]
        return np.array(rows, dtype=np.int64).reshape(len(groups), len(self._resources))

    def room(self, groups: Sequence[PodGroup]) -> Integers:
        """What others leave of each node, or what restless pods hold already if that is more; a row per node."""
        nodes = self._ground.cluster.nodes
        settled = np.array([[self._offer(node, name) for name in self._resources] for node in nodes], dtype=np.int64)
        held = np.zeros_like(settled)
        for group in self._ground.groups:
            amounts = self.requests([group])[0]
            leaves = self.leaves(group)
            for node, pods in group.bound.items():
                side = held if leaves else settled
                side[self._ground.column[node]] += amounts * (len(pods) if leaves else -len(pods))
        room: Integers = np.maximum(settled, held)
        return room

    def reach(self, groups: Sequence[PodGroup], homes: Integers) -> Integers:
        """The most restless pods of each group that each node could have."""
        reach = np.zeros_like(homes)
        for row, group in enumerate(groups):
            coming = len(group.pending)
            if self.leaves(group) and self._ground.may_move(group):
                coming += int(homes[row].sum())
            most = np.minimum(self._ground.most(group), homes[row] + coming)
            reach[row] = np.minimum(np.maximum(most, homes[row]), self.restless(group))
        return reach

    def leaves(self, group: PodGroup) -> bool:
        """Whether bound pods of the group may change their place."""
        if self._pinned is not None and group.priority >= self._pinned:
            return False
        return self._ground.may_be_evicted(group) or self._ground.may_move(group)

    def _amount(self, group: PodGroup, resource: str) -> int:
        return self._ground.amount(group, resource)

    def _offer(self, node: Node, resource: str) -> int:
        return self._ground.offered(node, resource)


def _classes(nodes: Sequence[Node], room: Integers, reach: Integers, homes: Integers) -> tuple[NodeClass, ...]:
    alike: dict[bytes, list[int]] = {}
    for place in range(len(nodes)):
        content = np.concatenate((room[place], reach[:, place], homes[:, place]))
        alike.setdefault(content.tobytes(), []).append(place)
    return tuple(
        NodeClass(tuple(nodes[place] for place in places), room[places[0]], reach[:, places[0]], homes[:, places[0]])
        for places in alike.values()
    )
