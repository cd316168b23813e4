"""Bounds on the cost from one resource at a time: pods that ask for the same amount are alike, rules are forgotten.

What all pods take of one resource has to be packed, too, so the bound of that packing problem in one dimension is one
for any cluster where every pod has to be placed. Where nodes are nearly full of a resource that comes in lumps, it sees
what no lump fills.
"""

from __future__ import annotations

from fractions import Fraction
from math import ceil
from typing import TYPE_CHECKING

import numpy as np

from solver.objectives.cost import prices_of
from solver.strategies.cpsat.bounds import common_part
from solver.strategies.cpsat.fluid.supply import Supply
from solver.strategies.cpsat.packing.generation import Generation
from solver.strategies.cpsat.packing.lattice import Lattice
from solver.strategies.cpsat.packing.task import NodeClass, Task, numbers_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from solver.model.ground import Ground

_CELLS = 20_000_000
"""Tables larger than this take too long for a bound that is one among several."""


def bound_by_resources(ground: Ground, expired: Callable[[], bool]) -> Fraction:
    """The best bound that a single resource gives on the price of nodes for all pods."""
    best = Fraction(0)
    for task in _projections(ground):
        lattice = Lattice(task)
        if task.step and not expired() and lattice.cells(task) <= _CELLS:
            generation = Generation(task, lattice, (), expired)
            generation.run()
            best = max(best, task.paid + ceil(generation.bound) * task.step)
    return best


def _projections(ground: Ground) -> Iterator[Task]:
    """The task of each resource."""
    supply = Supply(ground, daemons_stay=True)
    cost = prices_of(ground.cluster)
    step = common_part(cost.values())
    pool_of = {node: row.pool.name for row in ground.candidates for node in row.nodes}
    paid = sum((cost[node] for node, free in zip(ground.cluster.nodes, supply.paid, strict=True) if free), Fraction(0))
    nodes = ground.cluster.nodes
    for resource, amounts in enumerate(supply.requests):
        sizes, groups = np.unique(amounts, return_inverse=True)
        wanting = np.bincount(groups, supply.wanting, len(sizes)).astype(np.int64)
        alike: dict[tuple[int, Fraction, bool, str | None], list[int]] = {}
        for place, node in enumerate(nodes):
            room = max(int(supply.room[place, resource]), 0)
            alike.setdefault((room, cost[node], bool(supply.paid[place]), pool_of.get(node)), []).append(place)
        classes = tuple(
            NodeClass(tuple(nodes[place] for place in places), np.array([room]), wanting, pool)
            for (room, _, _, pool), places in alike.items()
        )
        prices = [0 if free or not step else int(price / step) for (_, price, free, _) in alike]
        yield Task(
            groups=(),
            wanting=wanting,
            requests=sizes[None, :],
            classes=classes,
            numbers=numbers_of(classes, ground),
            prices=np.array(prices, dtype=np.int64),
            step=step,
            paid=paid,
        )
