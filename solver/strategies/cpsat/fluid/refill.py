"""Better plans by filling some nodes again: the worst ones, others at random, and with one node less where that works.

A filling may end with nodes that are worth less than they cost. Emptied together with well filled ones and filled once
more, in another order, they are fewer often enough. This costs a knapsack for each node, so it reaches over many more
nodes than a search that packs them all at once.
"""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from solver.strategies.cpsat.fluid.fill import Fill
    from solver.strategies.cpsat.fluid.rows import Floats, Ints

_WORST, _OTHERS = 6, (4, 24)
"""Nodes that are filled again: at most so many of the worst ones, and so many others."""
_LOSS = 0.005
"""A node is bad where it is worth this part less than it costs."""


class Refilling:
    """Rounds on a filled plan; ``price`` has the price of each node, ``held`` the nodes that stay as they are."""

    def __init__(self, fill: Fill, price: Floats, held: NDArray[np.bool_], seed: int) -> None:
        self._fill = fill
        self._price = price
        self._held = held
        self._dice = Random(seed)
        self._class = np.zeros(len(price), dtype=np.int64)
        for place, each in enumerate(fill.relaxation.classes):
            self._class[each.places] = place

    def round(self) -> None:
        """Fill some nodes again; they cost no more than before, and at the same price their losses are less even."""
        used = np.flatnonzero(self._fill.plan.counts.any(axis=0) & ~self._held & (self._price > 0))
        chosen = self._chosen(used)
        before = self._fill.plan.counts[:, chosen].copy()
        was = self._standing(chosen)
        spare = self._spare()
        self._fill.close(chosen)
        self._fill.open(*self._slots(chosen, spare))
        both = np.union1d(chosen, spare)
        if self._fill.plan.left.any() or self._standing(both) > was:
            self._fill.close(both)
            for at, place in enumerate(chosen.tolist()):
                self._fill.put(place, before[:, at])

    def _chosen(self, used: Ints) -> Ints:
        losses = self._losses(used)
        order = used[np.argsort(-losses, kind="stable")].tolist()
        bad = order[: max(1, min(_WORST, int((losses > _LOSS).sum())))]
        kept = self._dice.sample(bad, self._dice.randint(1, len(bad)))
        others = [place for place in order if place not in kept]
        number = min(len(others), self._dice.randint(*_OTHERS))
        return np.array(sorted((*kept, *self._dice.sample(others, number))), dtype=np.int64)

    def _losses(self, places: Ints) -> Floats:
        """The part of each node's price that its pods are not worth."""
        losses: Floats = 1 - self._fill.worth @ self._fill.plan.counts[:, places] / self._price[places]
        return losses

    def _standing(self, places: Ints) -> tuple[float, float]:
        """The price of those in use, and how even their losses are: lower is better."""
        used = places[self._fill.plan.counts[:, places].any(axis=0)]
        return round(float(self._price[used].sum()), 6), -float((self._price[used] * self._losses(used) ** 2).sum())

    def _spare(self) -> Ints:
        """An unused node of each class."""
        unused = ~self._fill.plan.counts.any(axis=0) & ~self._held
        first = [each.places[unused[each.places]][:1] for each in self._fill.relaxation.classes]
        return np.concatenate(first).astype(np.int64)

    def _slots(self, chosen: Ints, spare: Ints) -> tuple[list[list[int]], Floats]:
        """The nodes by class, spare ones to be opened last; one less is wanted."""
        number = len(self._fill.relaxation.classes)
        slots: list[list[int]] = [[] for _ in range(number)]
        for place in (*spare.tolist(), *chosen.tolist()):
            slots[int(self._class[place])].append(place)
        wanted = np.bincount(self._class[chosen], minlength=number).astype(np.float64)
        wanted[self._class[self._dice.choice(chosen.tolist())]] -= 1
        return slots, wanted
