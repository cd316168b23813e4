"""Bounds on pending pods without column generation, against all placements of tiny clusters."""

from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis.strategies import integers

from solver.strategies.cpsat.patterns.fit import cannot_fill
from solver.strategies.cpsat.patterns.generation import Generation
from tests.strategies.cpsat.patterns.tiny import fewest_pending, tiny_task

seeds = integers(0, 2**32 - 1)


@given(seed=seeds)
def test_where_all_pods_can_be_placed_some_node_is_full(seed):
    task = tiny_task(Random(seed))
    if fewest_pending(task) == 0:
        assert not cannot_fill(task, 10_000, bool)


def test_it_is_seen_that_sums_do_not_fill_nodes():
    found = 0
    for seed in range(300):
        task = tiny_task(Random(seed), resources=2)
        room = sum(len(each.nodes) * each.room for each in task.classes)
        if (task.sizes @ task.requests <= room).all():
            found += cannot_fill(task, 10_000, bool)
    assert found > 5


def test_too_many_halves_or_no_time_say_nothing():
    for seed in range(100):
        task = tiny_task(Random(seed))
        room = sum(len(each.nodes) * each.room for each in task.classes)
        if (task.sizes @ task.requests <= room).all() and task.binding.any():
            assert not cannot_fill(task, 0, bool)
            assert not cannot_fill(task, 10_000, lambda: True)


@given(seed=seeds)
def test_pods_cut_into_pieces_leave_no_more_pending_than_whole_ones(seed):
    task = tiny_task(Random(seed))
    generation = Generation(task, None, bool)
    assert generation.start() <= fewest_pending(task)
    assert generation.run() <= fewest_pending(task)
