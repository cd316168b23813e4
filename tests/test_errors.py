from __future__ import annotations

import pytest

from solver.errors import PRINTED, InputError, OptionError, PodsolverError, VerificationError


@pytest.mark.parametrize("error", [InputError(()), OptionError("x"), VerificationError(())])
def test_everything_raised_on_purpose_is_caught_by_one_except(error):
    assert isinstance(error, PodsolverError)


def test_an_input_error_lists_its_problems_in_the_order_found():
    text = str(InputError(["b is wrong", "a is missing\nwrite a"]))
    assert text == "2 problems in the input:\n  * b is wrong\n  * a is missing\n    write a"


def test_a_long_list_is_cut_when_printed_and_kept_whole_in_the_exception():
    error = InputError([f"problem {number}" for number in range(PRINTED + 5)])
    assert len(error.problems) == PRINTED + 5
    assert str(error).splitlines()[-1] == "  and 5 more"
    assert f"problem {PRINTED}" not in str(error)


def test_one_violation_is_not_many():
    assert str(VerificationError(["n1 is overfull"])).startswith("1 violation in a finished placement:")
