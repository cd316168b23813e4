"""Where the time goes: of a profile, the share of each module of podsolver, what it calls outside included."""

from __future__ import annotations

import pstats
from collections import defaultdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import cProfile

PACKAGE = "/solver/"
_ROUNDS = 8
"""Calls outside the package go no deeper than that."""

Function = tuple[str, int, str]


def shares(profile: cProfile.Profile) -> dict[str, float]:
    """Percent of the time by module, largest first."""
    stats: dict[Function, Any] = pstats.Stats(profile).stats  # type: ignore[attr-defined]
    own = {function: found[2] for function, found in stats.items()}
    for _ in range(_ROUNDS):
        own = _handed_up(own, stats)
    modules: defaultdict[str, float] = defaultdict(float)
    for function, seconds in own.items():
        modules[_module(function)] += seconds
    whole = sum(modules.values())
    found = sorted(modules.items(), key=lambda item: -item[1])
    return {module: round(100 * seconds / whole, 1) for module, seconds in found if seconds >= whole / 200}


def _handed_up(own: dict[Function, float], stats: dict[Function, Any]) -> dict[Function, float]:
    """The time of functions outside the package goes to their callers, by how much each has caused."""
    handed: defaultdict[Function, float] = defaultdict(float)
    for function, seconds in own.items():
        callers = stats[function][4]
        caused = {caller: found[3] for caller, found in callers.items()}
        if PACKAGE in function[0] or not sum(caused.values()):
            handed[function] += seconds
            continue
        for caller, part in caused.items():
            handed[caller] += seconds * part / sum(caused.values())
    return handed


def _module(function: Function) -> str:
    """``rules/node_resources_fit/score``, say."""
    _, package, module = function[0].rpartition(PACKAGE)
    return module.removesuffix(".py") if package else "(elsewhere)"
