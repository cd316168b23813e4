"""One node is filled as well as it can be, and among equally good fillings the preferred one is taken."""

from __future__ import annotations

from itertools import product

import numpy as np
from hypothesis import given
from hypothesis.strategies import integers, lists, tuples

from solver.strategies.cpsat.fluid.knapsack import Knapsack

ROOM = np.array([10, 12])


def best(requests, most, worth):
    """The most that pods within the room are worth."""
    ways = (np.array(way) for way in product(*(range(limit + 1) for limit in most)))
    return max(float(worth @ way) for way in ways if (requests @ way <= ROOM).all())


@given(lists(tuples(integers(1, 6), integers(0, 6), integers(0, 3)), min_size=1, max_size=4))
def test_the_room_is_kept_and_as_well_used_as_it_can_be(groups):
    requests = np.array([[cpu, memory] for cpu, memory, _ in groups]).T
    most = np.array([limit for *_, limit in groups])
    worth = requests.sum(axis=0) / 22
    pods = Knapsack(requests, 0).filled(ROOM, most, worth, 1.0, worth)
    assert (pods <= most).all()
    assert (requests @ pods <= ROOM).all()
    assert worth @ pods >= 0.99 * best(requests, most, worth)


def test_full_comes_before_preferred():
    """The second takes the room of four of the first: whatever else speaks for it, only where it is worth as much."""
    requests = np.array([[2, 8]])
    pods = Knapsack(requests, 0).filled(
        np.array([10]), np.array([5, 1]), np.array([0.2, 0.8]), 1.0, np.array([0.0, 0.5])
    )
    assert pods.tolist() == [1, 1]
    pods = Knapsack(requests, 0).filled(
        np.array([10]), np.array([5, 1]), np.array([0.2, 0.7]), 1.0, np.array([0.0, 0.0])
    )
    assert pods.tolist() == [5, 0]


def test_of_fillings_that_are_full_the_preferred_is_taken():
    requests = np.array([[2, 5]])
    asked = np.array([10]), np.array([5, 2]), np.array([0.2, 0.5]), 1.0
    knapsack = Knapsack(requests, 0)
    assert knapsack.filled(*asked, np.array([0.1, 0.0])).tolist() == [5, 0]
    assert knapsack.filled(*asked, np.array([0.0, 0.1])).tolist() == [0, 2]
