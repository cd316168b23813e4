"""What tables say of a partly filled node is never less than the best that can still come to it."""

from __future__ import annotations

from itertools import product
from random import Random

import numpy as np
from hypothesis import given
from hypothesis.strategies import integers, sampled_from

from solver.strategies.cpsat.patterns import completion
from solver.strategies.cpsat.patterns.completion import Completion
from solver.strategies.cpsat.patterns.duals import Prices

seeds = integers(0, 2**32 - 1)


def best(requests, prices, copies, room):
    """By trying all numbers of pods."""
    values = [0.0]
    for pods in product(*(range(most + 1) for most in copies)):
        if (np.array(pods) @ requests <= room).all():
            values.append(float(np.array(pods) @ prices))
    return max(values)


@given(seed=seeds, resources=sampled_from([1, 2, 3]), entries=sampled_from([1, 20_000, 3_000_000]))
def test_no_filling_of_what_is_left_earns_more(seed, resources, entries):
    dice = Random(seed)
    groups = dice.randint(1, 4)
    requests = np.array([[dice.randint(0, 10**9) for _ in range(resources)] for _ in range(groups)], dtype=float)
    copies = np.array([dice.randint(0, 2) for _ in range(groups)])
    room = np.array([[dice.randint(0, 3 * 10**9) for _ in range(resources)] for _ in range(2)], dtype=float)
    prices = Prices(*(np.array([dice.uniform(-1, 3) for _ in range(groups)]) for _ in range(2)))
    homes = [[(group, 1) for group in range(groups) if dice.random() < 0.5] for _ in range(2)]
    kept, completion._ENTRIES = completion._ENTRIES, entries
    try:
        tables = Completion(requests, room, homes, copies).tabulate(prices, range(groups))
    finally:
        completion._ENTRIES = kept
    for place, everything in enumerate(room):
        left = np.floor(everything * dice.random())
        cells = tables.cells(left[None])
        for first in range(groups + 1):
            found = best(requests[first:], prices.arrive[first:], copies[first:], left)
            assert tables.arriving(first, cells)[0] >= found - 1e-9
        at_home = [group for group, _ in homes[place]]
        both = np.concatenate((requests[at_home], requests))
        earned = np.concatenate((prices.stay[at_home], prices.arrive))
        found = best(both, earned, [1] * len(at_home) + copies.tolist(), left)
        assert tables.staying(np.array([place]), 0, cells)[0] >= found - 1e-9
