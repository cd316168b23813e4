"""How numbers and levels are written for people, everywhere the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from solver.compare.measure import Unit

if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction

    from solver.compare.comparison import Comparison
    from solver.compare.measure import Measure, Value

NOT_KNOWN = "–"
BEST = "*"


@dataclass(frozen=True, slots=True)
class Row:
    """A measure as it is printed: each strategy's value, and whether it is the best one."""

    title: str
    meaning: str
    cells: tuple[tuple[str, bool], ...]


def cells(comparison: Comparison) -> list[Row]:
    """The table of a comparison in words, row by row; a measure that nobody has a value for is left out."""
    known = ((measure, comparison.values[measure.key]) for measure in comparison.measures)
    return [
        _row(measure, values, comparison.place_most)
        for measure, values in known
        if any(value is not None for value in values)
    ]


def _row(measure: Measure, values: Sequence[Value], place_most: Sequence[bool]) -> Row:
    best = measure.best(values, place_most)
    eligible = (equal or not measure.among_equals for equal in place_most)
    marks = (able and best is not None and value == best for value, able in zip(values, eligible, strict=True))
    words = prices(values) if measure.unit is Unit.PRICE else [written(value, measure.unit) for value in values]
    return Row(measure.title, measure.meaning, tuple(zip(words, marks, strict=True)))


def prices(amounts: Sequence[Value]) -> list[str]:
    """Prices side by side, all with as many decimals as one of them needs: two at least, four at most."""
    known = [amount for amount in amounts if amount is not None]
    decimals = next((few for few in (2, 3) if all(round(each, few) == round(each, 4) for each in known)), 4)
    return [NOT_KNOWN if amount is None else f"{amount:,.{decimals}f}" for amount in amounts]


def written(value: Value, unit: Unit) -> str:
    """A measure's value with its unit; a dash where it is not known."""
    if value is None:
        return NOT_KNOWN
    match unit:
        case Unit.YES_NO:
            return "yes" if value else "no"
        case Unit.SHARE:
            return share(float(value))
        case Unit.PRICE:
            return prices([value])[0]
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
