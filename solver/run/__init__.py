"""One scenario, one strategy, one verified result: the door for the command line, studies and notebooks.

This file is imported with the package, so it imports little itself: whoever only asks for help does not wait.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from solver.result import Progress, Result
    from solver.scenario import Scenario
    from solver.strategies.strategy import Watch

DEFAULT_TIME_LIMIT_S = 60.0


def run(
    scenario: Scenario,
    strategy: str = "cpsat",
    *,
    time_limit_s: float = DEFAULT_TIME_LIMIT_S,
    work_limit: float | None = None,
    seed: int = 0,
    workers: int | None = None,
    ties: str = "name",
    listener: Callable[[Progress], None] | None = None,
    started: Callable[[Watch], None] | None = None,
) -> Result:
    """Place the pods of a scenario with one strategy and verify the answer.

    Args:
        scenario: as `load_scenario` gives it.
        strategy: one of the names in `solver.run.registry.STRATEGIES`, or ``kube-scheduler:FILE`` with the file of a
            profile, or the name of one that comes along.
        time_limit_s: for everything from the loaded scenario to the verified result, imports and model building
            included.
        work_limit: instead of a time limit: about as many seconds of one core, counted by what is done, so that the
            same seed and workers (1 unless said otherwise) give the same result on every run.
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
    from solver.run.stages import Clock, Run, options_of

    clock = Clock()
    options = options_of(time_limit_s, seed, workers, ties, work_limit)
    return Run(scenario, strategy, options, listener, started).result(clock)
