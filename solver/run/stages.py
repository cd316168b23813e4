"""The stages of a run: build, solve, verify, each timed."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import TYPE_CHECKING

from solver.errors import OptionError, VerificationError
from solver.objectives import values
from solver.objectives.question import levels_of
from solver.result import LevelResult, Result, Runtime, Termination
from solver.run.profiles import configured
from solver.run.reasons import reasons
from solver.run.registry import BASELINE, strategy_named
from solver.strategies.strategy import LONGEST, Options, Ties, Watch
from solver.verify import verify

if TYPE_CHECKING:
    from collections.abc import Callable

    from solver.cluster.pod import Pod
    from solver.result import Answer, Progress
    from solver.scenario import Scenario

VERIFY_S_PER_POD = 4e-5
"""What verification, levels and reasons take; measured on 8,000 pods and 1,000 nodes, with a margin."""


@dataclass
class Clock:
    """The stages of one run, in wall-clock seconds."""

    began: float = field(default_factory=time.perf_counter)
    laps: dict[str, float] = field(default_factory=dict)

    def lap(self, stage: str) -> None:
        """The stage has just ended."""
        self.laps[stage] = time.perf_counter() - self.began - sum(self.laps.values())

    def split(self, stage: str, into: str, seconds: float) -> None:
        """So many seconds of one stage belong to another."""
        self.laps[stage] -= seconds
        self.laps[into] += seconds

    def runtime(self, load_s: float) -> Runtime:
        """All stages, and the loading before them."""
        return Runtime(load=load_s, **self.laps, total=load_s + sum(self.laps.values()))


@dataclass(frozen=True, slots=True)
class Run:
    """One strategy on one scenario; ``started`` is called with the watch before the strategy begins."""

    scenario: Scenario
    strategy: str
    options: Options
    listener: Callable[[Progress], None] | None = None
    started: Callable[[Watch], None] | None = None

    def result(self, clock: Clock) -> Result:
        """Import and prepare the strategy, let it answer, verify the answer, compute the levels."""
        strategy = strategy_named(self.strategy, self.scenario.profile)
        watch = Watch(clock.began + self._time_to_solve, self.listener, work_limit=self.options.work_limit)
        if self.started is not None:
            self.started(watch)
        clock.lap("build")
        answer = strategy.solve(self.scenario.cluster, self.scenario.question, self.options, watch)
        clock.lap("solve")
        clock.split("solve", "build", watch.build_s)
        violations = verify(answer.placement, answer.steps, self.scenario.question, answer.waived)
        if violations:
            raise VerificationError(violations)
        levels = self._levels(answer)
        clock.lap("verify")
        return self._result(answer, levels, clock.runtime(self.scenario.load_seconds))

    @property
    def _time_to_solve(self) -> float:
        """The time limit less what the verification will take."""
        limit = self.options.time_limit_s
        return limit - min(VERIFY_S_PER_POD * len(self.scenario.cluster.pods), limit / 5)

    def _levels(self, answer: Answer) -> tuple[LevelResult, ...]:
        """Every level with its value; bounds come in the same order, as far as there are any."""
        levels = levels_of(self.scenario.question, answer.placement.cluster)
        known = zip_longest(zip(levels, values(answer.placement, levels), strict=True), answer.bounds)
        return tuple(LevelResult(level, value, bound) for (level, value), bound in known)

    def _result(self, answer: Answer, levels: tuple[LevelResult, ...], runtime: Runtime) -> Result:
        return Result(
            scenario=self.scenario.name,
            strategy=self.strategy,
            termination=_termination(levels),
            limit=answer.limit,
            levels=levels,
            placement=answer.placement,
            steps=answer.steps,
            runtime=runtime,
            progress=answer.progress,
            messages=_messages(self.strategy, answer),
            competes=answer.competes,
        )


def _messages(strategy: str, answer: Answer) -> dict[Pod, str]:
    """The baseline knows what it said of a pod at its turn; of the others, the finished placement is asked."""
    if not answer.placement.pending:
        return {}
    if configured(strategy)[0] == BASELINE:
        return {pod: answer.messages[pod] for pod in answer.placement.pending if pod in answer.messages}
    return reasons(answer.placement)


def options_of(
    time_limit_s: float, seed: int, workers: int | None, ties: str, work_limit: float | None = None
) -> Options:
    """The options as a strategy takes them.

    Raises:
        OptionError: one of them is not possible.
    """
    if not 0 < time_limit_s <= LONGEST:
        raise OptionError(f"a time limit of {time_limit_s} s is not possible; it must be above 0, up to {LONGEST:,}")
    if work_limit is not None and not 0 < work_limit <= LONGEST:
        raise OptionError(f"a work limit of {work_limit} is not possible; it must be above 0, up to {LONGEST:,}")
    if workers is not None and workers < 1:
        raise OptionError(f"{workers} workers are not possible; there must be at least 1")
    if ties not in tuple(Ties):
        raise OptionError(f"ties cannot be broken by {ties!r}; there are {', '.join(Ties)}")
    return Options(time_limit_s, seed, workers, Ties(ties), work_limit)


def _termination(levels: tuple[LevelResult, ...]) -> Termination:
    """An answer is always a placement; it is the best one only where every level is proven."""
    return Termination.OPTIMAL if all(level.proven for level in levels) else Termination.FEASIBLE
