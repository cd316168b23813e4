"""What is to be packed: pods per group, and classes of nodes with a price, a number and a room.

Of all rules only those remain that look at one node: room, the number of pods, and how many of one group a node takes.
Every placement without pending pods meets them node by node, so a bound of a task is one of the level.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from solver.objectives.cost import prices_of
from solver.strategies.cpsat.bounds import common_part
from solver.strategies.cpsat.fluid.limits import Limits
from solver.strategies.cpsat.fluid.supply import Supply

if TYPE_CHECKING:
    from solver.cluster.node import Node
    from solver.model.ground import Ground
    from solver.model.groups import PodGroup

Ints = NDArray[np.int64]
Pattern = tuple[tuple[int, int], ...]
"""(group, pods), sorted by group."""
Column = tuple[int, Pattern]
"""A node class and one of its patterns."""


@dataclass(frozen=True, eq=False)
class NodeClass:
    """Nodes that no pattern tells apart, in the order in which they are taken.

    ``room`` has what is left per resource, ``reach`` the most pods per group that a node takes. ``pool``: the pool that
    would open them.
    """

    nodes: tuple[Node, ...]
    room: Ints
    reach: Ints
    pool: str | None


@dataclass(frozen=True, eq=False)
class Task:
    """``wanting`` pods of each group; ``numbers`` and ``prices`` of nodes per class; ``requests``: a row per resource.

    Prices count ``step``, the largest amount of which every price is a multiple; they are 0 where a settled pod keeps a
    node in use anyway. ``paid`` is what is spent for these.
    """

    groups: tuple[PodGroup, ...]
    wanting: Ints
    requests: Ints
    classes: tuple[NodeClass, ...]
    numbers: Ints
    prices: Ints
    step: Fraction
    paid: Fraction

    @cached_property
    def rooms(self) -> Ints:
        """A row per class, a column per resource."""
        return np.array([each.room for each in self.classes], dtype=np.int64)

    @cached_property
    def reaches(self) -> Ints:
        """A row per class, a column per group: no more than there are."""
        return np.minimum([each.reach for each in self.classes], self.wanting)

    def of_numbers(self, numbers: Ints) -> Task:
        """The same pods on exactly so many nodes of each class, whatever these cost."""
        return replace(self, numbers=numbers, prices=np.zeros_like(self.prices))


def task_of(ground: Ground) -> Task:
    """All pods that want a node, and all nodes that there are or could be, with the DaemonSet pods that come along."""
    supply = Supply(ground, daemons_stay=True)
    cost = prices_of(ground.cluster)
    step = common_part(cost.values())
    classes, places = _classes(ground, supply)
    paid = supply.paid[places]
    prices = [
        0 if free or not step else int(cost[each.nodes[0]] / step) for each, free in zip(classes, paid, strict=True)
    ]
    spent = (cost[node] for node, free in zip(ground.cluster.nodes, supply.paid, strict=True) if free)
    return Task(
        groups=supply.groups,
        wanting=supply.wanting,
        requests=supply.requests,
        classes=classes,
        numbers=numbers_of(classes, ground),
        prices=np.array(prices, dtype=np.int64),
        step=step,
        paid=sum(spent, Fraction(0)),
    )


def _classes(ground: Ground, supply: Supply) -> tuple[tuple[NodeClass, ...], list[int]]:
    """The classes, and the place of the first node of each."""
    prices = prices_of(ground.cluster)
    reach = np.minimum(supply.most, Limits(supply).per_node)
    pool_of = {node: row.pool.name for row in ground.candidates for node in row.nodes}
    alike: dict[tuple[bytes, Fraction, bool, str | None], list[int]] = {}
    for place, node in enumerate(ground.cluster.nodes):
        content = np.concatenate((supply.room[place], reach[:, place])).tobytes()
        alike.setdefault((content, prices[node], bool(supply.paid[place]), pool_of.get(node)), []).append(place)
    classes = tuple(
        NodeClass(
            tuple(ground.cluster.nodes[place] for place in places),
            np.maximum(supply.room[places[0]], 0),
            reach[:, places[0]],
            pool,
        )
        for (*_, pool), places in alike.items()
    )
    return classes, [places[0] for places in alike.values()]


def numbers_of(classes: tuple[NodeClass, ...], ground: Ground) -> Ints:
    """How many nodes of each class there can be at most; zones of a pool share its limit."""
    openable = {row.pool.name: row.pool.openable for row in ground.candidates}
    numbers = [int(ground.copies[[ground.column[node] for node in each.nodes]].sum()) for each in classes]
    limited = zip(classes, numbers, strict=True)
    return np.array([number if each.pool is None else min(number, openable[each.pool]) for each, number in limited])
