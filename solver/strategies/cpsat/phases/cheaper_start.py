"""A cheaper start for large clusters: planned by counts over node classes, or pod by pod where rules tie pods."""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.objectives.question import ObjectiveName
from solver.strategies.cpsat.afresh.emptied import allowed
from solver.strategies.cpsat.fluid.bounds import FluidBounds
from solver.strategies.cpsat.fluid.depth import depth_for
from solver.strategies.cpsat.packing.asked import mostly_tied
from solver.strategies.cpsat.phases.pod_by_pod import may_rearrange, place_pod_by_pod

if TYPE_CHECKING:
    from solver.strategies.cpsat.solving import Solving

_LEAST_S = 2.0
"""With less time than this left, nothing is planned."""
_WHOLE_SHARE = 0.05
"""Of the time that is left: each search for whole numbers of nodes, if nobody has made it yet."""
_ROUNDS_SHARE = 0.15
"""Of the time that is left: rounds on the plan, where its pods are moved one by one afterwards."""
_SMALL = 3_000
"""Groups times nodes: up to this there are none, as moving pods takes hardly any time."""
_SMALLEST = 400
"""Groups times nodes: below this the exact search needs no such start."""


def fill_classes(solving: Solving) -> None:
    """Plans come to little where most pods ask for others, or keep away from them; then the other way is the first."""
    if allowed(solving.question, solving.cluster):
        return  # Plans leave bound pods where they are, and all of them have been planned anew already.
    if mostly_tied(solving.sketch.ground):
        if not place_pod_by_pod(solving):
            _planned(solving)
    else:
        _planned(solving)
        place_pod_by_pod(solving)


def _planned(solving: Solving) -> bool:
    place = solving.place_of(ObjectiveName.COST)
    if place is None or all(result.proven for result in solving.results[: place + 1]):
        return False
    if solving.watch.limit is not None or solving.watch.remaining < _LEAST_S or solving.sketch.ground.size < _SMALLEST:
        return False
    bounds = [result.bound for result in solving.results]
    relaxed = FluidBounds(solving.relaxations, solving.stages, bounds)
    priced = relaxed.priced(place, solving.left * _WHOLE_SHARE)
    if priced is None:
        return False
    from solver.strategies.cpsat.fluid.draft import draft
    from solver.strategies.cpsat.fluid.start import Start

    drawn, work = draft(priced, solving.left * _WHOLE_SHARE), solving.sketch
    if drawn is None:
        return False
    if not work.ground.whole:
        work = solving.deepened(depth_for(drawn))
        drawn = drawn.over(work.ground)
    share = 1.0
    if may_rearrange(solving):
        share = _ROUNDS_SHARE if solving.sketch.ground.size > _SMALL else 0.0
    start = Start(work, drawn, relaxed.beside_paid(place), solving.options.seed, solving.watch, solving.home_of, share)
    better = False
    for found in start.found():
        better |= solving.adopt(found)
    return better
