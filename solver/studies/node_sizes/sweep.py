"""Everything on one type alone, type by type."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import inf
from typing import TYPE_CHECKING

from solver.studies.node_sizes.dominance import needless
from solver.studies.node_sizes.floor import Floor
from solver.studies.node_sizes.search import attempted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from solver.studies.node_sizes.mix import Mix
    from solver.studies.node_sizes.offers import Offer
    from solver.studies.node_sizes.task import Task

MOST_SOLVED = 24
"""Offers that are solved; the bounds of the others are known."""


@dataclass(frozen=True, slots=True)
class Single:
    """One offer alone: its mix, None where it does not take all pods or was not solved; ``floor`` is USD per hour."""

    offer: Offer
    floor: float
    mix: Mix | None
    solved: bool


def sweep(task: Task, seconds: float) -> tuple[Single, ...]:
    """Cheapest bound first. Of many offers, those are solved that no other makes needless and whose bounds are least.

    ``seconds`` is for each of them.
    """
    floor = Floor(task.offers, task.workloads)
    floors = {offer: floor.of([offer]) for offer in task.offers}
    ranked = sorted(task.offers, key=floors.__getitem__)
    chosen = ranked
    if len(ranked) > MOST_SOLVED:
        dropped = needless(task.offers, task.workloads)
        chosen = [offer for offer in ranked if offer not in dropped][:MOST_SOLVED]
    solved = {offer: attempted(task.over([offer]).within(seconds)) for offer in chosen if not task.stopped()}
    return tuple(Single(offer, floors[offer], solved.get(offer), offer in solved) for offer in ranked)


def least_alone(singles: Sequence[Single]) -> Fraction:
    """What everything costs at least on one type; 0 where types are sold at several prices, and may be mixed so."""
    if len({single.offer.type.name for single in singles}) < len(singles):
        return Fraction(0)
    bounds = [single.mix.bound if single.mix else Fraction(single.floor) for single in singles if single.floor < inf]
    return min(bounds, default=Fraction(0))
