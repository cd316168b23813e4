"""Measures of the answer as an answer: what it leaves unmet, how far it is from the best possible, and what it took."""

from __future__ import annotations

from solver.compare.measure import Better, Judged, Measure, Unit, Value
from solver.objectives.question import Level, ObjectiveName
from solver.result import Result, Termination


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
    distance = judged.standing.distance
    return None if distance is None else float(distance)


def _proven(judged: Judged) -> Value:
    return judged.result.termination is Termination.OPTIMAL


def _seconds(judged: Judged) -> Value:
    return seconds(judged.result)


UNMET_PREFERENCES = Measure("unmet_preferences", "unmet preferences", Unit.PENALTY, Better.LESS, _unmet)
DISTANCE = Measure("distance_to_bound", "distance to the best bound", Unit.SHARE, Better.LESS, _distance)
PROVEN = Measure("proven", "proven optimal", Unit.YES_NO, Better.MORE, _proven)
SECONDS = Measure("seconds", "seconds", Unit.SECONDS, Better.LESS, _seconds)
