"""How NodeResourcesFit scores: ``scoringStrategy``.

Source: https://kubernetes.io/docs/concepts/scheduling-eviction/resource-bin-packing/
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from solver.rules.node_resources_fit.score import (
    CPU_AND_MEMORY,
    AllocationStrategy,
    LeastAllocated,
    MostAllocated,
    RequestedToCapacityRatio,
    Weights,
)
from solver.scenario.scheduler_configuration.keys import check_keys

if TYPE_CHECKING:
    from solver.scenario.field import Field

_MOST_OF_A_POINT = 10
"""A corner of a shape has a score up to that, which stands for 100."""


class StrategyType(StrEnum):
    """The strategies by name."""

    LEAST_ALLOCATED = "LeastAllocated"
    MOST_ALLOCATED = "MostAllocated"
    REQUESTED_TO_CAPACITY_RATIO = "RequestedToCapacityRatio"


def read_strategy(place: Field) -> AllocationStrategy:
    """The strategy; emptier nodes are better where none is given."""
    check_keys(place, "type", "resources", "requestedToCapacityRatio")
    if not place.present:
        return LeastAllocated()
    weights = read_resources(place.at("resources")) or CPU_AND_MEMORY
    match place.at("type").required_choice(StrategyType):
        case StrategyType.MOST_ALLOCATED:
            return MostAllocated(weights)
        case StrategyType.REQUESTED_TO_CAPACITY_RATIO:
            return RequestedToCapacityRatio(_read_shape(place.at("requestedToCapacityRatio", "shape")), weights)
        case _:
            return LeastAllocated(weights)


def read_resources(place: Field, most: int = 100) -> Weights:
    """Resources with their weights; one without counts 1."""
    return tuple(
        (item.at("name").required_text("name the resource"), item.at("weight").integer(0, most) or 1) for item in place
    )


def _read_shape(place: Field) -> tuple[tuple[int, int], ...]:
    """The corners, ascending; scores scaled to 100."""
    corners = [
        (item.at("utilization").integer(0, 100) or 0, 10 * (item.at("score").integer(0, _MOST_OF_A_POINT) or 0))
        for item in place
    ]
    if not corners:
        place.wrong("no point of the shape", "give points, each with utilization (0 to 100) and score (0 to 10)")
    for item, (percent, _), (before, _) in zip(list(place)[1:], corners[1:], corners, strict=False):
        if percent <= before:
            item.at("utilization").wrong("not above the point before", "sort the points by utilization")
    return tuple(corners) or ((0, 0),)
