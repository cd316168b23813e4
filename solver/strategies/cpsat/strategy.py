"""The optimising strategy: from the best start through all stages to an answer with bounds."""

from __future__ import annotations

from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING

from solver.objectives import check_prices
from solver.objectives.question import ObjectiveName, levels_of
from solver.result import Answer, Competition, Limit
from solver.strategies.cpsat.answering import answer, tell_bounds, tell_start, unproven_where_beaten
from solver.strategies.cpsat.bounds import own_bounds
from solver.strategies.cpsat.competes import competitors
from solver.strategies.cpsat.fluid.bounds import FluidBounds, Relaxations
from solver.strategies.cpsat.fluid.start import improved_start
from solver.strategies.cpsat.groundwork import groundwork
from solver.strategies.cpsat.packing.asked import mostly_tied
from solver.strategies.cpsat.packing.entry import narrowed, packed
from solver.strategies.cpsat.patterns.asked import suits
from solver.strategies.cpsat.search import Search, StageResult, settle
from solver.strategies.cpsat.sharing.start import shared_start
from solver.strategies.cpsat.stages import stages_of, standing
from solver.strategies.cpsat.starts import best_start

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from solver.cluster.cluster import Cluster
    from solver.cluster.pod import Pod
    from solver.objectives.question import Question
    from solver.strategies.cpsat.groundwork import Groundwork
    from solver.strategies.cpsat.search import Incumbent
    from solver.strategies.cpsat.stages import Stage
    from solver.strategies.strategy import Options, Strategy, Watch

_RESERVE_SHARE = 0.05
_RESERVE_S = 0.12
"""Kept of the time limit for extraction and verification: this share, and at least these seconds; at most a half."""


_RELAX_SHARE = 0.1
_RELAX_S = 2.0
"""Each bound of the relaxation may take this share of the time; with less time than these seconds there is none."""

_PAIRS_PER_S = 20_000
_LARGEST_MODEL = 150_000
"""Pairs of group and node that a second of model building takes in, and how many exact search is of use for."""

_ROUND_S = 0.05
"""With less time than this left, beside what is kept, no further round of stages begins."""

_AFTER_PATTERNS = 0.25
"""Of the time that is left before patterns are tried, this part remains for the search after it."""
_TOO_SHORT_S = 0.5
"""With less than this the search after patterns would hardly begin, so patterns may take it too."""


class CpSat:
    """Lexicographic optimisation over pod groups; a level's bound holds given the values reported before it."""

    name = "cpsat"

    def __init__(self, starts: Sequence[Strategy] = ()) -> None:
        """The search begins at the best answer of ``starts``."""
        self._starts = tuple(starts)

    def solve(self, cluster: Cluster, question: Question, options: Options, watch: Watch) -> Answer:
        """The last incumbent, whatever happens, with all that is proven of it."""
        if ObjectiveName.COST in question.objectives:
            check_prices(cluster)
        stages = stages_of(question, cluster)
        levels = levels_of(question, cluster)
        heard = partial(tell_start, watch, levels)
        starts = best_start(self._starts, cluster, question, options, watch, stages, heard)
        incumbent = starts.best
        results = _known(stages, incumbent, ())
        rivals: Mapping[Pod, Competition] = {}
        stopped: Limit | None = None
        if not _proven(results):
            with watch.building():
                work = groundwork(cluster, question.bound_pods)
            results = _known(stages, incumbent, own_bounds(stages, standing(incumbent.placement, stages), work.ground))
            tell_bounds(watch, levels, incumbent, results)
            if options.work_limit is None:
                incumbent, results = _by_the_clock(work, question, options, watch, incumbent, results)
            incumbent, stopped = _searched(work, question, options, watch, incumbent, results)
            settle(results)
            rivals = competitors(incumbent.placement, work, results, lambda: _is_spent(watch, options))
        if _is_spent(watch, options):
            stopped = Limit.TIME if options.work_limit is None else Limit.WORK
        found = answer(incumbent, levels, results, watch, rivals, stopped)
        return unproven_where_beaten(found, levels, starts.all)


def _by_the_clock(
    work: Groundwork,
    question: Question,
    options: Options,
    watch: Watch,
    incumbent: Incumbent,
    results: list[StageResult],
) -> tuple[Incumbent, list[StageResult]]:
    """What is done in shares of the time, and so has no part in a search that counts its work."""
    stages = tuple(result.stage for result in results)
    levels = levels_of(question, work.cluster)
    incumbent = _by_patterns(work, question, options, watch, incumbent, results)
    relaxations = Relaxations(work.ground)
    _relax(relaxations, results, watch, _reserve_s(options))
    tell_bounds(watch, levels, incumbent, results)
    before = [result.value for result in results]
    incumbent = packed(work, question, options, watch, incumbent, results, _reserve_s(options))
    tied = mostly_tied(work.ground)
    unplanned = narrowed(work, watch, incumbent, results, _reserve_s(options)) if tied else incumbent
    _relax(relaxations, results, watch, _reserve_s(options), before)
    if unplanned is not incumbent:
        return unplanned, results
    if not _proven(results):
        incumbent = _keeping(shared_start(relaxations, results, watch, incumbent), results)
    started = _started(work, relaxations, options, watch, incumbent, results)
    if started is not incumbent:
        before, incumbent = [result.value for result in results], started
        results = _known(stages, incumbent, [result.bound for result in results])
        tell_start(watch, levels, incumbent)
        _relax(relaxations, results, watch, _reserve_s(options), before)
    if not tied:
        incumbent = narrowed(work, watch, incumbent, results, _reserve_s(options))
    return incumbent, results


def _reserve_s(options: Options) -> float:
    if options.work_limit is not None:
        return 0.0
    return min(max(options.time_limit_s * _RESERVE_SHARE, _RESERVE_S), options.time_limit_s / 2)


def _is_spent(watch: Watch, options: Options) -> bool:
    return watch.remaining <= _reserve_s(options) + _ROUND_S


def _proven(results: Sequence[StageResult]) -> bool:
    return all(result.proven for result in results)


def _known(stages: tuple[Stage, ...], incumbent: Incumbent, bounds: Sequence[Fraction]) -> list[StageResult]:
    """What the start and the bounds say of each stage; no quantity is ever negative."""
    values = standing(incumbent.placement, stages)
    known = (*bounds, *(Fraction(0) for _ in stages[len(bounds) :]))
    return [StageResult(*each) for each in zip(stages, values, known, strict=True)]


def _keeping(incumbent: Incumbent, results: Sequence[StageResult]) -> Incumbent:
    """The incumbent, with its values in ``results``; bounds of stages after the first that has changed are void."""
    values = standing(incumbent.placement, tuple(result.stage for result in results))
    changed = False
    for result, value in zip(results, values, strict=True):
        if changed:
            result.bound = Fraction(0)
        changed |= value != result.value
        result.value = value
    return incumbent


def _started(
    work: Groundwork,
    relaxations: Relaxations,
    options: Options,
    watch: Watch,
    incumbent: Incumbent,
    results: Sequence[StageResult],
) -> Incumbent:
    """A start of the relaxation's, where cost is still open, there is time for it, and it is better."""
    costs = [result for result in results if result.stage.level.objective is ObjectiveName.COST]
    if _proven(costs) or watch.remaining < _RELAX_S:
        return incumbent
    bounds = [result.bound for result in results]
    return improved_start(work, relaxations, [result.stage for result in results], bounds, options, watch, incumbent)


def _relax(
    relaxations: Relaxations,
    results: Sequence[StageResult],
    watch: Watch,
    reserve_s: float,
    before: Sequence[Fraction] = (),
) -> None:
    """Bounds of the relaxation for what counting leaves open, each within a share of the time.

    They depend on the values of earlier stages; where these are as ``before``, so are the bounds.
    """
    values = [each.value for each in results]
    for place, result in enumerate(results):
        seconds = (watch.remaining - reserve_s) * _RELAX_SHARE
        if result.proven or watch.limit is not None or seconds < _RELAX_S * _RELAX_SHARE:
            continue
        if before and values[:place] == list(before[:place]):
            continue
        bounds = FluidBounds(relaxations, [each.stage for each in results], values)
        result.bound = max(result.bound, min(bounds.of(place, seconds), result.value))


def _by_patterns(
    work: Groundwork,
    question: Question,
    options: Options,
    watch: Watch,
    incumbent: Incumbent,
    results: list[StageResult],
) -> Incumbent:
    """What patterns of few pods on a node prove or find, where the question is one for them."""
    if _proven(results) or watch.limit is not None or not suits(work, question):
        return incumbent
    from solver.strategies.cpsat.patterns.search import PatternSearch

    reserve_s = _reserve_s(options)
    rest_s = (watch.remaining - reserve_s) * _AFTER_PATTERNS
    until = reserve_s + (rest_s if rest_s >= _TOO_SHORT_S else 0.0)
    return PatternSearch(work, question, watch, until).run(incumbent, results)


def _searched(
    work: Groundwork,
    question: Question,
    options: Options,
    watch: Watch,
    incumbent: Incumbent,
    results: list[StageResult],
) -> tuple[Incumbent, Limit | None]:
    """Rounds of stages, each with nothing fixed yet: what stages left of their shares goes to those without a proof.

    A model that is too large, or could not be built in time, is not begun. With the limit that the search itself came
    to, if any: the number of binds tried for an order.
    """
    reserve_s = _reserve_s(options)
    size = len(work.ground.groups) * len(work.ground.cluster.nodes)
    if size > _LARGEST_MODEL:
        # What was done by the clock had shares of the time, and would have gone on with more.
        return incumbent, Limit.TIME if options.work_limit is None else None
    if options.work_limit is None and size > _PAIRS_PER_S * (watch.remaining - reserve_s) / 2:
        return incumbent, Limit.TIME
    known: list[tuple[Fraction, Fraction]] = []
    while not _proven(results) and watch.limit is None and not _is_spent(watch, options):
        before, known = known, [(result.value, result.bound) for result in results]
        if known == before:
            return incumbent, Limit.WORK
        incumbent = Search(work, question, options, watch, reserve_s).run(incumbent, results)
    return incumbent, None
