from __future__ import annotations

from hypothesis import given
from hypothesis.strategies import integers, lists, tuples

from solver.model.linear import Bool, Linear, merged, total

VALUES = (2, -3, 5, 7)
TERMS = lists(tuples(integers(0, 3), integers(-9, 9)), max_size=6)


def of(terms, constant=0):
    return Linear(tuple(variable for variable, _ in terms), tuple(weight for _, weight in terms), constant)


@given(one=TERMS, other=TERMS, factor=integers(-5, 5))
def test_expressions_add_and_scale_as_their_values_do(one, other, factor):
    left, right = of(one, 4), of(other, -1)
    assert (left + right).value(VALUES) == left.value(VALUES) + right.value(VALUES)
    assert (left - right).value(VALUES) == left.value(VALUES) - right.value(VALUES)
    assert (left * factor).value(VALUES) == factor * left.value(VALUES)
    assert (3 - left).value(VALUES) == 3 - left.value(VALUES)
    assert total([left, right, right]).value(VALUES) == (left + right * 2).value(VALUES)


@given(terms=TERMS)
def test_merging_keeps_the_value_and_names_every_variable_once(terms):
    linear = merged(of(terms, 6))
    assert linear.value(VALUES) == of(terms, 6).value(VALUES)
    assert len(set(linear.variables)) == len(linear.variables)
    assert 0 not in linear.coefficients


def test_a_negated_bool_is_one_minus_it():
    assert [Bool(0).linear.value((value,)) for value in (0, 1)] == [0, 1]
    assert [(~Bool(0)).linear.value((value,)) for value in (0, 1)] == [1, 0]
    assert ~~Bool(0) == Bool(0)


def test_comparisons_compare_against_zero():
    x = Linear((0,), (1,))
    assert (x <= 4).linear.value((9,)) == 5
    assert (x <= 4).upper == 0
    assert (x >= x + 1).lower == 0
    assert (x.equals(3).lower, x.equals(3).upper) == (0, 0)
