"""What a partly filled node can still earn at most: tables over the room that is left, in coarse cells.

Room is measured along one or two axes, each a sum of resources that are short, in cells: so many to the largest node.
What a pod takes is rounded down to whole cells, so pods that fit a node fit its cells; the best over cells, a bounded
knapsack, is never below the best over pods (what floating point may be wrong by is added to it).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isqrt
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from solver.strategies.work import spend

if TYPE_CHECKING:
    from collections.abc import Sequence

    from solver.strategies.cpsat.patterns.duals import Prices
    from solver.strategies.cpsat.patterns.task import Integers
    from solver.strategies.cpsat.patterns.tree import Floats

_FINEST, _COARSEST = 128, 16
_ENTRIES = 3_000_000
"""Cells along an axis: as many as all tables together have entries for, within these."""
_ERROR = 2.0**-22
"""Twice what rounding a price and adding it may change in single precision, as a part of the largest entry."""
_PER_ENTRY, _PER_TABLE = 1e-9, 1e-5
"""What an entry, and a table, count as work: about their seconds."""

Table = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Axes:
    """How room becomes cells: for each axis its resources, and the largest room of each."""

    resources: tuple[Integers, ...]
    largest: Floats
    cells: int

    def of(self, amounts: Floats) -> tuple[Integers, Integers]:
        """Whole cells of amounts or rooms (a row each), rounded down; along the second axis 0 where there is one only.

        Amounts are whole numbers below 2⁵³ / cells, so a quotient is never rounded to below a whole number it reaches.
        """
        along = [np.floor(amounts[:, each] * self.cells / self.largest[each]).sum(axis=1) for each in self.resources]
        first, second = (along[0], along[1] if len(along) > 1 else np.zeros(len(amounts)))
        return first.astype(np.int64), second.astype(np.int64)


class Completion:
    """Tables for prices that change: what arrives from each place on, and before that who is at home on a class."""

    def __init__(
        self, requests: Floats, room: Floats, homes: Sequence[Sequence[tuple[int, int]]], copies: Integers
    ) -> None:
        """``requests`` and ``room`` of resources that are short, ``homes``: groups and numbers, by class."""
        self._homes, self._copies = homes, copies
        self.longest = max(map(len, homes))
        tables = 1 + len(requests) + len(homes) * self.longest
        cells = min(_FINEST, max(_COARSEST, isqrt(_ENTRIES // tables)))
        largest = np.maximum(room.max(axis=0), 1)
        loaded = np.argsort(-(copies @ requests) / largest, kind="stable")
        self._axes = Axes((loaded[:1], loaded[1:]) if len(loaded) > 1 else (loaded,), largest, cells)
        self._shape = tuple(int(each.max()) + 1 for each in self._axes.of(room))
        self._takes = np.transpose(self._axes.of(requests)).tolist()
        # Kept from one search to the next: fetching so much memory anew takes as long as filling it.
        self._arriving = np.zeros((len(requests) + 1, *self._shape), dtype=np.float32)
        self._scratch = np.zeros(self._shape, dtype=np.float32)
        self._staying = np.zeros((len(homes), self.longest + 1, *self._shape), dtype=np.float32)

    def tabulate(self, prices: Prices, order: Sequence[int]) -> Completed:
        """For these prices, where groups arrive in this order; what was tabulated before is overwritten."""
        arriving, staying = self._arriving[: len(order) + 1], self._staying
        arriving[-1] = 0
        for place in range(len(order) - 1, -1, -1):
            group = order[place]
            self._with_group(
                arriving[place], arriving[place + 1], group, int(self._copies[group]), prices.arrive[group]
            )
        for tables, homes in zip(staying, self._homes, strict=True):
            tables[len(homes) :] = arriving[0]
            for place in range(len(homes) - 1, -1, -1):
                group, there = homes[place]
                self._with_group(tables[place], tables[place + 1], group, there, prices.stay[group])
        spend(_PER_ENTRY * (arriving.size + staying.size) + _PER_TABLE * (len(order) + len(staying)))
        error = _ERROR * (len(order) + self.longest) * float(staying.max())
        return Completed(self._axes, self._shape[1], arriving, staying, error)

    def _with_group(self, table: Table, before: Table, group: int, most: int, price: float) -> None:
        """The table before, and up to ``most`` pods of a group where that is better."""
        first, second = self._takes[group]
        if price <= 0 or not most or first >= self._shape[0] or second >= self._shape[1]:
            table[:] = before
            return
        table[:first] = before[:first]
        table[first:, :second] = before[first:, :second]
        known = before[first:, second:]
        for count in range(1, most + 1):
            down, right = count * first, count * second
            if down >= self._shape[0] or right >= self._shape[1]:
                return
            left, better = before[: self._shape[0] - down, : self._shape[1] - right], table[down:, right:]
            np.maximum(known, np.add(left, np.float32(count * price), out=self._scratch[down:, right:]), out=better)
            known = table[down + first :, right + second :]


class Completed:
    """The tables for some prices, to be asked for many labels at once."""

    def __init__(self, axes: Axes, width: int, arriving: Table, staying: Table, error: float) -> None:
        self._axes, self._width, self._error = axes, width, error
        self._arriving = arriving.reshape(len(arriving), -1)
        self._staying = staying.reshape(*staying.shape[:2], -1)

    def cells(self, room: Floats) -> Integers:
        """Where in the tables a room is, a row each."""
        first, second = self._axes.of(room)
        return first * self._width + second

    def arriving(self, place: int | Integers, cells: Integers) -> Floats:
        """At most this much from groups that arrive at ``place`` of their order or later."""
        gain: Floats = self._arriving[place, cells] + self._error
        return gain

    def staying(self, node_class: Integers, place: int, cells: Integers) -> Floats:
        """At most this much from groups at home from ``place`` on, and all that arrive."""
        gain: Floats = self._staying[node_class, place, cells] + self._error
        return gain
