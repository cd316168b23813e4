from __future__ import annotations

from fractions import Fraction

import pytest

from solver.compare.measure import Unit
from solver.objectives.question import Level, ObjectiveName
from solver.report.wording import counted, number, prices, share, written


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (None, Unit.COUNT, "–"),
        (1234567, Unit.COUNT, "1,234,567"),
        (2.5, Unit.PENALTY, "2.5"),
        (1234.5, Unit.MONEY, "1,234.50"),
        (0.3024, Unit.PRICE, "0.3024"),
        (0.123, Unit.SHARE, "12.3 %"),
        (1.0, Unit.SHARE, "100 %"),
        (0.0, Unit.SHARE, "0 %"),
        (0.123, Unit.SECONDS, "0.12"),
        (1234.5, Unit.SECONDS, "1,234"),
        (True, Unit.YES_NO, "yes"),
        (False, Unit.YES_NO, "no"),
    ],
)
def test_every_unit_is_written_in_its_way(value, unit, text):
    assert written(value, unit) == text


@pytest.mark.parametrize(
    ("amounts", "words"),
    [
        ([2.0, 1.5], ["2.00", "1.50"]),
        ([0.0416, None, 12.0], ["0.0416", "–", "12.0000"]),
        ([0.125], ["0.125"]),
        ([1 / 3], ["0.3333"]),
        ([None], ["–"]),
    ],
)
def test_prices_side_by_side_have_as_many_decimals_as_one_of_them_needs(amounts, words):
    assert prices(amounts) == words


def test_large_whole_numbers_are_written_in_full():
    assert number(Fraction(123456789)) == "123,456,789"
    assert number(Fraction(1, 3)) == "0.333333"


def test_nearly_everything_is_not_everything():
    assert share(0.9996) == "100.0 %"
    assert share(1.0) == "100 %"


def test_one_is_not_many():
    assert (counted(1, "pod"), counted(2000, "pod"), counted(0, "node")) == ("1 pod", "2,000 pods", "0 nodes")


def test_levels_are_named_with_their_priorities():
    assert str(Level(ObjectiveName.COST)) == "cost"
    assert str(Level(ObjectiveName.PENDING, 100000)) == "pending, priority ≥ 100,000"
