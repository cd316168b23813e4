"""Measures of spreading: how uneven the worst constraint stands at the end.

A final skew above maxSkew breaks no rule by itself: a constraint is checked when a pod that carries it is bound.
Source: https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.compare.measure import Better, Judged, Measure, Unit

if TYPE_CHECKING:
    from solver.compare.measure import Value
    from solver.verify import Skew


def _worst(skews: tuple[Skew, ...], *, hard: bool) -> Value:
    return max((skew.value for skew in skews if skew.constraint.hard is hard), default=None)


def _hard(judged: Judged) -> Value:
    return _worst(judged.skews, hard=True)


def _soft(judged: Judged) -> Value:
    return _worst(judged.skews, hard=False)


_MEANING = "How many more of its pods a spread constraint's fullest domain has than its emptiest, at the worst one."

HARD_SKEW = Measure(
    "worst_skew_hard", "worst skew, DoNotSchedule", Unit.COUNT, Better.LESS, _hard, _MEANING, among_equals=True
)
SOFT_SKEW = Measure(
    "worst_skew_soft", "worst skew, ScheduleAnyway", Unit.COUNT, Better.LESS, _soft, _MEANING, among_equals=True
)
