"""The option `--profile`: how kube-scheduler is configured."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from solver.rules.profile import Profile
    from solver.scenario import Scenario

profile_option = click.option(
    "--profile",
    "profile",
    metavar="FILE",
    help="KubeSchedulerConfiguration of kube-scheduler, or the name of one that comes along: most-allocated, "
    "requested-to-capacity-ratio.",
)


def load_profile(name: str | None, *strategies: str) -> Profile | None:
    """The profile, if one is named; what of it, and of those that strategies name, plays no part is said.

    Raises:
        OptionError: there is no such file or name.
        InputError: with every problem of the file.
    """
    from solver.run.profiles import configured

    for strategy in strategies:
        own = configured(strategy)[1]
        if own:
            _loaded(own)
    return None if name is None else _loaded(name)


def _loaded(name: str) -> Profile:
    from solver.run.profiles import profile_named

    loaded = profile_named(name)
    for notice in loaded.notices:
        click.echo(f"Notice: {notice}", err=True)
    return loaded.profile


def with_profile(scenario: Scenario, profile: Profile | None) -> Scenario:
    """The scenario with another profile than its own, if one is given."""
    return scenario if profile is None else replace(scenario, profile=profile)
