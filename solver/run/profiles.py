"""Strategies with a profile: ``kube-scheduler:FILE``, with a path or the name of a profile that comes along."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from solver.errors import OptionError

if TYPE_CHECKING:
    from solver.scenario.scheduler_configuration import LoadedProfile


def profile_named(name: str) -> LoadedProfile:
    """The profile of a file, or of one that comes with podsolver: ``most-allocated``, with or without ``.yaml``.

    Raises:
        OptionError: there is neither.
        InputError: with every problem of the file.
    """
    from solver.scenario.scheduler_configuration import load_profile
    from solver.strategies.kube_scheduler.profiles import shipped

    if Path(name).is_file():
        return load_profile(name)
    known = shipped()
    found = known.get(name.removesuffix(".yaml"))
    if found is None:
        raise OptionError(f"no profile is named {name!r}; give a file, or one of {', '.join(known)}")
    return load_profile(found)


def configured(strategy: str) -> tuple[str, str]:
    """The strategy's own name, and that of the profile it is to run with, empty where there is none."""
    name, _, profile = strategy.partition(":")
    return name, profile
