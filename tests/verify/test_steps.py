"""Which steps can be taken, where they must end, and what the question lets happen to bound pods."""

from __future__ import annotations

from decimal import Decimal

import pytest

from solver.cluster.pool import NodePool, numbered
from solver.objectives.question import BoundPods, Question
from solver.placement import Bind, Evict, Placement, plan, widened
from solver.verify import verify
from tests.verify.building import after, cluster, node, pod, rules, verdict

A, B = node("a"), node("b")


def test_steps_must_end_in_the_placement():
    p, q = pod("p"), pod("q")
    whole = cluster([A, B], [p, q])
    steps = (Bind(p, A),)
    assert verify(Placement(whole, {p: A}), steps, Question()) == ()
    assert rules(verify(Placement(whole, {p: B}), steps, Question())) == {"Steps"}
    assert rules(verify(Placement(whole, {p: A, q: A}), steps, Question())) == {"Steps"}
    assert rules(verify(Placement(whole, {}), steps, Question())) == {"Steps"}


def test_a_pod_binds_once_and_only_without_node():
    p, bound = pod("p"), pod("bound", "a")
    whole = cluster([A, B], [p, bound])
    assert rules(verdict(whole, Bind(p, A), Bind(p, A))) == {"Steps"}
    twice = (Bind(bound, A),)
    assert rules(verify(after(whole, ()), twice, Question())) == {"Steps"}


def test_only_bound_pods_of_the_input_are_evicted_and_only_once():
    p, bound = pod("p"), pod("bound", "a")
    whole = cluster([A, B], [p, bound])
    evictable = BoundPods.EVICTABLE
    assert verdict(whole, Evict(bound), policy=evictable) == ()
    assert rules(verdict(whole, Evict(bound), Evict(bound), policy=evictable)) == {"Steps"}
    assert rules(verdict(whole, Bind(p, A), Evict(p), policy=evictable)) == {"Steps"}
    back_again = (Evict(bound), Bind(bound, B), Evict(bound))
    assert rules(verdict(whole, *back_again, policy=evictable)) == {"Steps"}


@pytest.mark.parametrize("policy", BoundPods)
def test_a_pod_does_not_leave_to_come_back(policy):
    bound = pod("bound", "a")
    assert rules(verdict(cluster([A, B], [bound]), Evict(bound), Bind(bound, A), policy=policy)) == {"Steps"}


def test_unknown_pods_and_nodes_are_named():
    p, stranger = pod("p"), pod("stranger")
    whole = cluster([A], [p])
    assert rules(verdict(whole, Bind(stranger, A))) == {"Steps", "Placement"}
    assert rules(verdict(whole, Bind(p, node("elsewhere")))) == {"Steps", "Placement"}


def test_held_back_pods_get_no_node():
    gated = pod("gated", gates=("wait",))
    assert rules(verdict(cluster([A], [gated]), Bind(gated, A))) == {"Steps", "Placement"}


def test_two_nodes_of_one_name_are_named():
    assert rules(verdict(cluster([A, node("a")], []))) == {"Placement"}


@pytest.mark.parametrize("policy", BoundPods)
def test_moves_are_for_movable_and_evictable(policy):
    bound = pod("bound", "a")
    moved = verdict(cluster([A, B], [bound]), Evict(bound), Bind(bound, B), policy=policy)
    assert rules(moved) == ({"BoundPods"} if policy in ("keep", "fixed") else set())


@pytest.mark.parametrize("policy", BoundPods)
def test_evictions_without_preemption_are_for_evictable(policy):
    bound = pod("bound", "a")
    evicted = verdict(cluster([A, B], [bound]), Evict(bound), policy=policy)
    assert rules(evicted) == (set() if policy == "evictable" else {"BoundPods"})


@pytest.mark.parametrize("policy", BoundPods)
def test_preemption_is_for_all_but_fixed(policy):
    bound, strong = pod("bound", "a", cpu=4000, priority=1), pod("strong", cpu=4000, priority=2)
    preempted = verdict(cluster([A], [bound, strong]), Evict(bound), Bind(strong, A), policy=policy)
    assert rules(preempted) == ({"BoundPods"} if policy == "fixed" else set())


def test_preemption_needs_a_higher_priority_that_may_preempt():
    bound = pod("bound", "a", priority=1)
    for newcomer in (pod("equal", priority=1), pod("meek", priority=2, preempts=False)):
        whole = cluster([A], [bound, newcomer])
        assert rules(verdict(whole, Evict(bound), Bind(newcomer, A))) == {"BoundPods"}


@pytest.mark.parametrize("kind", ["daemon", "static"])
def test_pods_that_belong_to_their_node_move_under_no_policy(kind):
    bound = pod("bound", "a", **{kind: True})
    moved = verdict(cluster([A, B], [bound]), Evict(bound), Bind(bound, B), policy=BoundPods.EVICTABLE)
    assert "BoundPods" in rules(moved)


def test_an_eviction_makes_room_only_from_then_on():
    bound, p = pod("bound", "a", cpu=4000), pod("p", cpu=4000, priority=1)
    whole = cluster([A], [bound, p])
    assert verdict(whole, Evict(bound), Bind(p, A)) == ()
    assert rules(verdict(whole, Bind(p, A), Evict(bound))) == {"NodeResourcesFit"}


def test_the_plan_of_a_placement_passes():
    bound, p = pod("bound", "a", cpu=3000), pod("p", cpu=3000)
    placement = Placement(cluster([A, B], [bound, p]), {bound: B, p: A})
    steps = plan(placement, (bound, p))
    assert verify(placement, steps, Question(bound_pods=BoundPods.MOVABLE)) == ()


def pool(openable: int) -> NodePool:
    templates = (node("small-x", "x", pool="small", declared=False), node("small-y", "y", pool="small", declared=False))
    return NodePool("small", templates, (1, 0), openable)


def test_opened_nodes_stay_within_the_pool():
    pods = [pod("p"), pod("q")]
    for openable, expected in ((2, set()), (1, {"NodePool"})):
        small = pool(openable)
        first = numbered(small.templates[0], 0)
        whole = widened(cluster([node("by-hand"), first], pods, pools=(small,)), [small.node(0, 0), small.node(1, 0)])
        x, y = whole.nodes[2:]
        assert (x.name, y.name) == ("small-x-1", "small-y-0")
        assert rules(verdict(whole, Bind(pods[0], x), Bind(pods[1], y))) == expected


def test_an_opened_node_is_a_copy_of_its_template():
    small = pool(3)
    for fake in (
        node("small-x-1", "x", cpu=8000, pool="small"),
        node("small-x-1", "x", pool="small", price_per_hour=Decimal(1)),
        node("small-z-1", "z", pool="small"),
        node("small-x-one", "x", pool="small"),
    ):
        assert rules(verdict(cluster([fake], [], pools=(small,)))) == {"NodePool"}
