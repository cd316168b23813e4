"""Shares of domains are even, leave nobody out, and are used up pod by pod."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis.strategies import booleans, floats, integers, lists, tuples

from solver.strategies.cpsat.fluid.quotas import Quotas, Shares, even


@given(integers(0, 50), lists(tuples(floats(0, 50), booleans()), min_size=1, max_size=5))
def test_open_domains_share_evenly_and_closed_ones_get_nothing(pods, domains):
    wished, opened = zip(*domains, strict=True)
    shares = even(pods, np.array(wished), opened)
    there = shares[np.array(opened)]
    assert not shares[~np.array(opened)].any()
    assert shares.sum() == (pods if any(opened) else 0)
    assert not len(there) or there.max() - there.min() <= 1


def test_what_does_not_divide_goes_where_it_is_wished():
    assert even(7, np.array([2.0, 2.4, 2.6]), [True, True, True]).tolist() == [2, 2, 3]


def test_a_pod_takes_from_the_share_of_its_domain_and_gives_it_back():
    """Nodes 0 and 1 are one domain, node 2 another; node 3 is in none and takes nobody."""
    shares = Shares(1, (np.array([0, 1]), np.array([2])), np.array([2, 1]), (True, True), 1, zero=False)
    quotas = Quotas([shares], 4)
    quotas.take(0, np.array([5, 2]))
    assert [quotas.left(place).tolist() for place in range(4)] == [[0], [0], [1], [0]]
    quotas.take(1, np.array([0, -1]))
    assert [quotas.left(place).tolist() for place in range(4)] == [[1], [1], [1], [0]]


def test_a_domain_is_too_far_ahead_of_the_least_that_will_be_there():
    domains = tuple(np.array([place]) for place in range(3))
    shares = Shares(0, domains, np.array([4, 4, 0]), (True, True, False), 1, zero=False)
    assert shares.beyond(np.array([4, 2, 0])).tolist() == [1, 0, 0]
    assert shares.beyond(np.array([3, 3, 0])).tolist() == [0, 0, 0]
    few = Shares(0, domains, np.array([2, 2, 0]), (True, True, False), 2, zero=True)
    assert few.beyond(np.array([2, 3, 0])).tolist() == [0, 1, 0]
