"""The search as a whole: never worse than its starts, stopped by its limits, telling what it knows."""

from __future__ import annotations

import time
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis.strategies import integers, sampled_from

from solver.cluster.topology import HOSTNAME
from solver.objectives import values
from solver.objectives.question import (
    BoundPods,
    Level,
    ObjectiveName,
    PerPriorityTier,
    Question,
    Unserved,
    levels_of,
)
from solver.placement import Placement, initial
from solver.result import Limit, Progress
from solver.run.registry import strategy_named
from solver.strategies.cpsat import CpSat
from solver.strategies.cpsat.bounds import own_bounds
from solver.strategies.cpsat.exact.search import Search
from solver.strategies.cpsat.groundwork import groundwork
from solver.strategies.cpsat.incumbent import Incumbent, StageResult, renew
from solver.strategies.cpsat.stages import stages_of, standing
from solver.strategies.cpsat.starts import permitted
from solver.strategies.greedy import BestFit, FirstFitDecreasing, Random
from solver.strategies.strategy import Options, Watch
from solver.verify import verify
from tests.model.making import cluster, node, pods, spec, spread, term, vector
from tests.properties.voices import loaded
from tests.sampling import Knobs, sample

KNOBS = Knobs(nodes=(2, 5), pods=(4, 12), density=0.4)
STARTS = ("kube-scheduler", "first-fit-decreasing", "best-fit", "random")


def watch(seconds=60.0):
    return Watch(time.perf_counter() + seconds)


@given(seed=integers(0, 2**32 - 1), policy=sampled_from(BoundPods))
def test_no_start_is_better_and_no_bound_is_beaten(seed, policy):
    asked, question = loaded(sample(seed, KNOBS)), Question(bound_pods=policy)
    stages = stages_of(question, asked)
    answer = strategy_named("cpsat").solve(asked, question, Options(workers=1), watch())
    assert verify(answer.placement, answer.steps, question) == ()
    reached = standing(answer.placement, stages)
    ground = groundwork(asked, policy).ground
    levels = levels_of(question, asked)
    mine, beaten = values(answer.placement, levels), False
    for name in STARTS:
        other = strategy_named(name).solve(asked, question, Options(), watch()).placement
        if permitted(other, policy):
            assert reached <= standing(other, stages), name
            beaten |= values(other, levels) < mine
            assert own_bounds(stages, standing(other, stages), ground)[0] <= reached[0]
    bounds = own_bounds(stages, reached, ground)
    assert all(bound <= value for bound, value in zip(bounds, reached, strict=True))
    assert (answer.bounds != mine) == beaten


def large(number=60):
    """Enough for a search to take a while: sizes that do not go into nodes."""
    wanting = [
        pods(spec(f"a{size}", 211 + 37 * size), *(f"p{size}-{n}" for n in range(9))) for size in range(number // 6)
    ]
    return cluster([node(f"n{n}", "abc"[n % 3]) for n in range(number)], *wanting)


def test_an_interrupt_gives_the_best_so_far():
    running = watch()

    def interrupt(progress):
        running.interrupted = True

    running.listener = interrupt
    answer = CpSat((FirstFitDecreasing(),)).solve(large(), Question(), Options(workers=1), running)
    assert answer.limit is Limit.INTERRUPT
    assert not answer.placement.pending


def test_the_time_limit_gives_the_best_so_far_with_its_bounds():
    answer = CpSat((FirstFitDecreasing(),)).solve(
        large(120), Question(), Options(time_limit_s=0.6, workers=1), watch(0.6)
    )
    assert not answer.placement.pending
    reached = values(answer.placement, levels_of(Question(), answer.placement.cluster))
    assert (answer.limit is None) == (answer.bounds == reached)
    assert all(bound is not None and bound <= value for bound, value in zip(answer.bounds, reached, strict=True))


def test_no_time_at_all_leaves_things_as_they_are():
    asked = cluster([node("n1")], pods(spec(), "old", on="n1"), pods(spec(), "new"))
    answer = CpSat((FirstFitDecreasing(),)).solve(asked, Question(), Options(), watch(-1))
    assert [pod.name for pod in answer.placement.node_of] == ["old"]
    assert (answer.steps, answer.limit) == ((), Limit.TIME)


def test_a_start_that_is_proven_by_counting_needs_no_search(monkeypatch):
    monkeypatch.setattr("solver.strategies.cpsat.phases.exact_search.Search", None)
    asked = cluster([node("n1"), node("n2")], pods(spec(cpu=1000), "p1", "p2"))
    answer = CpSat((FirstFitDecreasing(),)).solve(asked, Question(), Options(), watch())
    assert answer.bounds == vector(0, 0, 2, 0)
    assert answer.limit is None


def test_progress_goes_down_and_bounds_go_up_within_a_level():
    running = watch()
    CpSat((Random(),)).solve(large(24), Question(), Options(workers=1), running)
    by_level: dict[Level, list[Progress]] = {}
    for moment in running.told:
        by_level.setdefault(moment.level, []).append(moment)
    assert set(by_level) == set(levels_of(Question(), large(24)))
    for moments in by_level.values():
        known = [moment.value for moment in moments]
        assert known == sorted(known, reverse=True)
        assert all(moment.bound is None or moment.bound <= moment.value for moment in moments)


def test_a_level_is_only_improved_where_no_earlier_one_gets_worse():
    """Fewer nodes would do, were a pod left out: cost comes after pending."""
    asked = cluster([node("n1"), node("n2")], pods(spec(cpu=600), "p1", "p2"))
    for question, reached in (
        (Question(), vector(0, 0, 2, 0)),
        (Question((ObjectiveName.COST, ObjectiveName.PENDING)), vector(0, 2)),
    ):
        answer = CpSat().solve(asked, question, Options(workers=1), watch())
        assert values(answer.placement, levels_of(question, asked)) == reached


def test_bounds_do_not_outlive_an_earlier_level_that_got_worse():
    """Two are evicted for one core more that is served; what held while nobody left says nothing any more."""
    asked = cluster(
        [node("n1", cpu=1500, pods=2)],
        pods(spec("old", 250, priority=5), "old", on="n1"),
        pods(spec("large", 1500, priority=5), "large", on="n1"),
        pods(spec("urgent", 500, priority=9), "urgent"),
        pods(spec("new", 1000, priority=5), "new"),
        pods(spec("weak", 1500), "weak"),
    )
    question = Question((Unserved("cpu"), ObjectiveName.PENDING))
    stages, work = stages_of(question, asked), groundwork(asked, question.bound_pods)
    before = standing(initial(asked), stages)
    given = (Fraction(1), Fraction(1))
    results = [StageResult(stage, value, value, given) for stage, value in zip(stages, before, strict=True)]
    answer = CpSat().solve(asked, question, Options(workers=1), watch())
    after = standing(answer.placement, stages)
    got_worse = next(place for place, (old, new) in enumerate(zip(before, after, strict=True)) if new > old)
    renew(results, after, work.ground)
    counted = own_bounds(stages, after, work.ground)
    assert [result.value for result in results] == list(after)
    assert [result.bound for result in results[got_worse + 1 :]] == counted[got_worse + 1 :]
    assert [result.given for result in results] == [given if n <= got_worse else None for n in range(len(results))]
    assert answer.bounds == values(answer.placement, levels_of(question, asked))


def test_objectives_interleaved_per_tier():
    """The strong pod's place is worth a move only because its tier comes first; the weak tier moves nobody back."""
    asked = cluster(
        [node("n1", cpu=1000), node("n2", cpu=600)],
        pods(spec("small", 500), "s", on="n1"),
        pods(spec("strong", 1000, priority=5), "strong"),
    )
    question = Question((PerPriorityTier((ObjectiveName.PENDING, ObjectiveName.DISRUPTION)),), BoundPods.EVICTABLE)
    answer = CpSat().solve(asked, question, Options(workers=1), watch())
    assert values(answer.placement, levels_of(question, asked)) == vector(0, 0, 0, 2)
    assert answer.bounds == vector(0, 0, 0, 2)


@pytest.mark.parametrize("policy", BoundPods)
def test_what_cannot_be_carried_out_is_cut_off(policy):
    """Zone and node must both be even; some placements that are even in the end have no order of binds."""
    even = spec(cpu=100, spread=(spread(), spread(key="rack")))
    nodes = [node(f"n{zone}{rack}", zone, labels={"rack": rack}) for zone in "ab" for rack in "xy"]
    asked = cluster(nodes, pods(even, "p1", "p2", "p3", "p4"), pods(spec(cpu=100), "x1", "x2"))
    answer = CpSat().solve(asked, Question(bound_pods=policy), Options(workers=1), watch())
    assert verify(answer.placement, answer.steps, Question(bound_pods=policy)) == ()
    assert not answer.placement.pending


def test_best_fit_and_affinity_as_a_start():
    herd = spec(cpu=100, affinity=term("web"))
    asked = cluster([node("n1"), node("n2")], pods(herd, "p1", "p2", "p3"))
    answer = CpSat((BestFit(),)).solve(asked, Question(), Options(workers=1), watch())
    assert answer.bounds == vector(0, 0, 1, 0)


def test_every_round_states_its_quantities_in_variables_of_its_own_model():
    """What a round has proven of the last stage is forgotten; the next one, with a new model, proves it again."""
    soft = spec(cpu=300, spread=(spread(key=HOSTNAME, hard=False),))
    asked, question = cluster([node("n1"), node("n2")], pods(soft, "p1", "p2")), Question(bound_pods=BoundPods.FIXED)
    stages, incumbent = stages_of(question, asked), Incumbent(Placement(asked, {}), ())
    start = (Fraction(2), Fraction(0), Fraction(0), Fraction(0))
    results = [StageResult(stage, value, Fraction(0)) for stage, value in zip(stages, start, strict=True)]
    work = groundwork(asked, question.bound_pods)
    for _ in range(2):
        incumbent = Search(work, question, Options(workers=1), watch(), 0.0).run(incumbent, results)
        assert tuple(result.value for result in results) == vector(0, 0, 1, 1)
        assert all(result.proven for result in results)
        results[-1].bound = Fraction(0)
