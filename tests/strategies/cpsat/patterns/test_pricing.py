"""Pricing against all patterns of small nodes, one by one."""

from __future__ import annotations

import itertools
from itertools import product
from random import Random

import numpy as np
from hypothesis import given
from hypothesis.strategies import integers, sampled_from

from solver.model.groups import PodGroup
from solver.objectives.question import ObjectiveName
from solver.strategies.cpsat.patterns import generation as generations
from solver.strategies.cpsat.patterns.asked import Quantity
from solver.strategies.cpsat.patterns.columns import Columns
from solver.strategies.cpsat.patterns.duals import Duals, Prices
from solver.strategies.cpsat.patterns.generation import Bound, Generation
from solver.strategies.cpsat.patterns.pricing import Pricing
from solver.strategies.cpsat.patterns.task import NodeClass, Task
from tests.model.making import node, spec

seeds = integers(0, 2**32 - 1)


def task(dice):
    """A few groups, two classes, three resources (some asked for by nobody, some absent)."""
    groups = dice.randint(1, 4)
    requests = np.array([[1, dice.randint(0, 4), dice.randint(0, 4)] for _ in range(groups)])
    classes = []
    for place in range(2):
        homes = np.array([dice.randint(0, 2) for _ in range(groups)])
        room = np.maximum([dice.randint(1, 5), dice.randint(0, 9), dice.randint(0, 9)], homes @ requests)
        reach = homes + [dice.randint(0, 2) for _ in range(groups)]
        classes.append(NodeClass((node(f"n{place}"),), room, reach, homes))
    return Task(
        goal=Quantity(ObjectiveName.DISRUPTION, 0),
        limits={},
        groups=tuple(PodGroup(place, spec(), 1, (), {}) for place in range(groups)),
        fresh=np.full(groups, 4),
        bound=classes[0].homes + classes[1].homes,
        requests=requests,
        classes=tuple(classes),
    )


def all_patterns(task, place):
    """Every pattern of a class: what fits, nobody arriving where not all stay."""
    each = task.classes[place]
    for pods in product(*(range(most + 1) for most in each.reach)):
        if (np.array(pods) @ task.requests <= each.room).all():
            yield tuple((group, count) for group, count in enumerate(pods) if count)


def key(task, place, pattern):
    """As `Columns` tells patterns apart."""
    pods = np.zeros((1, len(task.groups)), dtype=np.int64)
    for group, count in pattern:
        pods[0, group] = count
    return next(Columns.of(task, np.array([place]), pods).keys())


def profit(task, place, pattern, prices):
    homes = task.classes[place].homes
    return sum(
        min(pods, homes[group]) * prices.stay[group] + max(0, pods - homes[group]) * prices.arrive[group]
        for group, pods in pattern
    )


def prices(dice, groups):
    arrive = np.array([dice.uniform(-1, 3) for _ in range(groups)])
    return Prices(arrive, arrive + [dice.uniform(0, 2) for _ in range(groups)])


@given(seed=seeds)
def test_the_most_profitable_pattern_of_each_class_is_found(seed):
    dice = Random(seed)
    asked = task(dice)
    earning = prices(dice, len(asked.groups))
    found = Pricing(asked, bool).search(earning, np.full(2, 1e-6), 10_000)
    for place in range(2):
        best = max(profit(asked, place, pattern, earning) for pattern in all_patterns(asked, place))
        here = found.profit[found.node_class == place]
        assert np.isclose(here.max(initial=0), best)
        assert found.lost[place] == -np.inf


@given(seed=seeds, labels=sampled_from([1, 2, 4]))
def test_what_is_lost_says_how_much_it_might_have_been(seed, labels):
    dice = Random(seed)
    asked = task(dice)
    earning = prices(dice, len(asked.groups))
    found = Pricing(asked, bool).search(earning, np.full(2, 1e-6), labels)
    for place in range(2):
        best = max(profit(asked, place, pattern, earning) for pattern in all_patterns(asked, place))
        assert max(found.profit[found.node_class == place].max(initial=0), found.lost[place]) >= best - 1e-9


@given(
    seed=seeds, gap=sampled_from([0.0, 0.5, 2.0, 8.0]), labels=sampled_from([2, 5, 10_000]), most=sampled_from([2, 99])
)
def test_candidates_hold_every_column_up_to_the_gap_they_claim(seed, gap, labels, most):
    dice = Random(seed)
    asked = task(dice)
    cover, arrivals = (sign * np.array([dice.uniform(0, 2) for _ in asked.groups]) for sign in (1, -1))
    duals = Duals.rounded(cover, arrivals, np.array([]))
    earning = duals.prices(asked)
    highest = [max(profit(asked, place, each, earning) for each in all_patterns(asked, place)) for place in range(2)]
    kept = generations._MANY, generations._MOST_COLUMNS
    generations._MANY, generations._MOST_COLUMNS = labels, most
    try:
        generation = Generation(asked, None, bool)
        generation.best = Bound(0.0, duals, np.array(highest))
        candidates = generation.candidates(gap)
        known = set(candidates.columns.keys())
    finally:
        generations._MANY, generations._MOST_COLUMNS = kept
    assert candidates.complete <= gap + 1e-9
    for place in range(2):
        for pattern in all_patterns(asked, place):
            cost = highest[place] - profit(asked, place, pattern, earning)
            assert cost > candidates.complete + 1e-9 or key(asked, place, pattern) in known
            assert cost <= gap + 0.01 or key(asked, place, pattern) not in known


def test_columns_of_a_search_that_ran_out_of_time_are_complete_to_nothing():
    asked = task(Random(7))
    over = Generation(asked, None, lambda: True)
    duals = Duals.rounded(np.ones(len(asked.groups)), np.zeros(len(asked.groups)), np.array([]))
    over.best = Bound(2.5, duals, np.full(2, 9.0))
    assert over.candidates(1.0).reach(2.5, 1) < 2


@given(seed=seeds, times=integers(0, 12))
def test_a_generation_that_is_broken_off_anywhere_proves_no_more_than_a_whole_one(seed, times):
    """Where a first search is broken off it proves nothing at all, and its value is not finite."""
    asked, turns = task(Random(seed)), itertools.count()
    broken_off = Generation(asked, None, lambda: next(turns) >= times)
    assert 0 <= broken_off.run() <= max(0, Generation(asked, None, bool).run())
    assert broken_off.best is None or np.isfinite(broken_off.best.value)
