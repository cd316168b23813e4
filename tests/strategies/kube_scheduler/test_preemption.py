"""Whom preemption evicts.

Source: https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from solver.cluster.labels import LabelSelector
from solver.cluster.workloads import DisruptionBudget
from solver.strategies.kube_scheduler.preemption import CLAIMS
from solver.strategies.kube_scheduler.scheduler import Scheduler
from tests.rules.building import app, cluster, node, pod

HIGH: dict[str, Any] = {"cpu": 3000, "priority": 100}


def low(name, on, cpu=3000, priority=0, started=10, **fields):
    return replace(pod(name, on, cpu, priority=priority, **fields), started_at=started)


def tried(newcomer, *there, nodes=("a", "b"), **fields):
    whole = cluster([node(name) for name in nodes], [*there, newcomer], **fields)
    found: Any = Scheduler(whole).decide(newcomer).preemption
    return found


def victims(newcomer, *there, **fields):
    found = tried(newcomer, *there, **fields)
    return None if found.chosen is None else [each.name for each in found.chosen.victims]


def test_as_few_as_necessary_leave_the_most_important_stay():
    there = [low("old", "a", 1000, started=1), low("young", "a", 1000, started=5), low("vip", "a", 1000, priority=50)]
    assert victims(pod("p", **{**HIGH, "cpu": 2000}), *there, nodes=["a"]) == ["young"]


def test_nobody_of_equal_or_higher_priority_leaves():
    found = tried(pod("p", **HIGH), low("x", "a", priority=100), low("y", "b", priority=200))
    assert found.chosen is None
    assert found.gives_up
    assert found.message == (
        f"{CLAIMS}, preemption: 0/2 nodes are available: 2 No preemption victims found for incoming pod."
    )


def test_nodes_that_evictions_cannot_help_are_no_candidates():
    found = tried(pod("p", **{**HIGH, "node_selector": {"disk": "ssd"}}), low("x", "a"), low("y", "b"))
    assert found.message.endswith("0/2 nodes are available: 2 Preemption is not helpful for scheduling.")


def test_a_node_where_all_evictions_together_are_not_enough_says_what_is_still_short():
    found = tried(pod("p", **HIGH), low("x", "a", 1000), low("vip", "a", 2000, priority=200), nodes=["a"])
    assert found.message.endswith("0/1 nodes are available: 1 Insufficient cpu.")


def test_a_pod_that_never_preempts_keeps_its_hope():
    found = tried(pod("p", **HIGH, preempts=False), low("x", "a"), nodes=["a"])
    assert found.message == f"{CLAIMS}, preemption: not eligible due to preemptionPolicy=Never."
    assert not found.gives_up


@pytest.mark.parametrize(
    ("on_a", "on_b"),
    [
        ([low("x", "a", priority=10)], [low("y", "b", priority=5)]),
        ([low("x", "a", 1500, 5), low("x2", "a", 1500, 5)], [low("y", "b", 1500, 5), low("y2", "b", 1500, 4)]),
        ([low("x", "a", 1500, 5), low("x2", "a", 1500, 0)], [low("y", "b", 3000, 5)]),
        ([low("x", "a", started=1)], [low("y", "b", started=2)]),
        ([low("x", "a")], [low("y", "b", started=None)]),
    ],
    ids=["lowest of the highest", "smallest sum", "fewest", "youngest", "just begun"],
)
def test_which_of_two_nodes_is_taken(on_a, on_b):
    assert victims(pod("p", **HIGH), *on_a, *on_b) == [each.name for each in on_b]


def test_full_ties_are_all_named_and_the_first_by_name_is_taken():
    found = tried(pod("p", **HIGH), low("x", "a"), low("y", "b"))
    assert found.tied == (0, 1)
    assert found.chosen.node == 0


def budget(name, allowed, selector=None, **fields):
    return DisruptionBudget("default", name, app(name) if selector is None else selector, allowed, **fields)


def guarded(name, on, label="db", **fields):
    return low(name, on, labels={"app": label}, **fields)


def test_budgets_come_before_everything_else():
    there = [guarded("x", "a"), low("y", "b", priority=90)]
    assert victims(pod("p", **HIGH), *there, budgets=(budget("db", 0),)) == ["y"]
    assert victims(pod("p", **HIGH), *there, budgets=(budget("db", 1),)) == ["x"]


def test_those_whose_eviction_violates_are_kept_before_more_important_others():
    there = [guarded("guarded", "a", cpu=1500), low("free", "a", 1500, priority=50)]
    found = tried(pod("p", cpu=1500, priority=100), *there, nodes=["a"], budgets=(budget("db", 0),))
    assert [each.name for each in found.chosen.victims] == ["free"]
    assert found.chosen.violations == 0


def test_a_pod_uses_up_all_its_budgets_and_later_ones_find_them_used():
    there = [guarded(f"x{number}", "a", cpu=1500, started=number) for number in range(2)]
    both = (budget("db", 1), budget("db", 5))
    assert tried(pod("p", **HIGH), *there, nodes=["a"], budgets=both).chosen.violations == 1


def test_budgets_that_do_not_count():
    there = guarded("x", "a")
    for harmless in (
        budget("db", 0, disrupted=frozenset({"x"})),
        budget("db", 0, LabelSelector()),
        replace(budget("db", 0), namespace="other"),
        replace(budget("db", 0), selector=None),
    ):
        assert tried(pod("p", **HIGH), there, nodes=["a"], budgets=(harmless,)).chosen.violations == 0


def test_a_dry_run_leaves_the_state_as_it_was():
    there = [low("x", "a", 1500), low("y", "a", 1500)]
    newcomer = pod("p", **HIGH)
    scheduler = Scheduler(cluster([node("a")], [*there, newcomer]))
    before = scheduler.state.requested.tolist(), list(scheduler.state.pods_on[0])
    tries = scheduler.decide(newcomer).preemption
    assert tries is not None
    assert tries.chosen is not None
    assert (scheduler.state.requested.tolist(), list(scheduler.state.pods_on[0])) == before


def test_the_search_ends_when_there_are_candidates_enough():
    names = [f"n{number:03}" for number in range(150)]
    found = tried(pod("p", **HIGH), *(low(f"x{name}", name) for name in names), nodes=names)
    assert len(found.candidates) == 100


def test_the_search_goes_on_while_all_candidates_violate_budgets():
    names = [f"n{number:03}" for number in range(120)]
    there = [guarded(f"x{name}", name, "db" if name < "n110" else "web") for name in names]
    found = tried(pod("p", **HIGH), *there, nodes=names, budgets=(budget("db", 0),))
    assert found.chosen.node == 110
