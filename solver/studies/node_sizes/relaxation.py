"""Mixes in parts of nodes: the cheapest fillings of offers, how often each, what pods are worth, and a proven bound.

Specs that ask for the same and fit the same offers are one group; zones, which all offer the same, are forgotten, and
of all rules only those remain that look at one node. Every mix is a choice of one filling for each of its nodes, so
none costs less than the cheapest choice in parts. Column generation finds that one among all fillings of all offers.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import TYPE_CHECKING

import numpy as np

from solver.studies.node_sizes.floor import Floor
from solver.studies.node_sizes.kinds import UNLIMITED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from solver.strategies.cpsat.packing.generation import Pricing
    from solver.strategies.cpsat.packing.task import Column
    from solver.strategies.cpsat.packing.task import Task as Packing
    from solver.studies.node_sizes.kinds import Floats, Ints, Kinds

_NEAR = 3e-4
"""Of the price: nearer to the bound, more fillings would hardly change anything."""


@dataclass(frozen=True, eq=False)
class Relaxation:
    """``packing`` has a class for each offer and a group for each of several specs: ``group_of`` them.

    ``worth`` is what one more pod of each group costs, in the packing's steps. ``bound`` is what every mix costs at
    least, ``bounds_with`` what every mix with a node of each offer does, in USD per hour. ``proofs`` are worths of the
    groups, and of each offer what no node holds more than by them.
    """

    packing: Packing
    group_of: Ints
    columns: tuple[Column, ...]
    worth: Floats
    bound: Fraction
    bounds_with: tuple[Fraction, ...]
    pricing: Pricing
    proofs: tuple[tuple[Ints, Ints], ...]

    @property
    def least(self) -> Floats:
        """What one more pod of each spec costs, in USD per hour: all pods together as much as the bound."""
        worth = self.worth[self.group_of]
        total = float(self.worth @ self.packing.wanting)
        return worth * (float(self.bound) / total) if total else worth


def relaxation(kinds: Kinds, known: Fraction, expired: Callable[[], bool]) -> Relaxation | None:
    """As far as it gets in time, or until it is near the ``known`` bound or its own.

    None where some pod fits no offer, or nothing has a price.
    """
    from solver.strategies.cpsat.packing.generation import Generation
    from solver.strategies.cpsat.packing.promising import Promising

    packing, group_of = _packing(kinds)
    if not packing.step or not packing.reaches.any(axis=0).all():
        return None
    pricing = Promising(kinds.task.seed)
    generation = Generation(packing, pricing, alone(packing), expired, _first_worth(kinds, packing))
    relaxed = generation.run(close=_NEAR, known=ceil(known / packing.step))
    return Relaxation(
        packing,
        group_of,
        tuple(generation.master.columns),
        relaxed.worth,
        generation.whole * packing.step,
        tuple(ceil(each) * packing.step for each in generation.bounds_with),
        pricing,
        tuple(generation.proofs),
    )


def alone(packing: Packing) -> Iterator[Column]:
    """For every group that is wanted, the offer that takes its pods alone for the least."""
    for group, wanted in enumerate(packing.wanting.tolist()):
        reach = packing.reaches[:, group]
        if wanted and reach.any():
            each = np.where(reach > 0, packing.prices / np.maximum(reach, 1), np.inf)
            place = int(np.argmin(each))
            yield place, ((group, int(reach[place])),)


def _packing(kinds: Kinds) -> tuple[Packing, Ints]:
    from solver.strategies.cpsat.bounds import common_part
    from solver.strategies.cpsat.packing.task import NodeClass, Task

    prices = [Fraction(offer.price) for offer in kinds.task.offers]
    step = common_part(prices)
    first, group_of = _groups(kinds)
    wanting = np.bincount(group_of, kinds.wanting).astype(np.int64)
    limits = np.bincount(group_of, kinds.limit).astype(np.int64)
    reach = np.minimum(kinds.fitting[:, first], limits)
    classes = tuple(NodeClass((), kinds.room[at], reach[at], offer.pool) for at, offer in enumerate(kinds.task.offers))
    packing = Task(
        groups=(),
        wanting=wanting,
        requests=kinds.requests[first].T.copy(),
        classes=classes,
        numbers=np.full(len(classes), wanting.sum(), dtype=np.int64),
        prices=np.array([int(price / step) if step else 0 for price in prices], dtype=np.int64),
        step=step,
        paid=Fraction(0),
    )
    return packing, group_of


def _groups(kinds: Kinds) -> tuple[Ints, Ints]:
    """The first spec of each group, and the group of each spec: one of its own for whoever has a limit per node."""
    numbers: dict[object, int] = {}
    limited = kinds.alone | (kinds.planned < UNLIMITED)
    group_of = []
    for row, asked in enumerate(kinds.requests):
        own = row if limited[row] else None
        key = asked.tobytes(), kinds.fitting[:, row].tobytes(), kinds.admitted[:, :, row].tobytes(), own
        group_of.append(numbers.setdefault(key, len(numbers)))
    return np.unique(group_of, return_index=True)[1], np.array(group_of, dtype=np.int64)


def _first_worth(kinds: Kinds, packing: Packing) -> Floats:
    """What the requests of a pod are worth at the prices of the bound from totals, in steps."""
    task = kinds.task
    vertices = Floor(task.offers, task.workloads).vertices(task.offers, kinds.names, task.seed)
    worth: Floats = vertices[0] @ packing.requests / float(packing.step)
    return worth
