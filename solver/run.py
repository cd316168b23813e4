"""One scenario, one strategy, one verified result: the door for the command line, studies and notebooks."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import TYPE_CHECKING

from solver.errors import OptionError, VerificationError
from solver.objectives.question import levels_of
from solver.result import LevelResult, Result, Runtime, Termination
from solver.strategies.strategy import Options, Ties, Watch

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from fractions import Fraction

    from solver.objectives.question import Level
    from solver.result import Answer, Progress
    from solver.scenario import Scenario
    from solver.strategies.strategy import Strategy

DEFAULT_TIME_LIMIT_S = 60.0


def _kube_scheduler() -> Strategy:
    from solver.strategies.kube_scheduler import KubeScheduler

    return KubeScheduler()


def _first_fit_decreasing() -> Strategy:
    from solver.strategies.first_fit_decreasing import FirstFitDecreasing

    return FirstFitDecreasing()


def _best_fit() -> Strategy:
    from solver.strategies.best_fit import BestFit

    return BestFit()


def _random() -> Strategy:
    from solver.strategies.random import Random

    return Random()


def _cpsat() -> Strategy:
    from solver.strategies.cpsat import CpSat

    return CpSat()


STRATEGIES: Mapping[str, Callable[[], Strategy]] = {
    "kube-scheduler": _kube_scheduler,
    "first-fit-decreasing": _first_fit_decreasing,
    "best-fit": _best_fit,
    "random": _random,
    "cpsat": _cpsat,
}
"""Every strategy by the name users write; each is imported when it is first asked for."""


def strategy_named(name: str) -> Strategy:
    """The strategy of that name.

    Raises:
        OptionError: there is none.
    """
    if name not in STRATEGIES:
        raise OptionError(f"no strategy is named {name!r}; there are {', '.join(STRATEGIES)}")
    return STRATEGIES[name]()


def run(
    scenario: Scenario,
    strategy: str = "cpsat",
    *,
    time_limit_s: float = DEFAULT_TIME_LIMIT_S,
    seed: int = 0,
    workers: int | None = None,
    ties: str = "name",
    listener: Callable[[Progress], None] | None = None,
    started: Callable[[Watch], None] | None = None,
) -> Result:
    """Place the pods of a scenario with one strategy and verify the answer.

    Args:
        scenario: as `load_scenario` gives it.
        strategy: one of the names in `STRATEGIES`.
        time_limit_s: for everything from the loaded scenario to the verified result, imports and model building
            included.
        seed: feeds random ties and randomised strategies.
        workers: how many processor cores to use at most; None for all there are.
        ties: ``name`` or ``random``: which of several best nodes is taken.
        listener: hears of each new incumbent and bound.
        started: gets the run's watch before the strategy begins; to end the search early, set its ``interrupted``.

    Raises:
        OptionError: an option has a value that is not possible.
        InputError: the objectives cannot be computed on this scenario.
        VerificationError: the answer breaks a rule. That is a defect of the strategy, never one of the input.
    """
    clock = _Clock()
    chosen = strategy_named(strategy)
    options = _options(time_limit_s, seed, workers, ties)
    watch = _watch(clock, options, listener)
    if started is not None:
        started(watch)
    clock.lap("build")
    answer = chosen.solve(scenario.cluster, scenario.question, options, watch)
    clock.lap("solve")
    _verify(scenario, answer)
    levels = _levels(scenario, answer)
    clock.lap("verify")
    return _result(scenario, strategy, answer, levels, clock.runtime(scenario.load_s))


@dataclass
class _Clock:
    """The stages of one run, in wall-clock seconds."""

    began: float = field(default_factory=time.perf_counter)
    laps: dict[str, float] = field(default_factory=dict)

    def lap(self, stage: str) -> None:
        """The stage has just ended."""
        self.laps[stage] = time.perf_counter() - self.began - sum(self.laps.values())

    def runtime(self, load_s: float) -> Runtime:
        return Runtime(load=load_s, **self.laps, total=load_s + sum(self.laps.values()))


def _options(time_limit_s: float, seed: int, workers: int | None, ties: str) -> Options:
    if not time_limit_s > 0:
        raise OptionError(f"a time limit of {time_limit_s} s is not possible; it must be above 0")
    if workers is not None and workers < 1:
        raise OptionError(f"{workers} workers are not possible; there must be at least 1")
    if ties not in tuple(Ties):
        raise OptionError(f"ties cannot be broken by {ties!r}; there are {', '.join(Ties)}")
    return Options(time_limit_s, seed, workers, Ties(ties))


def _watch(clock: _Clock, options: Options, listener: Callable[[Progress], None] | None) -> Watch:
    return Watch(deadline=clock.began + options.time_limit_s, listener=listener)


def _verify(scenario: Scenario, answer: Answer) -> None:
    from solver.verify import verify

    violations = verify(answer.placement, answer.steps, scenario.question)
    if violations:
        raise VerificationError(violations)


def _levels(scenario: Scenario, answer: Answer) -> tuple[LevelResult, ...]:
    from solver.objectives import values

    levels = levels_of(scenario.question, answer.placement.cluster)
    return _paired(levels, values(answer.placement, levels), answer.bounds)


def _paired(
    levels: tuple[Level, ...], values: tuple[Fraction, ...], bounds: tuple[Fraction | None, ...]
) -> tuple[LevelResult, ...]:
    """Every level with its value; bounds come in the same order, as far as there are any."""
    known = zip_longest(zip(levels, values, strict=True), bounds)
    return tuple(LevelResult(level, value, bound) for (level, value), bound in known)


def _result(
    scenario: Scenario, strategy: str, answer: Answer, levels: tuple[LevelResult, ...], runtime: Runtime
) -> Result:
    return Result(
        scenario=scenario.name,
        strategy=strategy,
        termination=_termination(levels),
        limit=answer.limit,
        levels=levels,
        placement=answer.placement,
        steps=answer.steps,
        runtime=runtime,
        progress=answer.progress,
        messages=answer.messages,
        competes=answer.competes,
    )


def _termination(levels: tuple[LevelResult, ...]) -> Termination:
    """An answer is always a placement; it is the best one only where every level is proven."""
    return Termination.OPTIMAL if all(level.proven for level in levels) else Termination.FEASIBLE
