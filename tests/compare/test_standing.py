from __future__ import annotations

from fractions import Fraction

from solver.compare.standing import standings
from solver.objectives.question import Level, ObjectiveName
from tests.report.samples import Row, initial_shop, result_of


def standing_of(*levels_of_results):
    results = [result_of(initial_shop(), f"s{i}", *levels) for i, levels in enumerate(levels_of_results)]
    return standings(results)


def test_the_first_level_that_differs_decides():
    ours, theirs = standing_of(
        (Row("pending", 0, 0), Row("cost", 4, 3), Row("preferences", 1)),
        (Row("pending", 0), Row("cost", 6), Row("preferences", 0)),
    )
    assert ours.level == theirs.level == Level(ObjectiveName.COST)
    assert ours.distance == Fraction(1, 4)
    assert theirs.distance == Fraction(1, 2)


def test_of_several_bounds_the_highest_counts():
    first, second = standing_of((Row("cost", 10, 6),), (Row("cost", 9, 8),))
    assert first.bound == second.bound == 8


def test_without_any_bound_there_is_no_distance():
    assert [standing.distance for standing in standing_of((Row("cost", 10),), (Row("cost", 9),))] == [None, None]


def test_where_nothing_differs_the_first_unproven_level_is_shown():
    levels = (Row("pending", 0, 0), Row("cost", 4, 3), Row("preferences", 1))
    (standing,) = standing_of(levels)
    assert standing.level == Level(ObjectiveName.COST)


def test_where_nothing_differs_and_all_is_proven_the_distance_is_nothing():
    levels = (Row("pending", 0, 0), Row("cost", 4, 4))
    assert [standing.distance for standing in standing_of(levels, levels)] == [0, 0]


def test_who_equals_a_proven_optimum_is_optimal_too():
    proven, equal, worse = standing_of(
        (Row("pending", 0, 0), Row("cost", 4, 4)),
        (Row("pending", 0), Row("cost", 4)),
        (Row("pending", 0), Row("cost", 5)),
    )
    assert [proven.optimal, equal.optimal, worse.optimal] == [True, True, False]


def test_who_equals_what_is_not_proven_proves_nothing():
    levels = (Row("pending", 0, 0), Row("cost", 4, 3))
    assert [standing.optimal for standing in standing_of(levels, levels)] == [False, False]


def test_a_value_of_zero_is_at_no_distance():
    ours, theirs = standing_of((Row("pending", 0, 0),), (Row("pending", 2),))
    assert (ours.distance, theirs.distance) == (0, 1)


def test_a_level_that_only_one_has_is_not_compared():
    ours, _ = standing_of((Row("pending", 0, 0, 9), Row("cost", 4, 4)), (Row("cost", 6),))
    assert ours.level == Level(ObjectiveName.COST)


def test_without_levels_there_is_nothing_to_stand_on():
    (standing,) = standing_of(())
    assert (standing.level, standing.distance) == (None, None)
    assert standings([]) == []
