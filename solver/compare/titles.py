"""How levels are called in front of people."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from solver.objectives.question import Level


def short_title(level: Level, among: Iterable[Level]) -> str:
    """The level's title; without the priority where the objective has one level only."""
    alone = sum(other.objective is level.objective for other in among) == 1
    return str(level.objective) if alone else str(level)
