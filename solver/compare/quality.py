"""Measures of the answer as an answer: what it leaves unmet, how far it is from the best possible, and what it took."""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.compare.measure import Better, Judged, Measure, Unit, Value
from solver.objectives.question import Level, ObjectiveName

if TYPE_CHECKING:
    from solver.result import Result


def unmet_preferences(result: Result) -> float:
    """The summed penalties of all soft rules, whether the question asks for them or not."""
    from solver.objectives import values

    (penalty,) = values(result.placement, (Level(ObjectiveName.PREFERENCES),))
    return float(penalty)


def seconds(result: Result) -> float:
    """From the loaded scenario to the verified result."""
    return result.runtime.total - result.runtime.load


def _unmet(judged: Judged) -> Value:
    return unmet_preferences(judged.result)


def _distance(judged: Judged) -> Value:
    share = judged.standing.distance
    return None if share is None else float(share)


def _proven(judged: Judged) -> Value:
    return judged.standing.optimal


def _seconds(judged: Judged) -> Value:
    return seconds(judged.result)


def distance(decisive: str) -> Measure:
    """The measure of the first level where the results differ, named after it where there is one."""
    title = ", ".join(filter(None, ("distance to the best bound", decisive)))
    return Measure(
        "distance_to_bound",
        title,
        Unit.SHARE,
        Better.LESS,
        _distance,
        "How much lower the first value that differs could be at most, by the best bound that any strategy has proven.",
    )


UNMET_PREFERENCES = Measure(
    "unmet_preferences",
    "unmet preferences",
    Unit.PENALTY,
    Better.LESS,
    _unmet,
    "The summed weights of the soft rules that are not met.",
    among_equals=True,
)
PROVEN = Measure(
    "proven",
    "proven optimal",
    Unit.YES_NO,
    Better.MORE,
    _proven,
    "No placement is better: the strategy has proven it, or its values equal an optimum that another one has proven.",
)
SECONDS = Measure(
    "seconds",
    "seconds",
    Unit.SECONDS,
    Better.LESS,
    _seconds,
    "From the loaded scenario to the verified answer.",
)
