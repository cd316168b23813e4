"""A linear program as sparse arrays, and what any prices of its rows prove."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Iterable

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Places = Ints

_SLACK = 1e-9
"""Of the sum of all terms: far more than what adding them in floating point can be wrong by."""


@dataclass
class Rows:
    """``lower <= matrix · x <= upper`` with ``0 <= x <= most``; variables and rows are numbered as they are made."""

    most: list[float] = field(default_factory=list)
    lower: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)
    _at: list[Places] = field(default_factory=list)
    _variables: list[Places] = field(default_factory=list)
    _factors: list[Floats] = field(default_factory=list)

    def copy(self) -> Rows:
        """The same rows, to which others can be added."""
        parts = (self.most, self.lower, self.upper, self._at, self._variables, self._factors)
        return Rows(*(list(part) for part in parts))  # type: ignore[arg-type]

    def variables(self, most: Iterable[float]) -> Places:
        """New variables, one for each upper limit."""
        first = len(self.most)
        self.most += most
        return np.arange(first, len(self.most))

    def require(self, variables: Places, factors: Floats, lower: float, upper: float) -> int:
        """A new row; a variable may occur only once in it."""
        number = len(self.lower)
        self.lower.append(lower)
        self.upper.append(upper)
        self._at.append(np.full(len(variables), number))
        self._variables.append(variables)
        self._factors.append(np.asarray(factors, dtype=np.float64))
        return number

    @property
    def entries(self) -> tuple[Places, Places, Floats]:
        """Row, variable and factor of everything that is not 0, row by row."""
        if not self._at:
            return np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0)
        return np.concatenate(self._at), np.concatenate(self._variables), np.concatenate(self._factors)

    @property
    def size(self) -> int:
        """How many entries there are."""
        return sum(map(len, self._variables))

    def proven(self, objective: Floats, prices: Floats) -> float:
        """What ``objective · x`` cannot be below, by these prices of the rows, good or bad.

        ``objective · x = prices · (matrix · x) + (objective - prices · matrix) · x``: the first part is at least the
        price times the limit that its sign asks for, the second at least its value at the limits of the variables.
        """
        at, variables, factors = self.entries
        lower, upper, most = np.array(self.lower), np.array(self.upper), np.array(self.most)
        limit = np.where(prices > 0, lower, upper)
        usable = np.where(np.isfinite(limit), prices, 0.0)
        by_rows = usable * np.where(np.isfinite(limit), limit, 0.0)
        reduced = objective - np.bincount(variables, usable[at] * factors, len(most))
        by_variables = np.minimum(reduced, 0.0) * most
        terms = np.concatenate((by_rows, by_variables))
        return float(terms.sum() - _SLACK * np.abs(terms).sum())
