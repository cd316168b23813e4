"""How levels are called in front of people."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from solver.objectives.question import Level


def level_title(level: Level) -> str:
    """``cost``; ``pending, priority ≥ 1,000``."""
    return title_of(str(level.objective), level.priority)


def title_of(objective: str, priority: int | None) -> str:
    """The title of the level of an objective, for pods of at least this priority or for all."""
    return objective if priority is None else f"{objective}, priority ≥ {priority:,}"


def short_title(level: Level, among: Iterable[Level]) -> str:
    """The level's title; without the priority where the objective has one level only."""
    alone = sum(other.objective is level.objective for other in among) == 1
    return str(level.objective) if alone else level_title(level)
