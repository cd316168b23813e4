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
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray

    from solver.strategies.cpsat.packing.lattice import Priced
    from solver.strategies.cpsat.packing.master import Relaxed
    from solver.strategies.cpsat.packing.task import Column, Ints, Task

    Floats = NDArray[np.float64]

_FINENESS = 2**30
"""Worths are whole numbers: so many parts of the dearest node."""
_CLOSE = 1e-6


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


def strongest(task: Task, worth: Ints, most: Ints, scale: int) -> tuple[Fraction, Fraction]:
    """The bound of these worths, and the θ that it comes from."""
    total = int(worth @ task.wanting)
    holds = [
        (int(best), scale * int(price), int(number))
        for best, price, number in zip(most, task.prices, task.numbers, strict=True)
        if best and number
    ]

    def proven(theta: Fraction) -> Fraction:
        return theta * total - sum((max(Fraction(0), theta * best - price) * number for best, price, number in holds))

    thetas = {Fraction(1), *(Fraction(price, best) for best, price, _ in holds)}
    best = max(sorted(thetas), key=proven)
    return max(Fraction(0), proven(best)) / scale, best


class Generation:
    """The column generation of one task, from the columns ``starts`` on.

    ``proofs`` are all worths that patterns have been looked for with, and what a node of each class holds at most.
    """

    def __init__(self, task: Task, pricing: Pricing, starts: Iterable[Column], expired: Callable[[], bool]) -> None:
        self.task = task
        self.master = Master(task, starts)
        self.bound = Fraction(0)
        self.converged = False
        self.proofs: list[tuple[Ints, Ints]] = []
        self._pricing = pricing
        self._expired = expired
        self._scale = max(1, _FINENESS // max(1, int(task.prices.max(initial=1))))

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

    def run(self, rounds: int | None = None, enough: int | None = None) -> Relaxed:
        """Until nothing can be gained, the bound has reached ``enough``, rounds are used up, or time is."""
        relaxed = self.master.solve()
        done = 0
        while not self.converged and not self._expired() and (rounds is None or done < rounds):
            added = self._better_columns(relaxed)
            done += 1
            reached = enough is not None and self.whole >= enough
            self.converged = not added or reached or (not relaxed.missing and self.whole >= relaxed.value - _CLOSE)
            if added:
                relaxed = self.master.solve()
        return relaxed

    def _better_columns(self, relaxed: Relaxed) -> int:
        worth = np.maximum(relaxed.worth * self._scale, 0).astype(np.int64)
        priced = self._pricing.priced(self.task, worth)
        self.proofs.append((worth, priced.most))
        self.bound = max(self.bound, bound(self.task, worth, priced.most, self._scale))
        floors = (self.task.prices + relaxed.floors + _CLOSE) * self._scale
        return sum(
            self.master.add((place, pattern))
            for place, pattern in priced.columns
            if sum(int(worth[group]) * pods for group, pods in pattern) > floors[place]
        )
