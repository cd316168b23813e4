"""The best answer so far, and what is known of it stage by stage."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from solver.strategies.cpsat.bounds import own_bounds

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from solver.cluster.pod import Pod
    from solver.model.ground import Ground
    from solver.placement import Placement, Step
    from solver.strategies.cpsat.stages import Stage


@dataclass(frozen=True)
class Incumbent:
    """The best placement so far, with the steps that lead to it."""

    placement: Placement
    steps: tuple[Step, ...]
    messages: Mapping[Pod, str] = field(default_factory=dict)


@dataclass
class StageResult:
    """What is known of a stage: the incumbent's value, and a bound for all placements that keep the earlier stages."""

    stage: Stage
    value: Fraction
    bound: Fraction
    given: tuple[Fraction, Fraction] | None = None
    """A value of the stage before, and the bound that holds here once that value is proven."""

    @property
    def proven(self) -> bool:
        """Whether nothing better exists."""
        return self.value == self.bound


def settle(results: Sequence[StageResult]) -> None:
    """Bounds that waited for the proof of the stage before."""
    for before, result in pairwise(results):
        if result.given is not None and before.proven and before.value == result.given[0]:
            result.bound = max(result.bound, min(result.given[1], result.value))


def renew(results: Sequence[StageResult], values: Sequence[Fraction], ground: Ground) -> None:
    """The values of a better incumbent.

    Where a stage is worse than before, bounds of later ones are void: they were for placements that keep its value.
    What counting says of these is taken in their place.
    """
    worse = False
    for result, value in zip(results, values, strict=True):
        if worse:
            result.bound, result.given = Fraction(0), None
        worse |= value > result.value
        result.value = value
    if worse:
        for result, bound in zip(results, own_bounds([each.stage for each in results], values, ground), strict=True):
            result.bound = max(result.bound, bound)
