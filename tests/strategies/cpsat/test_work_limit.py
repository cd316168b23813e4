"""Work instead of seconds: the same on every run, and named as what ended the search."""

from __future__ import annotations

import math
import time

import pytest

from solver.objectives.question import Question
from solver.result import Limit
from solver.run.registry import strategy_named
from solver.strategies.cpsat import CpSat
from solver.strategies.greedy import FirstFitDecreasing
from solver.strategies.strategy import Options, Watch
from solver.strategies.work import counted, spend
from tests.model.making import cluster, node, pods, spec, spread


def awkward(number=24):
    """Sizes that do not go into nodes, spread over zones: a search that has to work for its proof."""
    wanting = [
        pods(spec(f"a{size}", 211 + 37 * size, spread=(spread(f"a{size}"),)), *(f"p{size}-{n}" for n in range(5)))
        for size in range(number // 3)
    ]
    return cluster([node(f"n{n:02}", "abc"[n % 3]) for n in range(number)], *wanting)


def answer(work, workers=None, seed=0):
    watch = Watch(-math.inf, work_limit=work)
    options = Options(seed=seed, workers=workers, work_limit=work)
    return strategy_named("cpsat").solve(awkward(), Question(), options, watch), watch


@pytest.mark.parametrize("workers", [None, 2])
def test_a_seed_gives_the_same_on_every_run_however_slow_the_machine(workers, monkeypatch):
    one, watch = answer(0.4, workers)
    spent = watch.work
    monkeypatch.setattr("solver.strategies.strategy.time.perf_counter", lambda: math.inf)
    other, again = answer(0.4, workers)
    placed = [{pod.key: where.name for pod, where in each.placement.node_of.items()} for each in (one, other)]
    assert placed[0] == placed[1]
    assert (one.bounds, one.limit, spent) == (other.bounds, other.limit, again.work)


def test_the_work_limit_is_why_it_stopped_and_more_work_gives_no_less():
    (little, short), (much, _) = answer(0.06), answer(3.0)
    assert little.limit is Limit.WORK
    assert short.work >= 0.01
    assert len(much.placement.used) <= len(little.placement.used)
    assert all(low <= high for low, high in zip(little.bounds[:2], much.bounds[:2], strict=True))


def test_a_model_that_is_too_large_is_a_matter_of_work(monkeypatch):
    monkeypatch.setattr("solver.strategies.cpsat.phases.exact_search.LARGEST", 0)
    options = Options(workers=1, work_limit=1.0)
    found = CpSat((FirstFitDecreasing(),)).solve(awkward(), Question(), options, Watch(math.inf, work_limit=1.0))
    assert found.limit is Limit.WORK
    assert not found.placement.pending


def test_a_model_that_there_is_no_time_to_build_is_a_matter_of_time(monkeypatch):
    monkeypatch.setattr("solver.strategies.cpsat.phases.exact_search.PAIRS_PER_S", 0)
    watch = Watch(time.perf_counter() + 10)
    found = CpSat((FirstFitDecreasing(),)).solve(awkward(), Question(), Options(10.0, workers=1), watch)
    assert found.limit is Limit.TIME


def test_a_watch_counts_the_work_that_it_is_told_of():
    watch = Watch(-math.inf, work_limit=1.0)
    with watch.counting():
        spend(0.25)
        assert (watch.remaining, watch.limit) == (0.75, None)
        spend(0.75)
    spend(1.0)
    assert (watch.work, watch.remaining, watch.limit) == (1.0, 0.0, Limit.WORK)
    watch.interrupted = True
    assert watch.limit is Limit.INTERRUPT


def test_a_part_ends_before_the_whole_and_what_it_does_counts_for_both():
    watch = Watch(-math.inf, work_limit=1.0)
    with watch.counting():
        spend(0.25)
        part = watch.part(0.5)
        spend(0.5)
        assert (part.limit, part.work, watch.limit, watch.remaining) == (Limit.WORK, 0.75, None, 0.25)
        assert watch.part(9.0).remaining == 0.25


def test_without_a_work_limit_nobody_counts():
    watch = Watch(math.inf)
    with watch.counting():
        spend(1.0)
        assert not counted()
    assert watch.work == 0
