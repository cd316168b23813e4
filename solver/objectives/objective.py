"""What every objective can say: its expression in a model, and its value for a finished placement."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from solver.model.linear import Linear
    from solver.model.model import Model
    from solver.objectives.question import Level
    from solver.placement import Placement


@dataclass(frozen=True, slots=True)
class Expression:
    """``linear * unit``: integers inside, exact fractions at the border."""

    linear: Linear
    unit: Fraction = Fraction(1)


class Objective(Protocol):
    """A quantity to minimise."""

    def expression(self, model: Model, level: Level) -> Expression:
        """The quantity over the variables of a model; at an optimum it equals `value` of the placement found."""

    def value(self, placement: Placement, level: Level) -> Fraction:
        """The quantity, recounted pod by pod."""


def concerns(priority: int, level: Level) -> bool:
    """Whether pods of this priority count in the level."""
    return level.priority is None or priority >= level.priority
