"""Filling one node with the best of a hand of pods: a table for the scarce resource, all other rules on the way.

    best[j][r] = max(best[j+1][r], best[j+1][r - size_j] + worth_j)

says what the pods from the j-th on are worth at most in room r. Then the pods are taken in their order: each that the
best filling can do with and that the node takes. A pod that other resources or its company keep out is passed over,
and the rest is filled as well as it can be.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from solver.strategies.cpsat.packing.loads import Loads
    from solver.strategies.cpsat.packing.projection import Scarce

_CELLS = 4_096
"""The largest room has no more units than these; sizes are rounded to them where they are finer."""
_FINENESS = 2**30
"""Worths are whole numbers: so many parts of the dearest pod."""
_BY_SIZE = 2**20
"""So many of them for a full room, by size: of fillings that are worth the same, the fullest is best."""
_EQUAL = 2**6
"""Fillings that differ by no more than this are equally good."""


class Stuffing:
    """Fills nodes of some loads, worths and sizes being those of the scarce resource."""

    def __init__(self, loads: Loads, scarce: Scarce) -> None:
        self._loads = loads
        self._row = loads.resources.index(scarce.resource)
        amounts = [requests[self._row] for requests in loads.requests]
        self._unit = _unit(amounts, int(loads.offered[:, self._row].max(initial=1)))
        self._sizes = [round(amount / self._unit) for amount in amounts]
        worths = [scarce.worth.get(amount, 0.0) for amount in amounts]
        most = max(worths, default=0.0) or 1.0
        by_size = _BY_SIZE * self._unit / max(int(loads.offered[:, self._row].max(initial=1)), 1)
        self._worths = [
            round(worth / most * _FINENESS + size * by_size) for worth, size in zip(worths, self._sizes, strict=True)
        ]

    def chosen(self, node: int, hand: Sequence[int], give: float) -> list[int]:
        """Of a hand of kinds the places of those whose pods the node is to get, the first ones rather.

        For these the filling may be worth less than the best by the part ``give``.
        """
        loads = self._loads
        room: list[int] = loads.room[node].tolist()
        if min(room) < 0:
            return []
        left = room[self._row] // self._unit
        tables = self._tables(hand, left)
        spare = _EQUAL + int(give * tables[0].item(left))
        barred = loads.barred(node)
        chosen: list[int] = []
        for place, kind in enumerate(hand):
            size, requests, table = self._sizes[kind], loads.requests[kind], tables[place + 1]
            if size > left:
                continue
            loss = table.item(left) - table.item(left - size) - self._worths[kind]
            if loss > spare:
                continue
            after = [have - need for have, need in zip(room, requests, strict=True)]
            if min(after) < 0 or not loads.shows[kind].isdisjoint(barred) or not loads.allows(kind, node):
                continue
            room, left, spare = after, left - size, spare - max(loss, 0)
            barred |= loads.bars[kind]
            chosen.append(place)
        return chosen

    def _tables(self, hand: Sequence[int], room: int) -> list[np.ndarray[tuple[int], np.dtype[np.int64]]]:
        """A row for every place in the hand, and one of zeros after the last."""
        tables = np.zeros((len(hand) + 1, room + 1), dtype=np.int64)
        for place in range(len(hand) - 1, -1, -1):
            size, worth = self._sizes[hand[place]], self._worths[hand[place]]
            after, here = tables[place + 1], tables[place]
            here[:] = after
            if size <= room:
                np.maximum(here[size:], after[: room + 1 - size] + worth, out=here[size:])
        return list(tables)


def _unit(amounts: Sequence[int], room: int) -> int:
    """What all amounts are multiples of, or so much that the room has no more than some thousand of it."""
    common = int(np.gcd.reduce(np.array(amounts, dtype=np.int64))) or 1
    return max(common, -(-room // _CELLS))
