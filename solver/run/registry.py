"""Every strategy by its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.errors import OptionError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from solver.strategies.strategy import Strategy


BASELINE = "kube-scheduler"
"""What all others are compared with."""


def _kube_scheduler() -> Strategy:
    from solver.strategies.kube_scheduler import KubeScheduler

    return KubeScheduler()


def _first_fit_decreasing() -> Strategy:
    from solver.strategies.greedy import FirstFitDecreasing

    return FirstFitDecreasing()


def _best_fit() -> Strategy:
    from solver.strategies.greedy import BestFit

    return BestFit()


def _random() -> Strategy:
    from solver.strategies.greedy import Random

    return Random()


def _cpsat() -> Strategy:
    from solver.strategies.cpsat import CpSat

    return CpSat(starts=(_first_fit_decreasing(), _best_fit(), _random(), _kube_scheduler()))


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
