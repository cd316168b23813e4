"""Where each result stands among the others: the first level at which they differ, and the best bound there."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from solver.result import Termination

if TYPE_CHECKING:
    from collections.abc import Sequence

    from solver.objectives.question import Level
    from solver.result import LevelResult, Result


@dataclass(frozen=True, slots=True)
class Standing:
    """``level`` is the one that decides (None: there is no level); ``bound`` the highest that anyone has on it.

    ``optimal``: nothing can be better, by the result's own proof or because it equals a result that has one.
    """

    level: Level | None
    value: Fraction | None
    bound: Fraction | None
    optimal: bool

    @property
    def distance(self) -> Fraction | None:
        """``(value - bound) / value``: the most that could still be gained; 0 where they meet, None without a bound."""
        if self.value is None or self.bound is None:
            return None
        return (self.value - self.bound) / self.value if self.value else Fraction(0)


def standings(results: Sequence[Result]) -> list[Standing]:
    """One standing per result, in their order.

    A bound on a level holds for the placements that keep the values of the levels before it. Those are equal up to the
    first level where the results differ, so up to there, and no further, one strategy's bound may be held against
    another's value.
    """
    levels = _shared_levels(results)
    decisive = next((level for level in levels if _differ(results, level)), None) or _first_unproven(results, levels)
    optimal = [proven(result) or equal for result, equal in zip(results, equal_a_proven_optimum(results), strict=True)]
    if decisive is None:
        return [Standing(None, None, None, known) for known in optimal]
    bound = _best_bound(results, decisive)
    return [
        Standing(decisive, level_of(result, decisive).value, bound, known)
        for result, known in zip(results, optimal, strict=True)
    ]


def proven(result: Result) -> bool:
    """Whether the strategy has proven all levels itself."""
    return result.termination is Termination.OPTIMAL


def equal_a_proven_optimum(results: Sequence[Result]) -> list[bool]:
    """Which results without a proof of their own have, level by level, the values of one that is proven optimal."""
    optima = [_standing_of(result) for result in results if proven(result)]
    return [not proven(result) and _standing_of(result) in optima for result in results]


def level_of(result: Result, level: Level) -> LevelResult:
    """What the result has on this level."""
    return next(known for known in result.levels if known.level == level)


def rank(result: Result) -> tuple[Fraction, ...]:
    """The values of all levels in their order: of two results on the same levels, the smaller tuple is better."""
    return tuple(level.value for level in result.levels)


def _standing_of(result: Result) -> list[tuple[Level, Fraction]]:
    return [(level.level, level.value) for level in result.levels]


def _shared_levels(results: Sequence[Result]) -> list[Level]:
    """The levels that all results have: DaemonSet pods of opened nodes may bring a priority of their own."""
    common = set.intersection(*({level.level for level in result.levels} for result in results)) if results else set()
    return [level.level for level in results[0].levels if level.level in common] if results else []


def _differ(results: Sequence[Result], level: Level) -> bool:
    return len({level_of(result, level).value for result in results}) > 1


def _first_unproven(results: Sequence[Result], levels: Sequence[Level]) -> Level | None:
    """Where all values are equal: the first level that nobody has proven, else the last one."""
    open_levels = (level for level in levels if not any(level_of(result, level).proven for result in results))
    return next(open_levels, levels[-1] if levels else None)


def _best_bound(results: Sequence[Result], level: Level) -> Fraction | None:
    bounds = (level_of(result, level).bound for result in results)
    return max((bound for bound in bounds if bound is not None), default=None)
