"""Results of several strategies on one scenario: one table, one sentence."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from solver.errors import OptionError
from solver.run import DEFAULT_TIME_LIMIT_S, run
from solver.run.registry import STRATEGIES, check_strategy

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from solver.compare.comparison import Comparison
    from solver.result import Progress, Result
    from solver.scenario import Scenario
    from solver.strategies.strategy import Watch

DEFAULT_STRATEGIES = ("kube-scheduler", "first-fit-decreasing", "cpsat")


def compare(
    scenario: Scenario,
    strategies: Sequence[str] = DEFAULT_STRATEGIES,
    *,
    time_limit_s: float = DEFAULT_TIME_LIMIT_S,
    work_limit: float | None = None,
    seed: int = 0,
    workers: int | None = None,
    ties: str = "name",
    listener: Callable[[Progress], None] | None = None,
    started: Callable[[str, Watch], None] | None = None,
) -> Comparison:
    """Run several strategies on one scenario and put their verified results side by side.

    The options are those of `solver.run`, the time limit for each strategy by itself; ``started`` is told the
    strategy's name, too. An interrupted strategy gives its best so far, and those after it are left out.

    Raises:
        OptionError: no strategy, one that does not exist, or one named twice; or an option that is not possible.
        InputError: the objectives cannot be computed on this scenario.
        VerificationError: an answer breaks a rule.
    """
    from solver.compare.comparison import Comparison
    from solver.result import Limit

    check_strategies(strategies)
    results: list[Result] = []
    for name in strategies:
        results.append(
            run(
                scenario,
                name,
                time_limit_s=time_limit_s,
                work_limit=work_limit,
                seed=seed,
                workers=workers,
                ties=ties,
                listener=listener,
                started=None if started is None else partial(started, name),
            )
        )
        if results[-1].limit is Limit.INTERRUPT:
            break
    return Comparison(scenario, tuple(results), skipped=tuple(strategies[len(results) :]))


def check_strategies(strategies: Sequence[str]) -> None:
    """Make sure that all of them can be run, before any is.

    Raises:
        OptionError: none is named, one does not exist, or one is named twice.
    """
    if not strategies:
        raise OptionError(f"no strategy to compare; there are {', '.join(STRATEGIES)}")
    for name in strategies:
        check_strategy(name)
        if strategies.count(name) > 1:
            raise OptionError(f"strategy {name!r} is named twice")
