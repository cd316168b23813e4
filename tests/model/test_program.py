from __future__ import annotations

import pytest

from solver.model.linear import Linear
from solver.model.program import Program


def test_a_constraint_holds_only_where_its_condition_does():
    program = Program()
    number, asked = program.integer(0, 9), program.boolean()
    program.require(number <= 3, asked)
    assert program.holds((9, 0))
    assert program.holds((3, 1))
    assert not program.holds((4, 1))


def test_a_negated_condition_turns_the_question_around():
    program = Program()
    number, asked = program.integer(0, 9), program.boolean()
    program.require(number >= 5, ~asked)
    assert program.holds((0, 1))
    assert not program.holds((0, 0))


def test_what_the_limits_say_already_is_not_written_down():
    program = Program()
    number = program.integer(0, 9)
    program.require(number <= 9)
    program.require(number >= -1)
    program.require(number - number <= 0)
    assert program.constraints == []


@pytest.mark.parametrize("impossible", [Linear(constant=1) <= 0, Linear(constant=0) >= 1])
def test_what_can_never_hold_makes_the_program_infeasible(impossible):
    program = Program()
    program.require(impossible)
    assert not program.holds(())


def test_what_can_never_hold_forbids_its_condition():
    program = Program()
    asked = program.boolean()
    program.require(Linear(constant=1) <= 0, asked)
    assert program.holds((0,))
    assert not program.holds((1,))


def test_values_outside_their_limits_do_not_hold():
    program = Program()
    program.integers((0, 2), (1, 3))
    assert program.holds((1, 2))
    assert not program.holds((2, 2))


def test_limits_follow_the_signs():
    program = Program()
    one, other = program.integer(1, 4), program.integer(-2, 3)
    assert program.limits(one * 2 - other + 10) == (9, 20)
