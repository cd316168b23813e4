"""Which plugins run at which step: the default profile's, with what a profile enables and disables.

Source: https://kubernetes.io/docs/reference/scheduling/config/#multipoint
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from solver.scenario.field import one_of
from solver.scenario.scheduler_configuration.points import DEFAULT_WEIGHTS, MULTI_POINT, POINTS, REMOVED, Point

if TYPE_CHECKING:
    from collections.abc import Mapping

    from solver.scenario.field import Field

ALL = "*"


@dataclass(frozen=True, slots=True)
class PluginSet:
    """What is enabled, by name with its weight (0: none given), in this order, and the names that are disabled."""

    enabled: Mapping[str, int] = field(default_factory=dict)
    disabled: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Plugins:
    """The plugins of a profile.

    Of those that kube-scheduler itself does not have, ``foreign`` are enabled and ``absent`` disabled.
    """

    everywhere: Mapping[str, int]
    sets: Mapping[Point, PluginSet] = field(default_factory=dict)
    foreign: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()

    def at(self, point: Point) -> tuple[str, ...]:
        """Those that run at a step: first those redefined here, then `MULTI_POINT`, then those enabled here alone."""
        own = self.sets.get(point, PluginSet())
        general = [name for name in self.everywhere if point in POINTS[name] and name not in own.disabled]
        if ALL in own.disabled:
            general = []
        redefined = [name for name in own.enabled if name in general]
        return tuple(dict.fromkeys((*redefined, *general, *own.enabled)))

    def weight(self, name: str) -> int:
        """What the score of a plugin weighs; 1 where nothing says so."""
        own = self.sets.get(Point.SCORE, PluginSet()).enabled
        return own.get(name, self.everywhere.get(name, 0)) or 1


def read_plugins(place: Field) -> Plugins:
    """``plugins`` of a profile; what kube-scheduler would refuse is a problem."""
    _check_keys(place)
    foreign: dict[str, None] = {}
    sets = {point: _read_set(place.at(point), point, foreign) for point in Point}
    general = _read_set(place.at(MULTI_POINT), None, foreign)
    disabled = {name for each in (general, *sets.values()) for name in each.disabled}
    absent = tuple(sorted(disabled - {ALL, *POINTS, *REMOVED}))
    plugins = Plugins(_merged(general), sets, tuple(foreign), absent)
    for point in (Point.QUEUE_SORT, Point.BIND):
        _check_somebody_runs(plugins, point, place.at(point))
    return plugins


def default_plugins() -> Plugins:
    """Those of a profile that says nothing of plugins."""
    return Plugins(_merged(PluginSet()))


def _merged(own: PluginSet) -> dict[str, int]:
    """The defaults in their order, some with other weights and some left out, then what else is enabled."""
    defaults = {} if ALL in own.disabled else {name: DEFAULT_WEIGHTS.get(name, 1) for name in POINTS}
    kept = {name: own.enabled.get(name, weight) for name, weight in defaults.items() if name not in own.disabled}
    return kept | dict(own.enabled)


def _read_set(place: Field, point: Point | None, foreign: dict[str, None]) -> PluginSet:
    """The plugins that are known at the step; the names of others go to ``foreign``."""
    enabled: dict[str, int] = {}
    for item in place.at("enabled"):
        name = item.at("name").required_text("name the plugin")
        if name in enabled:
            item.at("name").wrong("enabled twice", "keep one")
        elif _is_known(item.at("name"), name, point, foreign):
            enabled[name] = item.at("weight").integer() or 0
    disabled = frozenset(item.at("name").required_text("name the plugin, or *") for item in place.at("disabled"))
    return PluginSet(enabled, disabled)


def _is_known(place: Field, name: str, point: Point | None, foreign: dict[str, None]) -> bool:
    if name in REMOVED:
        place.wrong("kube-scheduler has no such plugin any more", "remove it; NodeVolumeLimits does its work")
    elif name not in POINTS:
        foreign[name] = None
    elif point is not None and point not in POINTS[name]:
        place.wrong(f"{name} does not run at {point}", f"it runs at {', '.join(sorted(POINTS[name]))}")
    else:
        return True
    return False


def _check_keys(place: Field) -> None:
    keys = [MULTI_POINT, *Point]
    for key, found in place.entries():
        if key not in keys:
            found.wrong("no extension point", one_of(key, keys))


def _check_somebody_runs(plugins: Plugins, point: Point, place: Field) -> None:
    """A queue needs its order and a decision needs somebody to carry it out; foreign plugins may do either."""
    if not plugins.at(point) and not plugins.foreign:
        place.wrong(f"no plugin is left for {point}", "leave the default one enabled")
