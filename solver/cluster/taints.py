"""Taints of nodes and tolerations of pods.

Source: https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class Effect(StrEnum):
    """What a taint does to the pods that do not tolerate it."""

    NO_SCHEDULE = "NoSchedule"
    PREFER_NO_SCHEDULE = "PreferNoSchedule"
    NO_EXECUTE = "NoExecute"


@dataclass(frozen=True, slots=True)
class Toleration:
    """``key`` empty with ``exists`` tolerates every key; ``effect`` None tolerates every effect."""

    key: str = ""
    exists: bool = False
    value: str = ""
    effect: Effect | None = None


@dataclass(frozen=True, slots=True)
class Taint:
    """A mark on a node: ``key=value:effect``."""

    key: str
    value: str
    effect: Effect

    def __str__(self) -> str:
        """As kubectl writes it: ``key=value:Effect``, or ``key:Effect`` without a value."""
        return f"{self.key}{'=' if self.value else ''}{self.value}:{self.effect}"

    @property
    def hard(self) -> bool:
        """Whether the taint keeps intolerant pods away, rather than only discouraging them."""
        return self.effect is not Effect.PREFER_NO_SCHEDULE

    def tolerated_by(self, tolerations: Iterable[Toleration]) -> bool:
        """Whether any of the tolerations covers this taint."""
        return any(self._covered_by(toleration) for toleration in tolerations)

    def _covered_by(self, toleration: Toleration) -> bool:
        if toleration.effect is not None and toleration.effect is not self.effect:
            return False
        if toleration.key and toleration.key != self.key:
            return False
        return toleration.exists or (bool(toleration.key) and toleration.value == self.value)


def taint_of(text: str) -> Taint:
    """Read what kubectl writes, ``key=value:Effect`` or ``key:Effect``.

    Raises:
        ValueError: it is neither.
    """
    mark, _, effect = text.strip().rpartition(":")
    key, _, value = mark.partition("=")
    if not key or effect not in tuple(Effect) or not _NAMES.fullmatch(f"{key}={value}"):
        raise ValueError(f"write key=value:Effect, the effect being one of {', '.join(Effect)}")
    return Taint(key, value, Effect(effect))


_NAMES = re.compile(r"([A-Za-z0-9.-]+/)?[A-Za-z0-9._-]+=[A-Za-z0-9._-]*")
"""A label key and value, roughly: without blanks, commas and colons."""

UNSCHEDULABLE = Taint("node.kubernetes.io/unschedulable", "", Effect.NO_SCHEDULE)
"""The taint whose toleration also lets a pod onto a cordoned node."""


def first_untolerated(taints: Iterable[Taint], tolerations: tuple[Toleration, ...]) -> Taint | None:
    """The first NoSchedule or NoExecute taint that none of the tolerations covers."""
    return next((taint for taint in taints if taint.hard and not taint.tolerated_by(tolerations)), None)
