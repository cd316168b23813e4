"""Nodes sold and bought anew: some of a mix are emptied, and the cheapest ones for their pods sought all at once.

The places that are left keep their zones, and pods that are tied to zones stay in theirs, so whatever held of numbers
in zones holds still. Nodes are sold by what they waste, and by chance; as many at once as are found to be done with in
time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from solver.studies.node_sizes.kinds import UNLIMITED
from solver.studies.node_sizes.rounding import Bought

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from solver.strategies.cpsat.buying.cheapest import Lots, Place
    from solver.studies.node_sizes.kinds import Floats, Ints, Kinds
    from solver.studies.node_sizes.relaxation import Relaxation

_FEWEST, _FIRST, _MOST = 4, 5, 10
"""Nodes that are sold at once."""
_MORE = 1
"""Places beyond those of the nodes sold: two small nodes may be cheaper than one large one."""
_OFFERS = 40
"""Offers that places may become: those with which a mix costs least by the relaxation's bound, and those sold."""
_NEARLY_NOTHING = 1e-3
"""Of the highest price: what every node is taken to waste at least."""


@dataclass(frozen=True, eq=False)
class _Lot:
    """Pods of some specs that are alike, ``counts`` of each row; ``zone`` is -1 where they may go to any."""

    rows: tuple[int, ...]
    counts: tuple[int, ...]
    zone: int


class Rebuying:
    """The mix ``bought``, cheaper from round to round; of ``relaxed`` come worths and bounds."""

    def __init__(self, kinds: Kinds, relaxed: Relaxation, bought: Sequence[Bought], dice: np.random.Generator) -> None:
        self.bought = list(bought)
        self._kinds = kinds
        self._relaxed = relaxed
        self._dice = dice
        self._size = float(_FIRST)
        limit = np.minimum(kinds.planned, kinds.limit)
        self._merged = ~kinds.tied & (limit >= UNLIMITED)
        self._reach: Ints = np.minimum(kinds.fitting, limit) * kinds.admitted
        self._order = np.argsort([float(bound) for bound in relaxed.bounds_with], kind="stable")

    @property
    def cost(self) -> float:
        """USD per hour."""
        return float(sum(self._kinds.prices[each.offer] for each in self.bought))

    def round(self) -> bool:
        """Sell some nodes and buy for less; False, and nothing done, where nothing is found."""
        from solver.strategies.cpsat.buying.cheapest import cheapest

        chosen = self._chosen()
        sold = [self.bought[at] for at in chosen]
        offers = np.union1d(self._order[:_OFFERS], [each.offer for each in sold]).astype(np.int64)
        lots = self._lots(sold)
        before = self._places(sold, lots, offers)
        seed = int(self._dice.integers(2**31))
        found = cheapest(self._as_numbers(lots, offers), self._kinds.room[offers], self._steps[offers], before, seed)
        self._learn_size(finished=found.finished, better=found.places is not None)
        if found.places is None:
            return False
        gone = set(chosen)
        kept = [each for at, each in enumerate(self.bought) if at not in gone]
        self.bought = kept + list(self._bought(found.places, lots, offers))
        return True

    @property
    def _steps(self) -> Ints:
        return self._relaxed.packing.prices

    def _learn_size(self, *, finished: bool, better: bool) -> None:
        """More nodes at once where these were done with in time and in vain, fewer where they were not."""
        if finished and not better:
            self._size = min(self._size + 0.25, _MOST)
        elif not finished and not better:
            self._size = max(self._size - 0.25, _FEWEST)

    def _chosen(self) -> list[int]:
        """Half are drawn by what they waste, half from all."""
        number = min(int(self._size), len(self.bought))
        waste = np.maximum(self._waste(), _NEARLY_NOTHING * float(self._kinds.prices.max()))
        wasteful = self._dice.choice(len(waste), number - number // 2, replace=False, p=waste / waste.sum())
        others = self._dice.permutation(np.setdiff1d(np.arange(len(waste)), wasteful))[: number // 2]
        return [int(at) for at in (*wasteful, *others)]

    def _waste(self) -> Floats:
        """What each node costs beyond what its pods are worth."""
        worth = self._relaxed.least
        return np.array([self._kinds.prices[each.offer] - float(each.filling @ worth) for each in self.bought])

    def _lots(self, sold: Sequence[Bought]) -> list[_Lot]:
        counts: dict[tuple[int, int], dict[int, int]] = {}
        group_of = self._relaxed.group_of.tolist()
        for each in sold:
            for row in np.flatnonzero(each.filling).tolist():
                own = -1 - row
                key = (group_of[row] if self._merged[row] else own, each.zone if self._kinds.tied[row] else -1)
                rows = counts.setdefault(key, {})
                rows[row] = rows.get(row, 0) + int(each.filling[row])
        return [_Lot(tuple(rows), tuple(rows.values()), zone) for (_, zone), rows in counts.items()]

    def _as_numbers(self, lots: Sequence[_Lot], offers: Ints) -> Lots:
        from solver.strategies.cpsat.buying.cheapest import Lots

        first = [lot.rows[0] for lot in lots]
        return Lots(
            pods=np.array([sum(lot.counts) for lot in lots], dtype=np.int64),
            requests=self._kinds.requests[first],
            zone=np.array([lot.zone for lot in lots], dtype=np.int64),
            reach=self._reach[:, offers][:, :, first],
        )

    def _places(self, sold: Sequence[Bought], lots: Sequence[_Lot], offers: Ints) -> list[Place]:
        from solver.strategies.cpsat.buying.cheapest import Place

        def held(node: Bought, lot: _Lot) -> int:
            return int(node.filling[list(lot.rows)].sum()) if lot.zone in (-1, node.zone) else 0

        places = [
            Place(each.zone, int(np.searchsorted(offers, each.offer)), np.array([held(each, lot) for lot in lots]))
            for each in sold
        ]
        zones = self._dice.choice([each.zone for each in sold], _MORE)
        return places + [Place(int(zone), None, np.zeros(len(lots), dtype=np.int64)) for zone in zones]

    def _bought(self, places: Iterable[Place], lots: Sequence[_Lot], offers: Ints) -> Iterable[Bought]:
        """The places as nodes of specs: the pods of a lot are given out in the order of its specs."""
        left = [dict(zip(lot.rows, lot.counts, strict=True)) for lot in lots]
        for place in places:
            filling = np.zeros(len(self._kinds.wanting), dtype=np.int64)
            for rows, pods in zip(left, place.held.tolist(), strict=True):
                wanted = pods
                for row in rows:
                    taken = min(wanted, rows[row])
                    filling[row] += taken
                    rows[row] -= taken
                    wanted -= taken
            if place.offer is not None and filling.any():
                yield Bought(int(offers[place.offer]), place.zone, filling)
