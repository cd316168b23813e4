"""The index of selectors leaves none out that matches, and most of those that do not."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from solver.cluster.labels import LabelSelector, Operator, Requirement
from solver.verify.possible import Possible

KEYS, VALUES = st.sampled_from(["app", "tier"]), st.sampled_from("xyz")
LABELS = st.dictionaries(KEYS, VALUES)
OPERATORS = st.sampled_from([Operator.IN, Operator.NOT_IN, Operator.EXISTS, Operator.DOES_NOT_EXIST])
REQUIREMENTS = st.builds(Requirement, KEYS, OPERATORS, st.frozensets(VALUES, min_size=1))
SELECTORS = st.none() | st.builds(LabelSelector, st.lists(REQUIREMENTS, max_size=3).map(tuple))


@given(st.lists(SELECTORS, max_size=6), LABELS)
def test_every_selector_that_matches_is_possible(selectors, labels):
    possible = Possible(selectors).of(labels)
    assert possible == sorted(set(possible))
    matching = [place for place, each in enumerate(selectors) if each is not None and each.matches(labels)]
    assert set(matching) <= set(possible)


def test_who_asks_for_other_values_is_not_looked_at():
    asking = [LabelSelector((Requirement("app", Operator.IN, frozenset(values)),)) for values in ("x", "y", "xy")]
    assert Possible(asking).of({"app": "x"}) == [0, 2]
    assert Possible(asking).of({"tier": "x"}) == []
