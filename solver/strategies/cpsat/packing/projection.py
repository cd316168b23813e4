"""Bounds on the cost from one resource at a time: pods that ask for the same amount are alike, rules are forgotten.

What all pods take of one resource has to be packed, too, so the bound of that packing problem in one dimension is one
for any cluster where every pod has to be placed. Where nodes are nearly full of a resource that comes in lumps, it sees
what no lump fills. Where amounts are too fine for a table, whole units of them are counted and the rest is forgotten:
amounts that fit a room have no more whole units than it.
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
from solver.strategies.cpsat.packing.generation import Generation, strongest
from solver.strategies.cpsat.packing.lattice import Lattice
from solver.strategies.cpsat.packing.numbers import Numbers
from solver.strategies.cpsat.packing.task import NodeClass, Task, numbers_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from solver.cluster.node import Node
    from solver.model.ground import Ground
    from solver.strategies.cpsat.packing.generation import Floats
    from solver.strategies.cpsat.packing.master import Relaxed
    from solver.strategies.cpsat.packing.task import Ints

_CELLS = 20_000_000
"""Tables larger than this take too long for a bound that is one among several."""
_ROUNDS = 8
"""Of pricing, after which it is asked whether the resource can still be the scarcest."""


@dataclass(frozen=True, eq=False)
class Scarce:
    """A resource, the ``bound`` that it proves, and the ``nodes`` that might do at that price, were it the only one.

    ``worth`` is what a pod that asks for an amount is worth then, ``value`` what a node has to hold of that: its price,
    and more where nodes of its kind are few. No node holds more.
    """

    resource: str
    bound: Fraction
    nodes: tuple[Node, ...]
    worth: Mapping[int, float]
    value: Mapping[Node, float]


@dataclass(frozen=True, eq=False)
class _Projection:
    """The ``task`` of one resource; ``amounts`` of each of its groups."""

    resource: str
    task: Task
    amounts: tuple[Ints, ...]


def scarcest(ground: Ground, seconds: float, expired: Callable[[], bool]) -> Scarce | None:
    """The resource with the best bound on the price of nodes for all pods; None: there was no time for any."""
    best: tuple[Fraction, _Projection, Generation] | None = None
    for projection in _projections(ground):
        task = projection.task
        if not task.step or expired():
            break
        generation = Generation(task, Lattice(task), (), expired)
        relaxed = generation.run(_ROUNDS)
        while not (generation.converged or expired() or (best and _is_below(best[0], relaxed, task))):
            relaxed = generation.run(_ROUNDS)
        bound = task.paid + ceil(generation.bound) * task.step
        if best is None or bound > best[0]:
            best = bound, projection, generation
    return None if best is None else _scarce(*best, seconds)


def _is_below(best: Fraction, relaxed: Relaxed, task: Task) -> bool:
    """Whether further columns can prove no more than what is known."""
    return not relaxed.missing and float(task.paid) + relaxed.value * float(task.step) <= float(best)


def _scarce(bound: Fraction, found: _Projection, generation: Generation, seconds: float) -> Scarce:
    task, step = found.task, float(found.task.step)
    steps, numbers = _numbers(task, generation, seconds)
    worths, values = ((proven + plain) / 2 for proven, plain in zip(generation.values, _by_size(task), strict=True))
    each = zip(found.amounts, worths.tolist(), strict=True)
    classes = zip(task.classes, values.tolist(), strict=True)
    return Scarce(
        resource=found.resource,
        bound=max(bound, task.paid + steps * task.step),
        nodes=tuple(node for alike, count in zip(task.classes, numbers, strict=True) for node in alike.nodes[:count]),
        worth={amount: step * worth for amounts, worth in each for amount in amounts.tolist()},
        value={node: step * value for alike, value in classes for node in alike.nodes},
    )


def _by_size(task: Task) -> tuple[Floats, Floats]:
    """Worths and values where a pod is worth what it takes of the resource at the price that proves most.

    The strongest worths are seldom unique, and may hold something for nothing that soon fills a node: the mean of both
    proves nearly as much, and says of fillings that are nearly as good which is fuller.
    """
    sizes, rooms = task.requests[0], task.rooms[:, 0]
    theta = float(strongest(task, sizes, rooms, 1)[1])
    return theta * sizes, np.maximum(theta * rooms, task.prices)


def _numbers(task: Task, generation: Generation, seconds: float) -> tuple[int, Ints]:
    """A bound, and the cheapest numbers of nodes that nothing speaks against; all of them, if not found in time."""
    numbers = Numbers(task, seed=0)
    for proof in generation.proofs:
        numbers.require(*proof)
    steps, used = numbers.solve(seconds)
    return steps, task.numbers if used is None else used


def _projections(ground: Ground) -> Iterator[_Projection]:
    """One of each resource, the most asked for first, in units for which there is time for a table."""
    supply = Supply(ground, daemons_stay=True)
    asked = (supply.requests @ supply.wanting) / np.maximum(np.maximum(supply.room, 0).sum(axis=0), 1)
    for resource in np.argsort(-asked, kind="stable").tolist():
        amounts = supply.requests[resource]
        unit = max(1, int(np.gcd.reduce(amounts)))
        task = _task(ground, supply, resource, unit)
        while (cells := Lattice(task).cells(task)) > _CELLS:
            unit *= max(2, cells // _CELLS // 4)
            task = _task(ground, supply, resource, unit)
        yield _Projection(supply.resources[resource], task, _alike(amounts, unit))


def _alike(amounts: Ints, unit: int) -> tuple[Ints, ...]:
    """The different amounts of each number of whole units."""
    distinct = np.unique(amounts)
    units = distinct // unit
    return tuple(distinct[units == each] for each in np.unique(units))


def _task(ground: Ground, supply: Supply, resource: int, unit: int) -> Task:
    """All pods and nodes, by whole units of one resource."""
    cost, nodes = prices_of(ground.cluster), ground.cluster.nodes
    step = common_part(cost.values())
    pool_of = {node: row.pool.name for row in ground.candidates for node in row.nodes}
    paid = sum((cost[node] for node, free in zip(nodes, supply.paid, strict=True) if free), Fraction(0))
    sizes, groups = np.unique(supply.requests[resource] // unit, return_inverse=True)
    wanting = np.bincount(groups, supply.wanting, len(sizes)).astype(np.int64)
    alike: dict[tuple[int, Fraction, bool, str | None], list[int]] = {}
    for place, node in enumerate(nodes):
        room = max(int(supply.room[place, resource]), 0) // unit
        alike.setdefault((room, cost[node], bool(supply.paid[place]), pool_of.get(node)), []).append(place)
    classes = tuple(
        NodeClass(tuple(nodes[place] for place in places), np.array([room]), wanting, pool)
        for (room, _, _, pool), places in alike.items()
    )
    prices = [0 if free or not step else int(price / step) for (_, price, free, _) in alike]
    return Task(
        groups=(),
        wanting=wanting,
        requests=sizes[None, :],
        classes=classes,
        numbers=numbers_of(classes, ground),
        prices=np.array(prices, dtype=np.int64),
        step=step,
        paid=paid,
    )
