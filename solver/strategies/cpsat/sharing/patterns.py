"""Patterns of one device: which shares are on it together, and how few devices hold a number of each.

The linear program over all patterns, by column generation: a device more is made of the shares whose prices add up to
most, an unbounded knapsack of a thousand units.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import gcd, inf
from typing import TYPE_CHECKING

import numpy as np

from solver.cluster.devices import DEVICE
from solver.strategies.cpsat.fluid.rows import Rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from solver.strategies.cpsat.fluid.rows import Floats

_TINY = 1e-7
_SECONDS = 5.0
"""One linear program over patterns takes milliseconds."""

Pattern = tuple[int, ...]
"""How many shares of each size."""


@dataclass
class DevicePatterns:
    """The patterns that have been of use so far, for shares of these sizes (thousandths, each once)."""

    sizes: Sequence[int]
    known: dict[Pattern, None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """As many of one size as go on a device."""
        for place, size in enumerate(self.sizes):
            alone = [0] * len(self.sizes)
            alone[place] = DEVICE // size
            self.known[tuple(alone)] = None

    def fewest(self, numbers: Floats) -> tuple[float, Floats]:
        """The least devices, in parts, that hold so many shares of each size; and what each share is worth of one."""
        from solver.strategies.cpsat.fluid.solved import relaxed

        while True:
            rows, patterns = Rows(), list(self.known)
            variables = rows.variables([float(numbers.sum()) + 1.0] * len(patterns))
            for place, number in enumerate(numbers.tolist()):
                factors = np.array([pattern[place] for pattern in patterns], dtype=np.float64)
                used = factors > 0
                rows.require(variables[used], factors[used], number, inf)
            solved = relaxed(rows, np.ones(len(patterns)), _SECONDS)
            worth = np.zeros(len(self.sizes)) if solved.prices is None else np.maximum(solved.prices, 0.0)
            pattern, price = self._dearest(worth)
            if price <= 1 + _TINY or pattern in self.known:
                return float(worth @ numbers) / max(price, 1.0), worth
            self.known[pattern] = None

    def _dearest(self, worth: Floats) -> tuple[Pattern, float]:
        unit = gcd(DEVICE, *self.sizes)
        best, last = [0.0] * (DEVICE // unit + 1), [-1] * (DEVICE // unit + 1)
        shares = [
            (size // unit, float(value), place)
            for place, (size, value) in enumerate(zip(self.sizes, worth, strict=True))
            if value > 0
        ]
        for room in range(1, len(best)):
            best[room] = best[room - 1]
            for size, value, place in shares:
                if size <= room and best[room - size] + value > best[room] + _TINY:
                    best[room], last[room] = best[room - size] + value, place
        pattern, room = [0] * len(self.sizes), len(best) - 1
        while room > 0:
            if last[room] < 0:
                room -= 1
            else:
                pattern[last[room]] += 1
                room -= self.sizes[last[room]] // unit
        return tuple(pattern), best[-1]
