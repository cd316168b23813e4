"""Bounds of the stages from the relaxation."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import TYPE_CHECKING

import numpy as np

from solver.objectives.cost import prices_of
from solver.objectives.objective import concerns
from solver.objectives.question import ObjectiveName, Unserved
from solver.objectives.unserved import requested, unit_of
from solver.strategies.cpsat.bounds import common_part
from solver.strategies.cpsat.fluid.earlier import Earlier
from solver.strategies.cpsat.fluid.relaxation import Allowance, Relaxation
from solver.strategies.cpsat.fluid.supply import Supply
from solver.strategies.cpsat.stages import Part
from solver.strategies.work import spend

if TYPE_CHECKING:
    from collections.abc import Sequence

    from solver.model.ground import Ground
    from solver.strategies.cpsat.fluid.rows import Floats
    from solver.strategies.cpsat.fluid.solved import Solved
    from solver.strategies.cpsat.sharing.cuts import DeviceCuts
    from solver.strategies.cpsat.stages import Stage

_CLOSE = 1e-6
"""A bound this little above a whole number may be that number."""
_PER_ENTRY = 8e-6
"""What stating the rows counts as work, for each entry: about its seconds."""


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


@dataclass(frozen=True, eq=False)
class Priced:
    """A relaxation with its least cost: with parts of nodes, and with whole ones."""

    relaxation: Relaxation
    loose: Solved
    tight: Solved

    @property
    def numbers(self) -> Floats | None:
        """The best values of all variables, with whole nodes where such were found."""
        return self.loose.values if self.tight.values is None else self.tight.values


class Relaxations:
    """The relaxations of a ground, each stated and solved once, whoever asks for it."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self._stated: dict[tuple[bool, tuple[Allowance, ...]], Relaxation] = {}
        self._priced: dict[tuple[Allowance, ...], Priced] = {}
        self._cuts: dict[Relaxation, DeviceCuts] = {}

    def where(self, allowed: tuple[Allowance, ...], *, wishes: bool = False) -> Relaxation:
        """The relaxation where no more pods than these are without a node; with classes that know of preferences."""
        if (wishes, allowed) not in self._stated:
            lowest = min((group.priority for group in self.ground.groups), default=0)
            nobody_waits = any(allowance.pods == 0 and allowance.priority <= lowest for allowance in allowed)
            relaxation = Relaxation(Supply(self.ground, daemons_stay=nobody_waits), wishes=wishes)
            if relaxation.stated:
                relaxation.allow(allowed)
            self._stated[wishes, allowed] = relaxation
            spend(_PER_ENTRY * relaxation.rows.size)
        return self._stated[wishes, allowed]

    def priced(self, allowed: tuple[Allowance, ...], seconds: float) -> Priced | None:
        """Its least cost, searched for so long (if that is still to be done); None where it is too large."""
        from solver.strategies.cpsat.fluid.solved import relaxed, with_whole

        relaxation = self.where(allowed)
        if not relaxation.stated:
            return None
        if allowed not in self._priced:
            whole = relaxation.used[relaxation.used >= 0]
            loose = relaxed(relaxation.rows, relaxation.cost, seconds)
            tight = with_whole(relaxation.rows, relaxation.cost, whole, seconds)
            self._priced[allowed] = Priced(relaxation, loose, tight)
        return self._priced[allowed]

    def seeing_devices(self, relaxation: Relaxation, objective: Floats, seconds: float) -> Solved:
        """A relaxation solved; where pods share GPUs, with rows that it keeps for how shares go into devices."""
        from solver.strategies.cpsat.fluid.solved import relaxed

        if not self.ground.cluster.shares_devices:
            return relaxed(relaxation.rows, objective, seconds)
        return self.cuts(relaxation).solved(objective, seconds)

    def cuts(self, relaxation: Relaxation) -> DeviceCuts:
        """What has been found of how shares go into devices."""
        from solver.strategies.cpsat.sharing.cuts import DeviceCuts

        if relaxation not in self._cuts:
            self._cuts[relaxation] = DeviceCuts(relaxation)
        return self._cuts[relaxation]


class FluidBounds:
    """The relaxation at the reported values of earlier stages, with the bound of one stage after the other."""

    def __init__(self, relaxations: Relaxations, stages: Sequence[Stage], values: Sequence[Fraction]) -> None:
        self._relaxations = relaxations
        self._ground = relaxations.ground
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
        if stage.level.objective in (ObjectiveName.DISRUPTION, ObjectiveName.PREFERENCES):
            return self.further(place, seconds)
        return Fraction(0)

    def pending(self, place: int, seconds: float) -> Fraction:
        """The pods of the tier that cannot all be placed; earlier parts of the level are subtracted."""
        stage, relaxation = self._stages[place], self.relaxation(place)
        tier = stage.level.priority
        if tier is None or not relaxation.stated:
            return Fraction(0)
        asking = (group.priority >= tier for group in relaxation.supply.groups)
        wanting = int(relaxation.supply.wanting[np.fromiter(asking, dtype=np.bool_)].sum())
        without = wanting + self._relaxations.seeing_devices(relaxation, relaxation.placing(tier), seconds).bound
        known = Fraction(0)
        if stage.part is not None:
            known = sum((v for s, v in zip(self._stages[:place], self._values, strict=False) if s.part), Fraction(0))
        return max(Fraction(0), Fraction(ceil(without - _CLOSE)) - known)

    def unserved(self, place: int, resource: str, seconds: float) -> Fraction:
        """What pods of the tier request of the resource and cannot all get."""
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
        solved = self._relaxations.seeing_devices(relaxation, relaxation.serving(amounts), seconds)
        without = asked + solved.bound
        return max(0, ceil(without - _CLOSE)) * unit_of(resource)

    def cost(self, place: int, seconds: float) -> Fraction:
        """The least price, first with parts of nodes, then with whole ones."""
        priced = self.priced(place, seconds)
        if priced is None:
            return Fraction(0)
        return max(self._price(priced.relaxation, solved) for solved in (priced.loose, priced.tight))

    def further(self, place: int, seconds: float) -> Fraction:
        """Disruption, or the preferences that nodes leave unmet, at what earlier levels of all kinds have reached."""
        from solver.strategies.cpsat.fluid.solved import relaxed

        level = self._stages[place].level
        wishes = level.objective is ObjectiveName.PREFERENCES
        relaxation = self._relaxations.where(self._allowed(place), wishes=wishes)
        if not relaxation.stated:
            return Fraction(0)
        earlier = Earlier(relaxation, self._stages[:place], self._values[:place])
        factors, constant = earlier.preferences() if wishes else earlier.disruption(level)
        bound = relaxed(earlier.rows, factors, seconds).bound if factors.any() else 0.0
        return Fraction(max(0, ceil(constant + bound - _CLOSE)))

    def beside_paid(self, place: int) -> float:
        """The bound on cost less what is paid for anyway, where it has been searched for."""
        return float(self.cost(place, 0.0) - self.relaxation(place).paid)

    def priced(self, place: int, seconds: float) -> Priced | None:
        """The least cost at this place, searched for so long; None where the relaxation is too large."""
        return self._relaxations.priced(self._allowed(place), seconds)

    def relaxation(self, place: int) -> Relaxation:
        """What the stage in this place is bounded by."""
        return self._relaxations.where(self._allowed(place))

    def _allowed(self, place: int) -> tuple[Allowance, ...]:
        return tuple(allowances(self._stages[:place], self._values))

    def _price(self, relaxation: Relaxation, solved: Solved) -> Fraction:
        """In what prices can add up to."""
        paid = relaxation.paid
        if not np.isfinite(solved.bound):
            return paid
        step = common_part(prices_of(self._ground.cluster).values())
        if not step:
            return Fraction(0)
        found = paid + Fraction(solved.bound)
        return max(paid, ceil(found / step - Fraction(_CLOSE)) * step)
