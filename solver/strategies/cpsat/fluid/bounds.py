"""Bounds of the stages from the relaxation."""

from __future__ import annotations

from fractions import Fraction
from math import ceil
from typing import TYPE_CHECKING

import numpy as np

from solver.objectives.cost import prices_of
from solver.objectives.objective import concerns
from solver.objectives.question import ObjectiveName, Unserved
from solver.objectives.unserved import requested, unit_of
from solver.strategies.cpsat.bounds import common_part
from solver.strategies.cpsat.fluid.relaxation import Allowance, Relaxation
from solver.strategies.cpsat.fluid.supply import Supply
from solver.strategies.cpsat.stages import Part

if TYPE_CHECKING:
    from collections.abc import Sequence

    from solver.model.ground import Ground
    from solver.strategies.cpsat.fluid.solved import Solved
    from solver.strategies.cpsat.stages import Stage

_CLOSE = 1e-6
"""A bound this little above a whole number may be that number."""


def allowances(stages: Sequence[Stage], values: Sequence[Fraction]) -> list[Allowance]:
    """What these stages, at these values or better ones, say of pods without a node, tier by tier."""
    found: list[Allowance] = []
    parts = Fraction(0)
    for stage, value in zip(stages, values, strict=False):
        tier = stage.level.priority
        if stage.level.objective is not ObjectiveName.PENDING or tier is None:
            continue
        parts += value
        if stage.part is None:
            found.append(Allowance(tier, int(value)))
        elif stage.part is Part.UNPLACED:
            found.append(Allowance(tier, int(parts)))
    return found


class FluidBounds:
    """The relaxation at the reported values of earlier stages, with the bound of one stage after the other."""

    def __init__(self, ground: Ground, stages: Sequence[Stage], values: Sequence[Fraction]) -> None:
        self._ground = ground
        self._stages = stages
        self._values = values

    def of(self, place: int, seconds: float) -> Fraction:
        """A bound of the stage in this place that holds while the earlier ones keep their values, or better ones."""
        stage = self._stages[place]
        if stage.level.objective is ObjectiveName.COST:
            return self.cost(place, seconds)
        if isinstance(stage.level.objective, Unserved):
            return self.unserved(place, stage.level.objective.resource, seconds)
        if stage.level.objective is ObjectiveName.PENDING and stage.part is not Part.EVICTED:
            return self.pending(place, seconds)
        return Fraction(0)

    def pending(self, place: int, seconds: float) -> Fraction:
        """The pods of the tier that cannot all be placed; earlier parts of the level are subtracted."""
        from solver.strategies.cpsat.fluid.solved import relaxed

        stage, relaxation = self._stages[place], self.relaxation(place)
        tier = stage.level.priority
        if tier is None or not relaxation.stated:
            return Fraction(0)
        asking = (group.priority >= tier for group in relaxation.supply.groups)
        wanting = int(relaxation.supply.wanting[np.fromiter(asking, dtype=np.bool_)].sum())
        without = wanting + relaxed(relaxation.rows, relaxation.placing(tier), seconds).bound
        known = Fraction(0)
        if stage.part is not None:
            known = sum((v for s, v in zip(self._stages[:place], self._values, strict=False) if s.part), Fraction(0))
        return max(Fraction(0), Fraction(ceil(without - _CLOSE)) - known)

    def unserved(self, place: int, resource: str, seconds: float) -> Fraction:
        """What pods of the tier request of the resource and cannot all get."""
        from solver.strategies.cpsat.fluid.solved import relaxed

        level, relaxation = self._stages[place].level, self.relaxation(place)
        if not relaxation.stated:
            return Fraction(0)
        amounts = np.array(
            [
                requested(group.spec, resource) if concerns(group.priority, level) else 0
                for group in relaxation.supply.groups
            ]
        )
        asked = int(amounts @ relaxation.supply.wanting)
        without = asked + relaxed(relaxation.rows, relaxation.serving(amounts), seconds).bound
        return max(0, ceil(without - _CLOSE)) * unit_of(resource)

    def cost(self, place: int, seconds: float) -> Fraction:
        """The least price, first with parts of nodes, then with whole ones."""
        from solver.strategies.cpsat.fluid.solved import relaxed, with_whole

        relaxation = self.relaxation(place)
        if not relaxation.stated:
            return Fraction(0)
        loose = relaxed(relaxation.rows, relaxation.cost, seconds)
        whole = relaxation.used[relaxation.used >= 0]
        tight = with_whole(relaxation.rows, relaxation.cost, whole, seconds)
        return max(self._price(relaxation, loose), self._price(relaxation, tight))

    def relaxation(self, place: int) -> Relaxation:
        """What the stage in this place is bounded by."""
        allowed = allowances(self._stages[:place], self._values)
        nobody_waits = any(allowance.pods == 0 and allowance.priority <= self._lowest for allowance in allowed)
        relaxation = Relaxation(Supply(self._ground, daemons_stay=nobody_waits))
        if relaxation.stated:
            relaxation.allow(allowed)
        return relaxation

    def _price(self, relaxation: Relaxation, solved: Solved) -> Fraction:
        """In what prices can add up to."""
        paid = sum((each.price * len(each) for each in relaxation.classes if each.paid), Fraction(0))
        if not np.isfinite(solved.bound):
            return paid
        step = common_part(prices_of(self._ground.cluster).values())
        if not step:
            return Fraction(0)
        found = paid + Fraction(solved.bound)
        return max(paid, ceil(found / step - Fraction(_CLOSE)) * step)

    @property
    def _lowest(self) -> int:
        return min((group.priority for group in self._ground.groups), default=0)
