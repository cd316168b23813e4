"""Least cost where pods are moved one by one: a bound from each resource alone, and starts that it leads to."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from solver.strategies.cpsat.packing.asked import cost_of_all
from solver.strategies.cpsat.phases.exact_search import LARGEST

if TYPE_CHECKING:
    from collections.abc import Iterator

    from solver.strategies.cpsat.groundwork import Groundwork
    from solver.strategies.cpsat.incumbent import Incumbent
    from solver.strategies.cpsat.packing.projection import Scarce
    from solver.strategies.cpsat.solving import Solving

_SHARE, _LONG_SHARE = 0.75, 0.95
"""Of the time that is left: what this may take, and where the exact search would not begin after it."""
_FIRST_SHARE = 0.5
"""Of that, the first of its ways."""
_BOUND_SHARE = 0.1
"""And the bounds from each resource."""
_SMALLEST = 200
"""Groups times nodes: below this the exact search needs no such start."""
_PATIENCE = 40
"""Rounds in vain for each node of the cluster, after which it is left at that."""
_MOST_MADE = 5_000
"""Nodes that could be opened are not made for this where there are more of them: then there is the bound alone."""
_FAR = Fraction(1, 50)
"""Nearer to the bound than this part of the value, nothing is filled anew."""


def place_pod_by_pod(solving: Solving) -> bool:
    """Loose pods go on the nodes that the scarcest resource asks for; where that comes to little, all pods, one by one.

    What is best is improved in rounds. Whether there is a better incumbent.
    """
    place = cost_of_all(solving.sketch, solving.results, hoped=True)
    if place is None or all(result.proven for result in solving.results[: place + 1]):
        return False
    from solver.strategies.cpsat.packing.projection import scarcest

    starting = may_rearrange(solving)
    work = solving.work if starting else solving.sketch
    seconds = solving.left * _BOUND_SHARE
    until = solving.watch.remaining - solving.left * (_SHARE if work.ground.size <= LARGEST else _LONG_SHARE)
    scarce = scarcest(work.ground, seconds, solving.down_to(solving.watch.remaining - seconds))
    if scarce is None:
        return False
    better = False
    if starting:
        for found in _starts(solving, work, scarce, place, until):
            better |= solving.adopt(found)
    if cost_of_all(work, solving.results) == place:
        result = solving.results[place]
        result.bound = max(result.bound, min(scarce.bound, result.value))
    return better


def may_rearrange(solving: Solving) -> bool:
    """Whether pods can be moved one by one here: every node is made, or may be."""
    ground = solving.sketch.ground
    return ground.size >= _SMALLEST and (ground.whole or int(ground.copies.sum()) <= _MOST_MADE)


def _starts(solving: Solving, work: Groundwork, scarce: Scarce, place: int, until: float) -> Iterator[Incumbent]:
    """One after the other, each from the incumbent that there is then."""
    from solver.strategies.cpsat.packing.narrowed import one_by_one
    from solver.strategies.cpsat.packing.rearranged import Rearranging

    def far() -> bool:
        *before, cost = solving.results[: place + 1]
        gap = cost.value - max(cost.bound, scarce.bound)
        return gap > _FAR * cost.value or not all(result.proven for result in before)

    patience = _PATIENCE * len(work.ground.cluster.nodes)
    rearranging = Rearranging(work, scarce, solving.options.seed, patience, solving.improves)
    stop = solving.down_to(until)
    if far():
        first = solving.watch.remaining - (solving.watch.remaining - until) * _FIRST_SHARE
        yield from rearranging.filled_anew(solving.incumbent.placement, solving.down_to(first))
        yield from one_by_one(work, scarce, far, stop)
    yield from rearranging.improved(solving.incumbent.placement, stop)
