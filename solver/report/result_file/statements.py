"""What a result file says against itself, whatever its placement is: nothing here needs the scenario but its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.objectives.question import Level, ObjectiveName, Unserved
from solver.report.wording import number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from solver.report.result_file.schema import LevelDocument, ResultDocument, RuntimeDocument

_ROUNDED_S = 0.001
"""Seconds are written with four digits, so five of them may be as far off as that."""
_ROUNDED = 1e-9


def statements(document: ResultDocument, scenario: str | None) -> list[str]:
    """Everything in which the file contradicts itself, or is about another scenario, as sentences.

    ``scenario`` is None where the inputs do not name theirs: the same files under other names are the same scenario.
    """
    return [
        *_scenario(document.scenario, scenario),
        *(f"violations: the result itself lists one: {text}" for text in document.violations),
        *(sentence for level in document.levels for sentence in _level(level)),
        *_termination(document),
        *_runtime(document.runtime_s),
    ]


def level_of(said: LevelDocument) -> Level:
    """The level that is spoken of."""
    unserved = said.objective == "unserved"
    return Level(Unserved(said.resource or "") if unserved else ObjectiveName(said.objective), said.priority)


def _scenario(said: str, name: str | None) -> Iterator[str]:
    if name is not None and said != name:
        yield f"scenario: the result is about {said}, the inputs are {name}."


def _level(said: LevelDocument) -> Iterator[str]:
    name = f"levels: {level_of(said)}"
    if said.bound is not None and said.bound > said.value:
        yield f"{name} has a bound of {number(said.bound)} above its value."
    if said.proven != (said.bound is not None and said.bound == said.value):
        yield f"{name} is {'' if said.proven else 'not '}called proven, against its value and bound."
    gap = None if said.bound is None else (said.value - said.bound) / said.value if said.value else 0
    if (gap is None) != (said.gap is None) or (
        gap is not None and said.gap is not None and abs(gap - said.gap) > _ROUNDED
    ):
        yield f"{name} has a gap that does not follow from its value and bound."


def _termination(document: ResultDocument) -> Iterator[str]:
    """There is a placement, so something was found: the best one where everything is proven, else one that stands."""
    proven = all(level.proven for level in document.levels)
    if document.termination != ("optimal" if proven else "feasible"):
        with_levels = "with every level proven" if proven else "with a level that is not proven"
        yield f"termination: {document.termination}, with a placement and {with_levels}."


def _runtime(seconds: RuntimeDocument) -> Iterator[str]:
    stages = seconds.load + seconds.build + seconds.solve + seconds.verify
    if seconds.total < stages - _ROUNDED_S:
        yield f"runtime_s: the total of {seconds.total} s is less than its stages, {stages:.4f} s."
