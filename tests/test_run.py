from __future__ import annotations

import time
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest

from solver.cluster.cluster import Cluster
from solver.errors import OptionError, VerificationError
from solver.objectives.question import Level, ObjectiveName, Question
from solver.placement import Placement, initial, plan
from solver.result import Answer, Limit, Progress, Termination
from solver.run import run
from solver.run.registry import STRATEGIES, strategy_named
from tests.report.samples import node as a_node
from tests.report.samples import placement, replicas, sampled, shop, spec

if TYPE_CHECKING:
    from solver.strategies.strategy import Watch

EVERYWHERE = {"front_0": "n0", "front_1": "n1", "front_2": "n2", "paid_0": "n0", "paid_1": "n1"}


class Canned:
    """Answers what it is told to."""

    name = "canned"

    def __init__(self, placement: Placement, **more):
        self.answer = Answer(placement, plan(placement, placement.newly_bound), **more)
        self.seen: dict[str, Any] = {}

    def solve(self, cluster, question, options, watch):
        self.seen = {"options": options, "watch": watch, "question": question}
        watch.tell(Progress(0.0, Level(ObjectiveName.COST), Fraction(3), None))
        return self.answer


@pytest.fixture
def cluster():
    return shop()


def canned(monkeypatch, placement, **more):
    strategy = Canned(placement, **more)
    monkeypatch.setitem(STRATEGIES, "canned", lambda: strategy)
    return strategy


@pytest.mark.parametrize("name", STRATEGIES)
def test_every_strategy_answers_to_its_name(name):
    assert strategy_named(name).name == name


def test_an_unknown_strategy_is_refused_with_the_names_there_are(cluster):
    with pytest.raises(OptionError, match=r"'simplex'; there are kube-scheduler, .*cpsat"):
        run(sampled(cluster), "simplex")


@pytest.mark.parametrize(
    ("option", "told"),
    [
        ({"time_limit_s": 0}, "time limit"),
        ({"time_limit_s": -1}, "time limit"),
        ({"time_limit_s": float("nan")}, "time limit"),
        ({"time_limit_s": float("inf")}, "time limit"),
        ({"work_limit": 1e300}, "work limit"),
        ({"workers": 0}, "0 workers"),
        ({"work_limit": 0}, "work limit"),
        ({"ties": "coin"}, "name, random"),
    ],
)
def test_an_impossible_option_is_refused(cluster, option, told):
    with pytest.raises(OptionError, match=told):
        run(sampled(cluster), "first-fit-decreasing", **option)


def test_a_result_names_its_scenario_and_strategy_and_has_every_level(cluster, monkeypatch):
    canned(monkeypatch, placement(cluster, **EVERYWHERE))
    result = run(sampled(cluster, name="shop"), "canned")
    assert (result.scenario, result.strategy) == ("shop", "canned")
    assert [str(level.level) for level in result.levels] == [
        "pending, priority ≥ 1,000",
        "pending, priority ≥ 0",
        "disruption",
        "cost",
        "preferences",
    ]
    assert [level.value for level in result.levels] == [0, 0, 0, 3, 0]


def test_without_bounds_nothing_is_proven(cluster, monkeypatch):
    canned(monkeypatch, placement(cluster, **EVERYWHERE))
    result = run(sampled(cluster), "canned")
    assert result.termination is Termination.FEASIBLE
    assert not any(level.proven for level in result.levels)


def test_bounds_belong_to_the_levels_in_their_order_as_far_as_they_go(cluster, monkeypatch):
    canned(monkeypatch, placement(cluster, **EVERYWHERE), bounds=(Fraction(0), Fraction(0), None, Fraction(2)))
    result = run(sampled(cluster), "canned")
    assert [level.bound for level in result.levels] == [0, 0, None, 2, None]
    assert [level.proven for level in result.levels] == [True, True, False, False, False]


def test_an_answer_is_optimal_only_when_every_level_is_proven(cluster, monkeypatch):
    everywhere = placement(cluster, **EVERYWHERE)
    canned(monkeypatch, everywhere, bounds=tuple(map(Fraction, (0, 0, 0, 3, 0))))
    assert run(sampled(cluster), "canned").termination is Termination.OPTIMAL
    canned(monkeypatch, everywhere, bounds=tuple(map(Fraction, (0, 0, 0, 3))))
    assert run(sampled(cluster), "canned").termination is Termination.FEASIBLE


def test_an_answer_that_breaks_a_rule_never_becomes_a_result(monkeypatch):
    narrow = Cluster((a_node("n0", cpu=1000),), tuple(replicas("front", 2, spec(1000))))
    canned(monkeypatch, placement(narrow, front_0="n0", front_1="n0"))
    with pytest.raises(VerificationError) as caught:
        run(sampled(narrow), "canned")
    assert any("front-1" in str(violation) for violation in caught.value.violations)


def test_the_limit_and_the_progress_of_the_answer_are_passed_on(cluster, monkeypatch):
    told = Progress(0.1, Level(ObjectiveName.COST), Fraction(3), None)
    canned(monkeypatch, placement(cluster, **EVERYWHERE), limit=Limit.TIME, progress=(told,))
    result = run(sampled(cluster), "canned")
    assert result.limit is Limit.TIME
    assert result.progress == (told,)


def test_the_strategy_must_be_done_before_the_limit_and_leaves_time_to_verify(cluster, monkeypatch):
    strategy = canned(monkeypatch, placement(cluster, **EVERYWHERE))
    before = time.perf_counter()
    run(sampled(cluster), "canned", time_limit_s=10)
    assert strategy.seen["watch"].deadline < before + 10.5
    many = sampled(Cluster((), tuple(replicas("front", 50_000, spec()))))
    canned(monkeypatch, initial(many.cluster), messages={})
    watches: list[Watch] = []
    run(many, "canned", time_limit_s=100, started=watches.append)
    assert watches[0].deadline - watches[0].began < 99


def test_whoever_asked_hears_of_the_start_and_of_progress(cluster, monkeypatch):
    strategy = canned(monkeypatch, placement(cluster, **EVERYWHERE))
    heard: list[Progress] = []
    watches: list[Watch] = []
    run(sampled(cluster), "canned", listener=heard.append, started=watches.append)
    assert watches == [strategy.seen["watch"]]
    assert [moment.value for moment in heard] == [3]


def test_the_options_reach_the_strategy(cluster, monkeypatch):
    strategy = canned(monkeypatch, placement(cluster, **EVERYWHERE))
    run(sampled(cluster), "canned", time_limit_s=7, seed=3, workers=1, ties="random")
    options = strategy.seen["options"]
    assert (options.time_limit_s, options.seed, options.workers, options.ties) == (7, 3, 1, "random")


def test_the_total_is_all_stages_and_the_loading(cluster, monkeypatch):
    canned(monkeypatch, placement(cluster, **EVERYWHERE))
    runtime = run(sampled(cluster, load_seconds=5.0), "canned").runtime
    assert runtime.load == 5.0
    assert runtime.total == pytest.approx(5 + runtime.build + runtime.solve + runtime.verify)


def test_pending_pods_get_the_reason_that_kube_scheduler_would_give_at_the_end(monkeypatch):
    tight = Cluster((a_node("n0", cpu=1000), a_node("n1", cpu=500)), tuple(replicas("front", 2, spec(1000))))
    stale = {tight.pods[0]: "said of a pod that has a node by now", tight.pods[1]: "said in another state"}
    canned(monkeypatch, placement(tight, front_0="n0"), messages=stale)
    result = run(sampled(tight), "canned")
    assert result.messages == {tight.pods[1]: "0/2 nodes are available: 2 Insufficient cpu."}


def test_a_pending_pod_that_would_fit_at_the_end_gets_no_reason(cluster, monkeypatch):
    canned(monkeypatch, initial(cluster))
    assert run(sampled(cluster), "canned").messages == {}


def test_the_baseline_keeps_its_own_words(monkeypatch):
    tight = Cluster((a_node("n0", cpu=1000),), tuple(replicas("front", 2, spec(1000))))
    result = run(sampled(tight), "kube-scheduler")
    (reason,) = result.messages.values()
    assert reason.startswith("0/1 nodes are available: 1 Insufficient cpu.")


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_every_strategy_places_a_shop_that_fits(strategy, cluster):
    result = run(sampled(cluster, question=Question()), strategy, time_limit_s=20, workers=1)
    assert result.placement.pending == ()
    assert result.violations == ()


def test_building_models_is_no_part_of_solving(cluster, monkeypatch):
    strategy = canned(monkeypatch, placement(cluster, **EVERYWHERE))
    answer = strategy.solve

    def solve(*given):
        with given[-1].building():
            time.sleep(0.05)
        return answer(*given)

    monkeypatch.setattr(strategy, "solve", solve)
    runtime = run(sampled(cluster), "canned").runtime
    assert runtime.build >= 0.05
    assert runtime.solve >= 0
    assert runtime.total == pytest.approx(runtime.build + runtime.solve + runtime.verify)
