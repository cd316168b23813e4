"""What one node is to hold: pods that are worth as much as it costs, at the prices of the bound.

At those prices (see `floor`) no node holds more than it costs, so what the pods on it are worth, over its price, says
how much of it is not wasted. Pods are chosen one by one, by worth for room and by how well they suit what is left of
it; then single pods are exchanged for others that are worth more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from solver.studies.node_sizes.floor import Floor

if TYPE_CHECKING:
    from solver.studies.node_sizes.kinds import Floats, Ints, Kinds, Mask

_EXCHANGES = 60
"""Exchanges on one node at most."""
_NOTHING = 1e-6
"""Of the most that a pod is worth: no gain to exchange for."""
_BULK = 4
"""Of what still fits of the chosen kind, this part is taken at once."""


class Filling:
    """Kinds of pods (one row each, equal specs), offers (one row each), and the worth of each kind."""

    def __init__(self, kinds: Kinds) -> None:
        task = kinds.task
        floor = Floor(task.offers, task.workloads)
        self._prices_of_resources = floor.vertices(task.offers, kinds.names, task.seed)
        self.requests = kinds.requests
        self.worth: Floats = np.zeros(len(kinds.wanting))
        self.room = kinds.room
        self.prices = kinds.prices
        self.most = kinds.planned
        self._allowed: Mask = np.any(kinds.admitted, axis=0)

    def look_at(self, left: Ints) -> None:
        """From now on, pods are worth what they are at the best prices for what is left."""
        prices = self._prices_of_resources
        self.worth = self.requests @ prices[np.argmax(prices @ (left @ self.requests))]
        self.worth += _NOTHING * float(self.worth.max(initial=0.0))

    def saved(self, left: Ints, filling: Ints) -> float:
        """How much less the rest costs at least, once this filling is bought."""
        prices, rest = self._prices_of_resources, left @ self.requests
        return float((prices @ rest).max() - (prices @ (rest - filling @ self.requests)).max())

    def of(self, offer: int, left: Ints, awkward: float) -> Ints:
        """How many of each kind to put on a node of the offer, of those ``left``.

        A pod that fills a node in some resource counts ``1 + awkward`` times.
        """
        room, whole = self.room[offer].copy(), np.maximum(self.room[offer], 1)
        shares = self.requests / whole
        most = np.minimum(left, self.most) * self._allowed[offer]
        filling: Ints = np.zeros(len(left), dtype=np.int64)
        density = self.worth / np.maximum(shares.sum(axis=1), 1e-12) * (1 + awkward * shares.max(axis=1))
        norm = np.maximum(np.sqrt((shares * shares).sum(axis=1)), 1e-12)
        while True:
            fits = (most > 0) & (self.requests <= room).all(axis=1)
            if not fits.any():
                return filling
            free = room / whole
            suits = shares @ free / norm / max(float(np.sqrt(free @ free)), 1e-12)
            chosen = int(np.argmax(np.where(fits, density * suits * suits, -1.0)))
            number = max(1, min(int(most[chosen]), self._fitting(chosen, room) // _BULK))
            room -= number * self.requests[chosen]
            most[chosen] -= number
            filling[chosen] += number

    def _fitting(self, row: int, room: Ints) -> int:
        asked = self.requests[row] > 0
        return int((room[asked] // self.requests[row][asked]).min())

    def exchanged(self, offer: int, filling: Ints, left: Ints) -> Ints:
        """One pod for another that is worth more, the best exchange first, as long as there is one that fits."""
        filling = filling.copy()
        most = np.minimum(left, self.most) * self._allowed[offer] - filling
        room = self.room[offer] - filling @ self.requests
        for _ in range(_EXCHANGES):
            gone, come = np.flatnonzero(filling > 0), np.flatnonzero(most > 0)
            if not len(gone) or not len(come):
                break
            gain = self.worth[come][None, :] - self.worth[gone][:, None]
            freed = room[None, :] + self.requests[gone]
            for resource in range(freed.shape[1]):
                gain[self.requests[come, resource][None, :] > freed[:, resource][:, None]] = 0.0
            best = np.unravel_index(np.argmax(gain), gain.shape)
            if gain[best] <= _NOTHING * float(self.worth.max()):
                break
            out, into = gone[best[0]], come[best[1]]
            room += self.requests[out] - self.requests[into]
            filling[out] -= 1
            most[out] += 1
            filling[into] += 1
            most[into] -= 1
        return filling
