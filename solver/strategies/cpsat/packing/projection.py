"""Bounds on the cost from one resource at a time: pods that ask for the same amount are alike, rules are forgotten.

What all pods take of one resource has to be packed, too, so the bound of that packing problem in one dimension is one
for any cluster where every pod has to be placed. Where nodes are nearly full of a resource that comes in lumps, it sees
what no lump fills.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import TYPE_CHECKING

import numpy as np

from solver.objectives.cost import prices_of
from solver.strategies.cpsat.bounds import common_part
from solver.strategies.cpsat.fluid.supply import Supply
from solver.strategies.cpsat.packing.generation import Generation
from solver.strategies.cpsat.packing.lattice import Lattice
from solver.strategies.cpsat.packing.numbers import Numbers
from solver.strategies.cpsat.packing.task import NodeClass, Task, numbers_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from solver.cluster.node import Node
    from solver.model.ground import Ground

_CELLS = 20_000_000
"""Tables larger than this take too long for a bound that is one among several."""


@dataclass(frozen=True, eq=False)
class Scarce:
    """A resource, the ``bound`` that it proves, and the ``nodes`` that might do at that price, were it the only one."""

    resource: str
    bound: Fraction
    nodes: tuple[Node, ...]


def scarcest(ground: Ground, seconds: float, expired: Callable[[], bool]) -> Scarce | None:
    """The resource with the best bound on the price of nodes for all pods; None: no table was small enough."""
    best: tuple[Fraction, str, Task, Generation] | None = None
    for resource, task in _projections(ground):
        lattice = Lattice(task)
        if task.step and not expired() and lattice.cells(task) <= _CELLS:
            generation = Generation(task, lattice, (), expired)
            generation.run()
            bound = task.paid + ceil(generation.bound) * task.step
            if best is None or bound > best[0]:
                best = bound, resource, task, generation
    return None if best is None else Scarce(best[1], best[0], _nodes(best[2], best[3], seconds))


def _nodes(task: Task, generation: Generation, seconds: float) -> tuple[Node, ...]:
    """The cheapest numbers of nodes that nothing speaks against, the first ones of every class."""
    numbers = Numbers(task, seed=0)
    for proof in generation.proofs:
        numbers.require(*proof)
    _, used = numbers.solve(seconds)
    counts = task.numbers if used is None else used
    return tuple(node for each, number in zip(task.classes, counts, strict=True) for node in each.nodes[:number])


def _projections(ground: Ground) -> Iterator[tuple[str, Task]]:
    """Each resource and its task."""
    supply = Supply(ground, daemons_stay=True)
    cost = prices_of(ground.cluster)
    step = common_part(cost.values())
    pool_of = {node: row.pool.name for row in ground.candidates for node in row.nodes}
    paid = sum((cost[node] for node, free in zip(ground.cluster.nodes, supply.paid, strict=True) if free), Fraction(0))
    nodes = ground.cluster.nodes
    for resource, (name, amounts) in enumerate(zip(supply.resources, supply.requests, strict=True)):
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
        yield (
            name,
            Task(
                groups=(),
                wanting=wanting,
                requests=sizes[None, :],
                classes=classes,
                numbers=numbers_of(classes, ground),
                prices=np.array(prices, dtype=np.int64),
                step=step,
                paid=paid,
            ),
        )
