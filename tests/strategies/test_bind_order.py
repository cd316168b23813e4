"""Orders of binds: found where there is one, refused where there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.cluster.topology import ZONE
from solver.objectives.question import BoundPods, Question
from solver.placement import Evict, Placement
from solver.strategies import bind_order as module
from solver.strategies.bind_order import bind_order
from solver.verify import verify
from tests.model.making import cluster, node, pods, spec, spread, term

if TYPE_CHECKING:
    import pytest

TWO = [node("n1", "a"), node("n2", "b")]


def placed(asked, where):
    named = {pod.name: pod for pod in asked.pods}
    return Placement(asked, {named[pod]: asked.node_named[place] for pod, place in where.items()})


def ordered(asked, where):
    """The names in the order found; the judge has replayed it."""
    placement = placed(asked, where)
    steps = bind_order(placement).steps
    assert steps is not None
    assert verify(placement, steps, Question(bound_pods=BoundPods.EVICTABLE)) == ()
    return [step.pod.name for step in steps]


def test_without_order_sensitive_rules_the_queue_decides():
    asked = cluster(TWO, pods(spec(), "low"), pods(spec(priority=3), "high"))
    assert ordered(asked, {"low": "n1", "high": "n1"}) == ["high", "low"]


def test_whoever_leaves_leaves_first():
    asked = cluster(TWO, pods(spec(cpu=900), "moves", on="n1"), pods(spec("new", 900), "new"))
    steps = bind_order(placed(asked, {"moves": "n2", "new": "n1"})).steps
    assert steps is not None
    assert isinstance(steps[0], Evict)


def test_carriers_come_before_the_pods_that_crowd_their_domain():
    even = spec(spread=(spread(),))
    asked = cluster(TWO, pods(spec(priority=9), "x1", "x2"), pods(even, "p"))
    assert ordered(asked, {"x1": "n1", "x2": "n1", "p": "n1"})[0] == "p"


def test_spreading_goes_round_the_domains():
    even = spec(spread=(spread(),))
    asked = cluster(TWO, pods(even, "p1", "p2", "p3", "p4"))
    order = ordered(asked, {"p1": "n1", "p2": "n1", "p3": "n2", "p4": "n2"})
    assert {order[0], order[1]} & {"p1", "p2"}
    assert {order[0], order[1]} & {"p3", "p4"}


def test_who_is_needed_comes_first():
    asked = cluster(TWO, pods(spec("follower", affinity=term("leader"), priority=9), "f"), pods(spec("leader"), "l"))
    assert ordered(asked, {"f": "n1", "l": "n1"}) == ["l", "f"]


def test_a_search_steps_back_where_the_first_choice_was_wrong():
    """Four zones: the plain pods must lift the minimum before the carriers can double up."""
    even = spec(spread=(spread(),))
    asked = cluster(TWO, pods(even, "p1", "p2"), pods(spec(), "x1"))
    assert sorted(ordered(asked, {"p1": "n1", "p2": "n1", "x1": "n2"})) == ["p1", "p2", "x1"]


def test_a_circle_of_needs_has_no_order():
    one, other = spec("one", affinity=term("other", ZONE)), spec("other", affinity=term("one", ZONE))
    asked = cluster(TWO, pods(one, "p1"), pods(other, "p2"))
    found = bind_order(placed(asked, {"p1": "n1", "p2": "n1"}))
    assert found.steps is None
    assert found.exhausted
    assert {pod.name for pod in found.stuck} == {"p1", "p2"}


def without_order():
    """Four pods here and one there: no order, as a look at all five binds that can be tried shows."""
    asked = cluster(TWO, pods(spec(spread=(spread(),)), "p1", "p2", "p3", "p4", "p5"))
    return placed(asked, {"p1": "n1", "p2": "n1", "p3": "n1", "p4": "n1", "p5": "n2"})


def test_a_search_that_gave_up_says_so(monkeypatch: pytest.MonkeyPatch):
    whole = bind_order(without_order())
    assert (whole.steps, whole.exhausted, whole.tries) == (None, True, 5)
    monkeypatch.setattr(module, "_TRIES", 4)
    early = bind_order(without_order())
    assert (early.steps, early.exhausted, early.tries) == (None, False, 4)


def test_a_search_that_is_stopped_gives_up_at_once():
    answers = iter([False, True])
    found = bind_order(without_order(), stop=lambda: next(answers))
    assert (found.steps, found.exhausted, found.tries) == (None, False, 1)


def test_a_founder_comes_before_the_pods_that_it_would_have_to_join():
    """The loner needs a web pod on its own node, so it must be the first of all web pods; the queue has it last."""
    loner = spec(affinity=term("web"))
    asked = cluster(TWO, pods(spec(priority=9), "w1", "w2"), pods(loner, "loner"))
    assert ordered(asked, {"w1": "n1", "w2": "n1", "loner": "n2"})[0] == "loner"


def test_two_founders_who_would_have_to_come_first_have_no_order():
    here, there = spec(affinity=term("web")), spec(affinity=term("web", ZONE))
    asked = cluster(TWO, pods(here, "p1"), pods(there, "p2"))
    found = bind_order(placed(asked, {"p1": "n1", "p2": "n2"}))
    assert found.steps is None
    assert found.exhausted


def test_a_domain_that_is_too_full_for_a_waiting_carrier_is_not_filled_further():
    """Six plain pods on the carriers' node: most orders strand a carrier, and the search sees that early."""
    even = spec(spread=(spread(max_skew=2),))
    asked = cluster(TWO, pods(spec(), *(f"x{i}" for i in range(6))), pods(even, "p1", "p2"))
    where = {**{f"x{i}": "n1" for i in range(6)}, "p1": "n1", "p2": "n1"}
    order = ordered(asked, where)
    assert {order.index("p1"), order.index("p2")} <= {0, 1}
