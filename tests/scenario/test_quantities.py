from __future__ import annotations

from fractions import Fraction
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from solver.scenario.quantities import (
    LARGEST,
    QuantityError,
    format_bytes,
    format_cpu,
    milli,
    parse,
    value,
)

POWERS = {
    "n": Fraction(1, 10**9),
    "u": Fraction(1, 10**6),
    "m": Fraction(1, 10**3),
    "": Fraction(1),
    **{suffix: Fraction(1000**power) for power, suffix in enumerate("kMGTPE", start=1)},
    **{f"{suffix}i": Fraction(1024**power) for power, suffix in enumerate("KMGTPE", start=1)},
}
digits = st.text("0123456789", min_size=1, max_size=12)
numbers = st.one_of(
    digits,
    st.builds("{}.".format, digits),
    st.builds(".{}".format, digits),
    st.builds("{}.{}".format, digits, digits),
)
exponents = st.builds("{}{}{}".format, st.sampled_from("eE"), st.sampled_from(["", "+", "-"]), st.integers(0, 15))


def factor_of(suffix: str) -> Fraction:
    return POWERS[suffix] if suffix in POWERS else Fraction(10) ** int(suffix[1:])


@given(st.sampled_from(["", "+", "-"]), numbers, st.one_of(st.sampled_from(sorted(POWERS)), exponents))
def test_a_quantity_is_its_number_times_its_suffix_rounded_up_to_billionths(sign, number, suffix):
    whole, _, fraction = number.partition(".")
    magnitude = Fraction(int((whole + fraction) or "0"), 10 ** len(fraction)) * factor_of(suffix)
    expected = Fraction(ceil(magnitude * 10**9), 10**9)
    if expected > LARGEST:
        with pytest.raises(QuantityError, match="largest"):
            parse(sign + number + suffix)
    else:
        assert parse(sign + number + suffix) == (-expected if sign == "-" else expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("100m", 100), ("0.1", 100), ("1", 1000), ("1500u", 2), ("1n", 1), ("7500000001n", 7501), ("33001e-3", 33001)],
)
def test_cpu_is_rounded_up_to_milli_cpu(text, expected):
    assert milli(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("15Gi", 15 * 2**30),
        ("0.25Ti", 2**38),
        ("128974848000m", 128974848),
        ("1500m", 2),
        ("1.25e9", 1_250_000_000),
        ("1E", 10**18),
        ("1E3", 1000),
        ("0.00003Pi", 33776997206),  # 33776997205.27...
        ("7Ei", 7 * 2**60),
    ],
)
def test_memory_is_rounded_up_to_bytes(text, expected):
    assert value(text) == expected


@pytest.mark.parametrize(("number", "expected"), [(2, 2000), (0.1, 100), (1e3, 10**6), (1e-7, 1), (1.5, 1500)])
def test_a_bare_number_counts_as_its_decimal_text(number, expected):
    assert milli(number) == expected


def test_negative_quantities_are_rounded_away_from_zero_like_positive_ones():
    assert (milli("-1500u"), value("-0.5")) == (-2, -1)


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "+", "-", ".", "m", "Ki", "1 Gi", "1gi", "1K", "1ki", "1Mb", "1GiB", "1e", "1e1.5", "1e+", "1Ki3"),
        *("0x10", "1_000", "1,5", "1..2", "--1", "1mm", "٣", "nan", "inf", "1e3m", "one"),
    ],
)
def test_what_does_not_follow_the_grammar_is_refused(text):
    with pytest.raises(QuantityError, match="not a quantity"):
        parse(text)


@pytest.mark.parametrize("thing", [None, True, [], {}, b"1", float("nan"), float("inf")])
def test_what_is_no_text_and_no_number_is_refused(thing):
    with pytest.raises(QuantityError, match="not a quantity"):
        parse(thing)


@pytest.mark.parametrize("absurd", ["8Ei", "9223372036854775808", "1e30", "1e999999999999", 2**63, 10**400, 1e300])
def test_sizes_beyond_64_bits_are_refused_at_once(absurd):
    with pytest.raises(QuantityError, match="largest"):
        value(absurd)


def test_milli_cpu_beyond_64_bits_are_refused_though_the_units_are_not():
    assert value("1E") == 10**18
    with pytest.raises(QuantityError, match="largest"):
        milli("1E")


def test_the_largest_quantity_is_read():
    assert value(str(LARGEST)) == LARGEST


def test_whatever_is_above_nothing_counts_at_least_one_billionth():
    assert parse("1e-999999999") == Fraction(1, 10**9)
    assert parse("0e999999999") == 0


@given(st.integers(-LARGEST // 1000, LARGEST // 1000))
def test_formatted_amounts_read_back_as_themselves(amount):
    assert milli(format_cpu(amount)) == amount
    assert value(format_bytes(amount)) == amount


@pytest.mark.parametrize(("milli_cpu", "text"), [(3920, "3920m"), (4000, "4"), (0, "0"), (-500, "-500m")])
def test_cpu_is_written_as_kubernetes_writes_it(milli_cpu, text):
    assert format_cpu(milli_cpu) == text


@pytest.mark.parametrize(
    ("size", "text"),
    [(15 * 2**30, "15Gi"), (1536 * 2**20, "1536Mi"), (1000, "1000"), (0, "0"), (2**60, "1Ei"), (1, "1")],
)
def test_bytes_are_written_with_the_largest_suffix_that_loses_nothing(size, text):
    assert format_bytes(size) == text


@given(st.text(max_size=20))
def test_any_text_is_a_quantity_or_a_quantity_error(text):
    try:
        parse(text)
    except QuantityError as error:
        assert str(error)
