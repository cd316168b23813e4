"""Every strategy by its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.errors import OptionError
from solver.run.profiles import configured, profile_named

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from solver.rules.profile import Profile
    from solver.strategies.strategy import Strategy


BASELINE = "kube-scheduler"
"""What all others are compared with."""


def _kube_scheduler(profile: Profile | None = None) -> Strategy:
    from solver.strategies.kube_scheduler import KubeScheduler

    return KubeScheduler(profile)


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

    # Where time is short the later ones have none, and nobody should see kube-scheduler do better.
    return CpSat(starts=(_first_fit_decreasing(), _kube_scheduler(), _best_fit(), _random()))


STRATEGIES: Mapping[str, Callable[[], Strategy]] = {
    "kube-scheduler": _kube_scheduler,
    "first-fit-decreasing": _first_fit_decreasing,
    "best-fit": _best_fit,
    "random": _random,
    "cpsat": _cpsat,
}
"""Every strategy by the name users write; each is imported when it is first asked for."""


def strategy_named(name: str, profile: Profile | None = None) -> Strategy:
    """The strategy of that name; ``kube-scheduler:FILE`` runs with the file's profile, else with this one.

    Raises:
        OptionError: there is none, or no such profile.
        InputError: with every problem of the profile.
    """
    own, file = configured(name)
    check_strategy(name)
    if own != BASELINE:
        return STRATEGIES[own]()
    return _kube_scheduler(profile_named(file).profile if file else profile)


def check_strategy(name: str) -> None:
    """Make sure that there is a strategy of that name.

    Raises:
        OptionError: there is none, or it takes no profile.
    """
    own, file = configured(name)
    if own not in STRATEGIES:
        raise OptionError(f"no strategy is named {own!r}; there are {', '.join(STRATEGIES)}")
    if file and own != BASELINE:
        raise OptionError(f"{own} takes no profile; only {BASELINE} does, as in {BASELINE}:most-allocated")
