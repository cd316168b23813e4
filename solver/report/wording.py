"""How numbers and levels are written for people, everywhere the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from solver.compare.measure import Unit

if TYPE_CHECKING:
    from fractions import Fraction

    from solver.compare.comparison import Comparison
    from solver.compare.measure import Value
    from solver.objectives.question import Level

NOT_KNOWN = "–"
BEST = "*"


@dataclass(frozen=True, slots=True)
class Row:
    """A measure as it is printed: each strategy's value, and whether it is the best one."""

    title: str
    cells: tuple[tuple[str, bool], ...]


def cells(comparison: Comparison) -> list[Row]:
    """The table of a comparison in words, row by row; a measure that nobody has a value for is left out."""
    import pandas as pd

    table = comparison.table
    rows = []
    for measure in comparison.measures:
        values = [None if value is pd.NA else value for value in table[measure.key].tolist()]
        if any(value is not None for value in values):
            best = measure.best(values, comparison.place_most)
            eligible = (equal or not measure.among_equals for equal in comparison.place_most)
            marked = zip(values, eligible, strict=True)
            words = tuple((written(value, measure.unit), able and _is(value, best)) for value, able in marked)
            rows.append(Row(measure.title, words))
    return rows


def _is(value: Value, best: Value) -> bool:
    return best is not None and value == best


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
            return number(float(value))


def number(amount: Fraction | float) -> str:
    """Six significant digits, whole numbers in full."""
    return f"{int(amount):,}" if amount == int(amount) else f"{float(amount):,.6g}"


def counted(amount: int, noun: str) -> str:
    """``1 pod``, ``2,000 pods``."""
    return f"{amount:,} {noun}{'' if amount == 1 else 's'}"


def share(part: float) -> str:
    """A share in percent, with a decimal where it is neither nothing nor everything."""
    return f"{part * 100:.0f} %" if part in (0.0, 1.0) else f"{part * 100:.1f} %"
