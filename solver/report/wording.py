"""How numbers and levels are written for people, everywhere the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.compare.measure import Unit

if TYPE_CHECKING:
    from solver.compare.measure import Value
    from solver.objectives.question import Level

NOT_KNOWN = "–"


def level_title(level: Level) -> str:
    """``cost``; ``pending, priority ≥ 1,000``."""
    return str(level.objective) if level.priority is None else f"{level.objective}, priority ≥ {level.priority:,}"


def written(value: Value, unit: Unit) -> str:
    """A measure's value with its unit; a dash where it is not known."""
    if value is None:
        return NOT_KNOWN
    match unit:
        case Unit.YES_NO:
            return "yes" if value else "no"
        case Unit.SHARE:
            return share(float(value))
        case Unit.MONEY:
            return f"{value:,.2f}"
        case Unit.SECONDS:
            return f"{value:,.2f}" if value < 100 else f"{value:,.0f}"
        case _:
            return f"{value:,.6g}"


def share(part: float) -> str:
    """A share in percent, with a decimal where it is neither nothing nor everything."""
    return f"{part:.0%}" if part in (0.0, 1.0) else f"{part:.1%}"
