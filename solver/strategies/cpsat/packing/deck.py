"""Loose pods in a random order, of which some are taken ahead of their turn."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from solver.strategies.cpsat.packing.loads import Loads


class Deck:
    """The pods that have no node, by kind."""

    def __init__(self, loads: Loads, dice: np.random.Generator) -> None:
        self._cards: list[int] = dice.permutation(np.array(loads.left, dtype=np.int64)).tolist()
        self._inside = Counter(self._cards)
        self._homeless = Counter(self._cards)
        self._apart = [kind for kind in self._inside if loads.keeps_apart(kind)]
        self._ahead: Counter[int] = Counter()

    def draw(self, number: int) -> list[int]:
        """The next pods."""
        drawn: list[int] = []
        while self._cards and len(drawn) < number:
            kind = self._cards.pop()
            if self._ahead[kind]:
                self._ahead[kind] -= 1
            else:
                drawn.append(kind)
        self._inside.subtract(drawn)
        return drawn

    def late(self, most: float) -> frozenset[int]:
        """The kinds that keep apart and have more pods without a node than this."""
        return frozenset(kind for kind in self._apart if self._homeless[kind] > most)

    def ahead(self, kinds: Iterable[int]) -> list[int]:
        """One pod of each of these kinds, as far as they are in the deck."""
        taken = [kind for kind in sorted(kinds) if self._inside[kind]]
        self._ahead.update(taken)
        self._inside.subtract(taken)
        return taken

    def gone(self, hand: Sequence[int], rest: Sequence[int]) -> None:
        """Of a hand these are left; all others have a node."""
        self._homeless.subtract(hand)
        self._homeless.update(rest)

    def add(self, kinds: Sequence[int]) -> None:
        """Pods that come once more when all others have had their turn."""
        self._cards[:0] = kinds
        self._inside.update(kinds)

    def all(self) -> list[int]:
        """Everybody that is left."""
        return self.draw(len(self._cards))
