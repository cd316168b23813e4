"""The scheduling loop on small clusters by hand: order, ties, nominations, limits, and columns that stay true."""

from __future__ import annotations

import time
from random import Random

import numpy as np
import pytest

from solver.cluster.labels import Operator, Requirement
from solver.cluster.node_affinity import NodeAffinity, NodeSelectorTerm
from solver.objectives.question import BoundPods, Question
from solver.placement import Bind, Evict
from solver.result import Limit
from solver.rules.profile import Profile
from solver.strategies.kube_scheduler import KubeScheduler
from solver.strategies.kube_scheduler.scheduler import Scheduler
from solver.strategies.kube_scheduler.standing import Standing
from solver.strategies.strategy import Options, Ties, Watch
from tests.properties.voices import loaded
from tests.rules.building import app, cluster, node, pinned, pod, sized, spread
from tests.sampling import RULES as SAMPLED
from tests.sampling import Knobs, sample


def solve(whole, question=None, seconds=60.0, **options):
    watch = Watch(time.perf_counter() + seconds)
    return KubeScheduler().solve(whole, question or Question(), Options(**options), watch)


def where(answer):
    return {each.name: there.name for each, there in answer.placement.node_of.items()}


def done(answer):
    return [
        f"{each.pod.name} leaves" if isinstance(each, Evict) else f"{each.pod.name} to {each.node.name}"
        for each in answer.steps
    ]


def test_priority_comes_first_and_then_arrival():
    pods = [pod("late", cpu=3000), pod("later", cpu=3000), pod("first", cpu=3000, priority=9)]
    answer = solve(cluster([node("a"), node("b")], pods))
    assert done(answer) == ["first to a", "late to b"]
    assert answer.messages[pods[1]] == "0/2 nodes are available: 2 Insufficient cpu."


def test_ties_go_to_the_first_by_name_or_are_drawn_with_the_seed():
    whole = cluster([node(name) for name in "cab"], [pod("p")])
    assert where(solve(whole)) == {"p": "a"}
    drawn = [where(solve(whole, ties=Ties.RANDOM, seed=seed))["p"] for seed in range(30)]
    assert set(drawn) == {"a", "b", "c"}
    assert drawn == [where(solve(whole, ties=Ties.RANDOM, seed=seed))["p"] for seed in range(30)]


def test_a_drawn_tie_is_among_the_best():
    nodes = [node("a"), node("b"), node("c", cpu=8000), node("d", cpu=8000)]
    whole = cluster(nodes, [sized("p", cpu=1000)])
    assert {where(solve(whole, ties=Ties.RANDOM, seed=seed))["p"] for seed in range(20)} == {"c", "d"}


def test_without_nodes_the_message_says_so():
    lonely = pod("p", priority=5)
    assert solve(cluster([], [lonely])).messages[lonely] == "no nodes available to schedule pods"


def test_the_message_counts_the_nodes_outside_a_narrowed_search():
    term = NodeSelectorTerm((Requirement("disk", Operator.EXISTS),), (pinned("a"),))
    narrow = pod("p", node_affinity=NodeAffinity((term,)))
    answer = solve(cluster([node("a"), node("b"), node("c")], [narrow]))
    assert answer.messages[narrow] == (
        "0/3 nodes are available: 1 node(s) didn't match Pod's node affinity/selector, "
        "2 node(s) didn't satisfy plugin(s) [NodeAffinity]."
    )


def test_pods_that_are_held_back_are_never_attempted():
    pods = [
        pod("gated", gates=("wait",)),
        pod("foreign", scheduler="other"),
        pod("odd", unmodelled=("resourceClaims",)),
        pod("p"),
    ]
    answer = solve(cluster([node("a")], pods))
    assert where(answer) == {"p": "a"}
    assert answer.messages == {}


@pytest.mark.parametrize("policy", list(BoundPods))
def test_victims_leave_unless_nobody_may(policy):
    whole = cluster([node("a")], [pod("low", "a", 3000), pod("high", cpu=3000, priority=9)])
    answer = solve(whole, Question(bound_pods=policy))
    assert done(answer) == ([] if policy is BoundPods.FIXED else ["low leaves", "high to a"])


def test_a_profile_without_preemption_evicts_nobody():
    whole = cluster([node("a")], [pod("low", "a", 3000), pod("high", cpu=3000, priority=9)])
    scheduler = Scheduler(whole, Profile(preemption=None))
    scheduler.run(whole.queue)
    assert scheduler.steps == []


def test_a_profile_without_scores_takes_the_first_feasible_node():
    whole = cluster([node("a"), node("b", cpu=9000)], [sized("p", cpu=1000)])
    scheduler = Scheduler(whole, Profile(scorers=()))
    scheduler.run(whole.queue)
    assert [step.node.name for step in scheduler.steps if isinstance(step, Bind)] == ["a"]


def test_out_of_time_the_rest_stays_pending():
    whole = cluster([node("a")], [pod("p")])
    answer = solve(whole, seconds=0.0)
    assert answer.limit is Limit.TIME
    assert where(answer) == {}


def test_a_nominated_pod_takes_its_node_although_another_is_better():
    whole = cluster([node("a", cpu=9000), node("b")], [pod("p", cpu=1000)])
    (promised,) = whole.pods
    scheduler = Scheduler(whole)
    scheduler.nominations.nominate(promised, 1)
    scheduler.run(whole.queue)
    assert [step.node.name for step in scheduler.steps if isinstance(step, Bind)] == ["b"]
    assert not scheduler.nominations


def test_others_keep_out_of_the_room_that_is_promised():
    promised, newcomer = pod("first", cpu=3000, priority=9), pod("p", cpu=3000)
    whole = cluster([node("a")], [promised, newcomer])
    scheduler = Scheduler(whole)
    scheduler.nominations.nominate(promised, 0)
    decision = scheduler.decide(newcomer)
    assert decision.chosen is None
    assert decision.cycle.message() == "0/1 nodes are available: 1 Insufficient cpu."
    assert scheduler.state.journal == []
    scheduler.nominations.end(promised)
    assert scheduler.decide(newcomer).chosen == 0


def test_a_stronger_preemptor_takes_the_promise_away():
    weak, strong = pod("weak", priority=1), pod("strong", priority=9)
    scheduler = Scheduler(cluster([node("a"), node("b")], [weak, strong]))
    scheduler.nominations.nominate(weak, 0)
    scheduler.nominations.nominate(strong, 0)
    assert scheduler.nominations.place_of == {strong: 0}
    scheduler.nominations.nominate(weak, 0)
    assert scheduler.nominations.ahead_of(weak, 0) == [strong]
    assert scheduler.nominations.ahead_of(strong, 0) == []
    assert scheduler.nominations.places_ahead_of(pod("x", priority=5)) == [0]


@pytest.mark.parametrize("seed", range(12))
def test_columns_mended_bind_by_bind_are_those_made_afresh(seed):
    whole = loaded(sample(seed, Knobs(nodes=(4, 9), pods=(20, 40), rules=SAMPLED)))
    scheduler = Scheduler(whole)
    standings = {
        each.spec: Standing(each.spec, scheduler.state, scheduler.profile)
        for each in whole.pending
        if not each.spec.claims
    }
    scheduler.run(whole.queue)
    for spec, kept in standings.items():
        afresh = Standing(spec, scheduler.state, scheduler.profile)
        kept.begin()
        afresh.begin()
        assert np.array_equal(kept.ranks, afresh.ranks)
        assert np.array_equal(kept.feasible(), afresh.feasible())
        assert np.array_equal(kept.totals(kept.feasible()), afresh.totals(afresh.feasible()))


@pytest.mark.parametrize("seed", range(12))
def test_the_favourite_is_the_first_of_the_best_and_reasons_are_those_of_the_nodes(seed):
    whole = loaded(sample(seed, Knobs(nodes=(3, 8), pods=(15, 30), rules=SAMPLED)))
    scheduler = Scheduler(whole)
    state = scheduler.state
    for each in whole.queue:
        standing = scheduler.standing(each)
        standing.begin()
        verdicts = standing.rejections(state.everywhere)
        assert list(standing.feasible()) == [place for place, found in verdicts.items() if found is None]
        assert verdicts == {place: standing.rejection_at(place) for place in verdicts}
        reasons = [reason for found in verdicts.values() if found for reason in found.reasons]
        assert standing.reasons(state.everywhere) == {reason: reasons.count(reason) for reason in reasons}
        resolvable = [place for place, found in verdicts.items() if found and found.resolvable]
        assert list(standing.resolvable(state.everywhere)) == resolvable
        feasible, totals = standing.best()
        chosen = None if not len(feasible) else int(feasible[totals == totals.max()][0])
        assert standing.favourite() == chosen
        scheduler.attempt(each)


def test_classes_met_last_are_kept(monkeypatch):
    monkeypatch.setattr("solver.strategies.kube_scheduler.scheduler._KEPT_ENTRIES", 4)
    dice = Random(1)
    pods = [
        pod(
            f"p{number}", cpu=dice.choice([100, 200, 300]), labels={"app": "web"}, spread=(spread(selector=app("web")),)
        )
        for number in range(30)
    ]
    nodes = [node("a", "z1", 9000, 40), node("b", "z2", 9000, 40)]
    few = Scheduler(cluster(nodes, pods))
    few.run(pods)
    monkeypatch.undo()
    many = Scheduler(cluster(nodes, pods))
    many.run(pods)
    assert few.steps == many.steps
