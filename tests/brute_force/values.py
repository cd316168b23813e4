"""What a placement is worth, level by level, from raw manifests."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

from tests.brute_force.tiny import Ground, Tiny, Where, belongs_to_its_node, priority
from tests.oracle.growth import PRICE
from tests.oracle.objects import Raw, node_named, notes
from tests.oracle.penalties import penalties
from tests.oracle.quantities import GPU, gpu_share, requests

if TYPE_CHECKING:
    from collections.abc import Iterator

Level = tuple[Any, int | None]
"""An objective as the Scenario writes it, and the least priority of the pods that it speaks of; None: of all."""


@dataclass(frozen=True)
class Values:
    """``interleaved``: bound pods are kept, so a tier's evictions come before its pods that find no node."""

    tiny: Tiny
    ground: Ground
    interleaved: bool

    @cached_property
    def levels_asked(self) -> list[Level]:
        return list(_levels(self.tiny))

    def levels(self, where: Where) -> tuple[Fraction, ...]:
        return tuple(self._of(where, level) for level in self.levels_asked)

    def parts(self, where: Where) -> tuple[tuple[Fraction, ...], ...]:
        """What decides in each level, in its order."""
        return tuple(self._parts(where, level) for level in self.levels_asked)

    def _parts(self, where: Where, level: Level) -> tuple[Fraction, ...]:
        objective, tier = level
        if not (self.interleaved and objective == "pending"):
            return (self._of(where, level),)
        without = [pod for pod in self._without(where) if priority(self.ground.pods[pod]) == tier]
        gone = sum(pod in self.ground.start for pod in without)
        return Fraction(gone), Fraction(len(without) - gone)

    def _of(self, where: Where, level: Level) -> Fraction:
        objective, tier = level
        if objective == "cost":
            return self._cost(where)
        if objective == "preferences":
            return Fraction(penalties(self.ground.objects, where))
        concerned = {pod: raw for pod, raw in self.ground.pods.items() if tier is None or priority(raw) >= tier}
        if objective == "disruption":
            return Fraction(sum(self._disruption(where, pod) for pod in concerned))
        without = [concerned[pod] for pod in self._without(where) if pod in concerned]
        if objective == "pending":
            return Fraction(len(without))
        return sum((amount(pod, objective["unserved"]) for pod in without), Fraction(0))

    def _without(self, where: Where) -> list[str]:
        return [pod for pod in self.ground.pods if pod not in where]

    def _disruption(self, where: Where, pod: str) -> int:
        """1 for an evicted pod, 2 for a moved one."""
        home = self.ground.start.get(pod)
        if home is None or where.get(pod) == home:
            return 0
        return 2 if pod in where else 1

    def _cost(self, where: Where) -> Fraction:
        """Prices of the nodes that hold a pod not belonging to its node; their number where none has a price."""
        used = {node for pod, node in where.items() if not belongs_to_its_node(self.ground.pods[pod])}
        return sum((price(node_named(self.ground.objects, node)) for node in used), Fraction(0))


def _levels(tiny: Tiny) -> Iterator[Level]:
    for objective in tiny.asked["objectives"]:
        if isinstance(objective, dict) and "perPriorityTier" in objective:
            yield from ((each, tier) for tier in tiny.tiers for each in objective["perPriorityTier"])
        elif objective == "pending" or isinstance(objective, dict):
            yield from ((objective, tier) for tier in tiny.tiers)
        else:
            yield objective, None


def evicted(ground: Ground, where: Where) -> list[str]:
    return [pod for pod in ground.start if pod not in where]


def amount(pod: Raw, resource: str) -> Fraction:
    """What the pod requests, in the resource's own unit: cores, devices, bytes."""
    if resource == GPU and gpu_share(pod):
        return Fraction(gpu_share(pod), 1000)
    return Fraction(requests(pod).get(resource, 0), 1000 if resource == "cpu" else 1)


def price(node: Raw) -> Fraction:
    return Fraction(notes(node).get(PRICE, "1"))
