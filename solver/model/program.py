"""A program: variables and constraints, written down for any solver to read.

Nothing is solved here. A back end (CP-SAT, a linear relaxation) translates what it has not seen yet, so levels and cuts
can be added later.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from solver.model.linear import Bool, Comparison, Linear, merged

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence


@dataclass(frozen=True, slots=True)
class Source:
    """What a constraint is stated for: a rule by its name, of one ``resource`` where the rule speaks of several."""

    rule: str
    resource: str | None = None


@dataclass(frozen=True, slots=True)
class Constraint:
    """``lower <= sum(coefficients * variables) <= upper``, where all of ``only_if`` hold (always, without any).

    ``source`` None: it says what a variable means, or what holds whatever the rules are.
    """

    variables: tuple[int, ...]
    coefficients: tuple[int, ...]
    lower: int | None
    upper: int | None
    only_if: tuple[Bool, ...] = ()
    source: Source | None = None

    def holds(self, values: Sequence[int]) -> bool:
        """Whether the constraint is met where the variables have these values."""
        if any(values[condition.variable] == condition.negated for condition in self.only_if):
            return True
        level = Linear(self.variables, self.coefficients).value(values)
        return (self.lower is None or level >= self.lower) and (self.upper is None or level <= self.upper)


_PATIENCE = 256
"""After so many constraints, a program in the making asks whether to go on."""


class OutOfTimeError(Exception):
    """A program was to be stopped while it was made."""


@dataclass
class Program:
    """Variables are numbers from 0, each with its least and greatest value; constraints in the order of making.

    ``stop`` is asked now and then while constraints are stated; where it holds, `OutOfTimeError` is raised.
    """

    lower: list[int] = field(default_factory=list)
    upper: list[int] = field(default_factory=list)
    constraints: list[Constraint] = field(default_factory=list)
    stop: Callable[[], bool] = bool
    _source: Source | None = None

    @contextmanager
    def stating(self, source: Source | None) -> Iterator[None]:
        """Whatever is required meanwhile is stated for this."""
        before, self._source = self._source, source
        try:
            yield
        finally:
            self._source = before

    def without(self, dropped: Callable[[Source], bool]) -> Program:
        """The same variables, and the constraints whose source is not dropped."""
        kept = [each for each in self.constraints if each.source is None or not dropped(each.source)]
        return Program(list(self.lower), list(self.upper), kept)

    def integers(self, lower: Sequence[int], upper: Sequence[int]) -> int:
        """Make one variable for each pair of limits; returns the first one's number, the others follow."""
        first = len(self.lower)
        self.lower += lower
        self.upper += upper
        return first

    def integer(self, lower: int, upper: int) -> Linear:
        """A new integer variable."""
        return Linear((self.integers((lower,), (upper,)),), (1,))

    def boolean(self) -> Bool:
        """A new variable of 0 and 1."""
        return Bool(self.integers((0,), (1,)))

    def require(self, comparison: Comparison, *only_if: Bool) -> None:
        """Demand the comparison where all of ``only_if`` hold; what the variables' limits say is not written."""
        if len(self.constraints) % _PATIENCE == 0 and self.stop():
            raise OutOfTimeError
        linear = merged(comparison.linear)
        lower = None if comparison.lower is None else comparison.lower - linear.constant
        upper = None if comparison.upper is None else comparison.upper - linear.constant
        least, greatest = self.limits(Linear(linear.variables, linear.coefficients))
        lower = None if lower is not None and lower <= least else lower
        upper = None if upper is not None and upper >= greatest else upper
        if lower is not None or upper is not None:
            self.constraints.append(
                Constraint(linear.variables, linear.coefficients, lower, upper, only_if, self._source)
            )

    def limits(self, linear: Linear) -> tuple[int, int]:
        """The least and greatest value that the variables' own limits leave."""
        least = greatest = linear.constant
        lower, upper = self.lower, self.upper
        for coefficient, variable in zip(linear.coefficients, linear.variables, strict=True):
            if coefficient > 0:
                least += coefficient * lower[variable]
                greatest += coefficient * upper[variable]
            else:
                least += coefficient * upper[variable]
                greatest += coefficient * lower[variable]
        return least, greatest

    def holds(self, values: Sequence[int]) -> bool:
        """Whether these values are within all limits and meet every constraint."""
        within = all(low <= value <= high for low, value, high in zip(self.lower, values, self.upper, strict=True))
        return within and all(constraint.holds(values) for constraint in self.constraints)
