"""Sums that rule classes out, and programs for the rest: never below what a node holds, so bounds never above."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from solver.strategies.cpsat.packing.generation import Generation, bound, bounds_with
from solver.strategies.cpsat.packing.lattice import Lattice
from solver.strategies.cpsat.packing.promising import Promising
from tests.strategies.cpsat.packing.instances import Kind, least_cost, task

SIZES = st.tuples(st.integers(1, 6), st.integers(0, 4))
KINDS = st.lists(
    st.builds(Kind, st.tuples(st.integers(4, 9), st.integers(3, 8)), st.integers(1, 7), st.integers(1, 3)),
    min_size=1,
    max_size=3,
)
PROBLEMS = st.tuples(KINDS, st.lists(SIZES, min_size=1, max_size=7))
WORTHS = st.lists(st.integers(0, 1000), min_size=7, max_size=7)


def never() -> bool:
    return False


def least_with(kinds, items, chosen):
    """The optimum of those choices that pay for a node of this kind, by trying all numbers of nodes."""
    found = []
    for numbers in product(*(range(kind.number + 1) for kind in kinds)):
        if numbers[chosen]:
            bought = [kind._replace(number=number) for kind, number in zip(kinds, numbers, strict=True)]
            if least_cost(bought, items) is not None:
                found.append(sum(kind.price * kind.number for kind in bought))
    return min(found, default=None)


@given(PROBLEMS, WORTHS)
@settings(max_examples=80, deadline=None)
def test_what_a_class_holds_is_never_said_to_be_less_than_it_is(problem, worths):
    packed = task(*problem)
    worth = np.array(worths[: len(packed.groups)], dtype=np.int64)
    priced, exact = Promising(seed=0).priced(packed, worth), Lattice(packed).priced(packed, worth).most
    assert (priced.most >= exact).all()
    rates = exact / packed.prices
    if exact.any():
        # The best class for its price is the one that proves the bound: of it the truth is known, nearly.
        best = int(np.argmax(rates))
        assert (priced.most / packed.prices).max() <= rates[best] * (1 + 1e-3) + 1
    for place, pattern in priced.columns:
        pods = np.zeros(len(packed.groups), dtype=np.int64)
        for group, count in pattern:
            pods[group] = count
        assert (packed.requests @ pods <= packed.rooms[place]).all()
        assert (pods <= packed.reaches[place]).all()


@given(PROBLEMS, WORTHS)
@settings(max_examples=60, deadline=None)
def test_no_bound_is_above_the_optimum_nor_that_with_a_class_above_the_optimum_with_it(problem, worths):
    kinds, items = problem
    optimum, packed = least_cost(kinds, items), task(kinds, items)
    worth = np.array(worths[: len(packed.groups)], dtype=np.int64)
    most = Promising(seed=0).priced(packed, worth).most
    if optimum is None:
        return
    assert bound(packed, worth, most, 100) * packed.step <= optimum
    for place, least in enumerate(bounds_with(packed, worth, most, 100)):
        first = packed.classes[place].nodes[0].name
        chosen = next(at for at in range(len(kinds)) if first.startswith(f"node-{at}"))
        # A class joins nodes of equal kinds, so it is enough that one of them is used.
        joined = [at for at, kind in enumerate(kinds) if kind[:2] == kinds[chosen][:2]]
        with_it = [price for at in joined if (price := least_with(kinds, items, at)) is not None]
        assert not with_it or least * packed.step <= min(with_it)


@given(PROBLEMS)
@settings(max_examples=40, deadline=None)
def test_of_classes_without_end_smoothing_changes_the_way_and_not_where_it_leads(problem):
    kinds, items = problem
    packed = task([kind._replace(number=len(items), pool=True) for kind in kinds], items)
    if not packed.reaches.any(axis=0).all():
        return
    plain = Generation(packed, Lattice(packed), (), never)
    steady = Generation(packed, Promising(seed=0), (), never, np.ones(len(packed.wanting)))
    values = plain.run().value, steady.run().value
    assert abs(values[0] - values[1]) <= 1e-3 * values[0] + 1e-5
    assert steady.bound <= Fraction(values[0]) + Fraction(1, 10**6)
