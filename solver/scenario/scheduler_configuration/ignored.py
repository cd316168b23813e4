"""What of a configuration plays no part here, and what that changes: said in one notice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.cluster.pod import DEFAULT_SCHEDULER
from solver.scenario.scheduler_configuration.points import Point

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from solver.scenario.field import Field
    from solver.scenario.scheduler_configuration.plugins import Plugins

VERSION = "v1"

_HALVES = (
    (
        Point.PRE_FILTER,
        Point.FILTER,
        (
            "NodePorts",
            "NodeResourcesFit",
            "VolumeRestrictions",
            "VolumeBinding",
            "PodTopologySpread",
            "InterPodAffinity",
        ),
    ),
    (Point.PRE_SCORE, Point.SCORE, ("TaintToleration", "PodTopologySpread", "InterPodAffinity")),
)
"""Plugins that cannot take the second step without the first."""


class Ignored:
    """Collects what is left out of one configuration."""

    def __init__(self) -> None:
        self._told: list[str] = []

    def note_in(self, place: Field) -> None:
        """All of it in one notice."""
        if self._told:
            place.findings.notices.add(f"scheduler configuration: {'; '.join(self._told)}", place.document.file)

    def version(self, version: str) -> None:
        """A version that kube-scheduler does not read."""
        self._told.append(
            f"it is of version {version or '(none)'}, which kube-scheduler v1.34 does not read: "
            f"it is taken as {VERSION}, with the default plugins and weights of that"
        )

    def extenders(self, number: int) -> None:
        """Servers that kube-scheduler would ask."""
        if number:
            self._told.append(f"{number} extenders are not asked: what they would reject stays feasible")

    def profiles(self, chosen: str, others: Collection[str]) -> None:
        """The profile of another scheduler's pods stands in, or some are not used."""
        if chosen != DEFAULT_SCHEDULER:
            self._told.append(f"the profile {chosen} places the pods of {DEFAULT_SCHEDULER}")
        if others:
            self._told.append(f"the profiles {', '.join(others)} are not used: pods that ask for them find no node")

    def foreign(self, names: Iterable[str]) -> None:
        """Plugins that kube-scheduler does not have."""
        listed = ", ".join(sorted(set(names)))
        if listed:
            self._told.append(
                f"plugins that are not kube-scheduler's own are left out: {listed}; "
                "what they would reject stays feasible, their scores count nothing, and PrioritySort orders the queue"
            )

    def absent(self, names: Collection[str]) -> None:
        """Disabled plugins that are not there anyway; one may be another's name, misspelt."""
        if names:
            self._told.append(f"plugins that kube-scheduler does not have are disabled: {', '.join(names)}; no change")

    def halves(self, plugins: Plugins) -> None:
        """Plugins without the first step that they need: kube-scheduler itself fails on every pod."""
        names = [
            name
            for first, second, needing in _HALVES
            for name in needing
            if name in plugins.at(second) and name not in plugins.at(first)
        ]
        if names:
            listed = ", ".join(dict.fromkeys(names))
            self._told.append(
                f"{listed} without their preFilter or preScore make kube-scheduler fail on every pod: "
                "here they filter and score all the same"
            )

    def waived(self, names: Collection[str]) -> None:
        """Filters that do not run and resources that are not checked."""
        if names:
            listed = ", ".join(sorted(names))
            self._told.append(f"what is switched off is not verified either, and placements may break it: {listed}")
