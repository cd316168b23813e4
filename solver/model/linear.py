"""Linear expressions over numbered variables: how rules and objectives say what they mean, to any solver."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


@dataclass(frozen=True, slots=True)
class Linear:
    """``sum(coefficients[i] * variable[variables[i]]) + constant``; a variable may occur more than once."""

    variables: tuple[int, ...] = ()
    coefficients: tuple[int, ...] = ()
    constant: int = 0

    @property
    def is_constant(self) -> bool:
        """Whether no variable has a part in it."""
        return not self.variables

    def value(self, values: Sequence[int]) -> int:
        """The expression where the variables have these values."""
        terms = zip(self.coefficients, self.variables, strict=True)
        return self.constant + sum(coefficient * values[variable] for coefficient, variable in terms)

    def __add__(self, other: Linear | int) -> Linear:
        if isinstance(other, int):
            return Linear(self.variables, self.coefficients, self.constant + other)
        return Linear(
            self.variables + other.variables,
            self.coefficients + other.coefficients,
            self.constant + other.constant,
        )

    def __mul__(self, factor: int) -> Linear:
        if factor == 0:
            return NOTHING
        return Linear(self.variables, tuple(factor * each for each in self.coefficients), factor * self.constant)

    def __neg__(self) -> Linear:
        return self * -1

    def __sub__(self, other: Linear | int) -> Linear:
        return self + -other

    def __rsub__(self, other: int) -> Linear:
        return -self + other

    def __le__(self, other: Linear | int) -> Comparison:
        return Comparison(self - other, None, 0)

    def __ge__(self, other: Linear | int) -> Comparison:
        return Comparison(self - other, 0, None)

    def equals(self, other: Linear | int) -> Comparison:
        """Both sides are the same (``==`` is kept for comparing expressions themselves)."""
        return Comparison(self - other, 0, 0)

    __radd__ = __add__
    __rmul__ = __mul__


NOTHING = Linear()
"""Zero."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """``lower <= linear <= upper``; None: no limit on that side."""

    linear: Linear
    lower: int | None
    upper: int | None

    def holds(self, values: Sequence[int]) -> bool:
        """Whether it does where the variables have these values."""
        level = self.linear.value(values)
        return (self.lower is None or level >= self.lower) and (self.upper is None or level <= self.upper)


@dataclass(frozen=True, slots=True)
class Bool:
    """A variable of 0 and 1, or its negation."""

    variable: int
    negated: bool = False

    def __invert__(self) -> Bool:
        return Bool(self.variable, not self.negated)

    @property
    def linear(self) -> Linear:
        """1 where it holds, 0 where not."""
        return Linear((self.variable,), (-1,), 1) if self.negated else Linear((self.variable,), (1,))


def total(parts: Iterable[Linear]) -> Linear:
    """The sum of many expressions, in one go."""
    variables: list[int] = []
    coefficients: list[int] = []
    constant = 0
    for part in parts:
        variables += part.variables
        coefficients += part.coefficients
        constant += part.constant
    return Linear(tuple(variables), tuple(coefficients), constant)


def merged(linear: Linear) -> Linear:
    """The same expression with every variable once and no coefficient 0."""
    if len(set(linear.variables)) == len(linear.variables) and 0 not in linear.coefficients:
        return linear
    weights: dict[int, int] = {}
    for coefficient, variable in zip(linear.coefficients, linear.variables, strict=True):
        weights[variable] = weights.get(variable, 0) + coefficient
    kept = {variable: weight for variable, weight in weights.items() if weight}
    return Linear(tuple(kept), tuple(kept.values()), linear.constant)
