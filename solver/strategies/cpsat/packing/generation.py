"""Column generation: prices ask for better patterns, better patterns change the prices, until none is better.

Every search for patterns proves a bound in exact arithmetic, whatever the prices are: see `bound`.
"""

from __future__ import annotations

from fractions import Fraction
from math import ceil
from typing import TYPE_CHECKING, Protocol

import numpy as np

from solver.strategies.cpsat.packing.master import Master

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import NDArray

    from solver.strategies.cpsat.packing.lattice import Priced
    from solver.strategies.cpsat.packing.master import Relaxed
    from solver.strategies.cpsat.packing.task import Column, Ints, Task

    Floats = NDArray[np.float64]

_FINENESS = 2**30
_FINER = 2**36
"""Worths are whole numbers: so many parts of the dearest node. Finer ones where there are many classes, the dearest of
which may cost a hundred thousand times as much as the cheapest."""
_CLOSE = 1e-6
_PART_OF_THE_WAY = 0.3
_EXACT = 3
"""So many of the best points are evaluated in fractions."""


class Pricing(Protocol):
    """Whoever finds the best fillings of all classes at once."""

    def priced(self, task: Task, worth: Ints) -> Priced:
        """The best fillings with pods of these worths, of which the task still wants some."""


def bound(task: Task, worth: Ints, most: Ints, scale: int) -> Fraction:
    """What all pods cost at least, in steps, where a pod is worth ``worth / scale`` and a class holds at most ``most``.

    With worths of θ times that, a node of class c pays max(0, θ·most_c − price_c) less than what its pods are worth:

        cost  ≥  θ Σ_g worth_g wanting_g  −  Σ_c numbers_c · max(0, θ·most_c − price_c)        for every θ ≥ 0

    The right side is concave and piecewise linear in θ, so the best θ is 1, or one where some term begins to count.
    """
    return strongest(task, worth, most, scale)[0]


def bounds_with(task: Task, worth: Ints, most: Ints, scale: int) -> list[Fraction]:
    """The same for each class, of all choices that have a node of it: at the θ above, that costs the rest of its price.

    cost  ≥  (right side)  +  max(0, price_c − θ·most_c)        where a node of class c is used
    """
    proven, theta = strongest(task, worth, most, scale)
    unused = (price - theta * int(best) / scale for price, best in zip(task.prices.tolist(), most, strict=True))
    return [proven + max(Fraction(0), each) for each in unused]


def strongest(task: Task, worth: Ints, most: Ints, scale: int) -> tuple[Fraction, Fraction]:
    """The bound of these worths, and the θ that proves it."""
    total = int(worth @ task.wanting)
    counts = (most > 0) & (task.numbers > 0)
    holds = [
        (int(best), scale * int(price), int(number))
        for best, price, number in zip(most[counts], task.prices[counts], task.numbers[counts], strict=True)
    ]

    def proven(theta: Fraction) -> Fraction:
        return theta * total - sum((max(Fraction(0), theta * best - price) * number for best, price, number in holds))

    thetas = (Fraction(0), Fraction(1), *_kinks(total, holds))
    found, theta = max((proven(theta), theta) for theta in thetas)
    return found / scale, theta


def _kinks(total: int, holds: Sequence[tuple[int, int, int]]) -> list[Fraction]:
    """The best θ where some term begins to count, as far as floating point numbers tell: every θ proves something."""
    best, price, number = np.array(holds, dtype=np.float64).reshape(len(holds), 3).T
    thetas = price / best
    terms = np.maximum(np.outer(thetas, best) - price, 0.0) @ number
    ranked = np.argsort(terms - thetas * total, kind="stable")[:_EXACT]
    return [Fraction(holds[place][1], holds[place][0]) for place in ranked.tolist()]


class Generation:
    """The column generation of one task, from the columns ``starts`` on.

    ``proofs`` are all worths that patterns have been looked for with, and what a node of each class holds at most.
    ``steady``: worths (in steps per pod) from which it goes only part of the way to those of the relaxation, which jump
    from round to round; from then on from those that have proven most.
    """

    def __init__(
        self,
        task: Task,
        pricing: Pricing,
        starts: Iterable[Column],
        expired: Callable[[], bool],
        steady: NDArray[np.float64] | None = None,
    ) -> None:
        self.task = task
        self.master = Master(task, starts)
        self.bound = Fraction(0)
        self.converged = False
        self.proofs: list[tuple[Ints, Ints]] = []
        self._proof: tuple[Ints, Ints] | None = None
        self._pricing = pricing
        self._expired = expired
        self._steady = steady
        fineness = _FINENESS if steady is None else _FINER
        self._scale = max(1, fineness // max(1, int(task.prices.max(initial=1))))

    @property
    def values(self) -> tuple[Floats, Floats]:
        """What pods are worth and nodes of each class hold, in steps, in the strongest proof; no node holds more.

        The relaxation's own worths need not be like that: columns are looked for only until the bound is reached.
        """
        if not self.proofs:
            return np.zeros(len(self.task.wanting)), self.task.prices.astype(np.float64)
        found = [(strongest(self.task, worth, most, self._scale), worth, most) for worth, most in self.proofs]
        (_, theta), worth, most = max(found, key=lambda proof: proof[0][0])
        part = float(theta) / self._scale
        worths: Floats = np.multiply(worth, part, dtype=np.float64)
        values: Floats = np.maximum(np.multiply(most, part, dtype=np.float64), self.task.prices)
        return worths, values

    @property
    def whole(self) -> int:
        """The bound in whole steps."""
        return ceil(self.bound)

    @property
    def bounds_with(self) -> list[Fraction]:
        """Of each class, what all choices cost at least, in steps, that have a node of it."""
        if self._proof is None:
            return [Fraction(0)] * len(self.task.classes)
        return bounds_with(self.task, *self._proof, self._scale)

    def run(self, rounds: int | None = None, enough: int | None = None, close: float = 0.0, known: int = 0) -> Relaxed:
        """Until nothing can be gained, the bound has reached ``enough``, rounds are used up, or time is.

        ``close``: so near to the bound, as a part of the value, is near enough; ``known`` is one of other origin.
        """
        relaxed = self.master.solve()
        done = 0
        while not self.converged and not self._expired() and (rounds is None or done < rounds):
            added = self._better_columns(relaxed)
            done += 1
            reached = enough is not None and self.whole >= enough
            proven = max(self.whole, max(float(self.bound), known) / (1 - close))
            met = not relaxed.missing and proven >= relaxed.value - _CLOSE
            self.converged = not added or reached or met
            if added:
                relaxed = self.master.solve()
        return relaxed

    def _better_columns(self, relaxed: Relaxed) -> int:
        added = 0
        for share in (1.0,) if self._steady is None else (_PART_OF_THE_WAY, 1.0):
            added = self._asked(self._towards(relaxed.worth, share), relaxed)
            if added:
                break
        return added

    def _towards(self, worth: NDArray[np.float64], share: float) -> NDArray[np.float64]:
        return worth if self._steady is None else self._steady + share * (worth - self._steady)

    def _asked(self, worths: NDArray[np.float64], relaxed: Relaxed) -> int:
        """How many new columns these worths lead to that improve the relaxation."""
        worth = np.maximum(worths * self._scale, 0).astype(np.int64)
        priced = self._pricing.priced(self.task, worth)
        self.proofs.append((worth, priced.most))
        proven = bound(self.task, worth, priced.most, self._scale)
        if proven > self.bound:
            self.bound = proven
            self._proof = worth, priced.most
            self._steady = None if self._steady is None else worths
        earned = np.maximum(relaxed.worth, 0).tolist()
        floors = (self.task.prices + relaxed.floors + _CLOSE).tolist()
        return sum(
            self.master.add((place, pattern))
            for place, pattern in priced.columns
            if sum(earned[group] * pods for group, pods in pattern) > floors[place]
        )
