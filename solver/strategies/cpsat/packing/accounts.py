"""What nodes cost, hold and lose by worth while loose pods come and go, and the way back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from solver.objectives.cost import prices_of
from solver.strategies.cpsat.packing.stuffing import Stuffing

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from solver.strategies.cpsat.packing.loads import Loads
    from solver.strategies.cpsat.packing.projection import Scarce

    Floats = NDArray[np.float64]
    Places = NDArray[np.intp]

_LOSS = 1e-4
"""A loss below this part of a node's value is none."""


class Accounts:
    """Keeps the books of some loads, by what pods are worth of the ``scarce`` resource.

    Of each node there is its ``price``, and whether it is ``used``. What has changed since `begin` can be judged, and
    undone.
    """

    def __init__(self, loads: Loads, scarce: Scarce) -> None:
        self.loads = loads
        self.row = loads.resources.index(scarce.resource)
        self._stuffing = Stuffing(loads, scarce)
        self.price: Floats = np.array([float(each) for each in prices_of(loads.ground.cluster).values()])
        self._worth = [scarce.worth.get(requests[self.row], 0.0) for requests in loads.requests]
        value: Floats = np.maximum([scarce.value[node] for node in loads.ground.cluster.nodes], self.price)
        staying = [sum(scarce.worth.get(each[self.row], 0.0) for each in pods) for pods in loads.staying]
        self._value: Floats = np.maximum(value - staying, 0.0)
        self._held: Floats = np.array([self._sum(on) for on in loads.on], dtype=np.float64)
        self.used: NDArray[np.bool_] = loads.kept | np.array([bool(on) for on in loads.on])
        self.begin()

    @property
    def cost(self) -> float:
        """Of all nodes in use."""
        return float(self.price[self.used].sum())

    @property
    def closable(self) -> Places:
        """The nodes that could do without their pods, and would cost less."""
        return np.flatnonzero(self.used & ~self.loads.kept & (self.price > 0))

    @property
    def losing(self) -> Places:
        """The nodes in use that hold less than they could."""
        return np.flatnonzero(self.used & (self._value - self._held > _LOSS * self._value))

    def yields(self, nodes: Places) -> Floats:
        """What each of the nodes holds for its price."""
        held: Floats = self._held[nodes] / self.price[nodes]
        return held

    def fill(self, node: int, hand: list[int], give: float) -> list[int]:
        """The node gets the best of the hand, give or take this part; gives the rest."""
        chosen = set(self._stuffing.chosen(node, hand, give))
        self.put(node, [hand[place] for place in sorted(chosen)])
        return [kind for place, kind in enumerate(hand) if place not in chosen]

    def put(self, node: int, kinds: list[int]) -> None:
        """Pods of these kinds come to the node."""
        if kinds:
            self._before.setdefault(node, list(self.loads.on[node]))
            self.loads.put(node, kinds)
            self._held[node] += self._sum(kinds)
            self.used[node] = True

    def take(self, node: int) -> list[int]:
        """All loose pods leave the node; gives their kinds."""
        self._before.setdefault(node, list(self.loads.on[node]))
        self._held[node] = 0.0
        self.used[node] = self.loads.kept[node]
        return self.loads.take(node)

    def takes(self, node: int, kinds: Sequence[int]) -> bool:
        """Whether the node takes pods of all these kinds together."""
        loads = self.loads
        asked = np.array([loads.requests[kind] for kind in kinds], dtype=np.int64).sum(axis=0)
        if (asked > loads.room[node]).any():
            return False
        barred = set(loads.barred(node))
        for kind in kinds:
            if not loads.allows(kind, node) or not loads.shows[kind].isdisjoint(barred):
                return False
            barred |= loads.bars[kind]
        return True

    # -- changes

    def begin(self) -> None:
        """From here on changes are remembered."""
        self._before: dict[int, list[int]] = {}
        self._left_before = list(self.loads.left)
        self._missing_before = self.loads.missing

    def keep_or_undo(self, lenience: float) -> bool:
        """Whether what has changed is no worse: fewer pods left, or as many and nodes no dearer and losing no evener.

        So much evener they may lose, in the unit of prices. Otherwise all is as it was.
        """
        after = {node: list(self.loads.on[node]) for node in self._before}
        price, uneven = self._standing(self._before)
        if (self.loads.missing, *self._standing(after)) <= (self._missing_before, price, uneven + lenience):
            return True
        self.undo()
        return False

    def undo(self) -> None:
        """All is as it was."""
        before, self.loads.left = self._before, self._left_before
        for node in before:
            self.take(node)
        for node, kinds in before.items():
            self.put(node, kinds)

    def _standing(self, on: dict[int, list[int]]) -> tuple[float, float]:
        """Their price and, negative, how unevenly the nodes lose that could be empty: the less, the better."""
        price = uneven = 0.0
        for node, kinds in on.items():
            if kinds and not self.loads.kept[node]:
                price += self.price[node]
                loss = self._value[node] - self._sum(kinds)
                uneven += loss * loss / self._value[node]
        return round(price, 9), -uneven

    def _sum(self, kinds: Iterable[int]) -> float:
        return sum(self._worth[kind] for kind in kinds)
