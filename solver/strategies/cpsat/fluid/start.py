"""The start that the relaxation leads to, for clusters whose cost is asked for, unless they are small."""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.objectives.question import ObjectiveName
from solver.strategies.cpsat.fluid.bounds import FluidBounds
from solver.strategies.cpsat.stages import standing

if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction

    from solver.strategies.cpsat.groundwork import Groundwork
    from solver.strategies.cpsat.search import Incumbent
    from solver.strategies.cpsat.stages import Stage
    from solver.strategies.strategy import Options, Watch

_SHARE = 0.5
"""Of the time that is left: what filling may take; what it has not come to then is placed pod by pod."""
_RESERVE = 0.15
"""Of what is left when neighbourhood search begins: kept for everything after it."""
_WHOLE_SHARE = 0.05
"""And the search for whole numbers of nodes."""
_SMALLEST = 3_000
"""Groups times nodes: below this the exact search needs no such start."""
_PAIRS_PER_S = 2_000
"""And above it, how many of these pairs earn the start a second: what is small is the exact search's business."""


def improved_start(
    work: Groundwork,
    stages: Sequence[Stage],
    bounds: Sequence[Fraction],
    options: Options,
    watch: Watch,
    incumbent: Incumbent,
) -> Incumbent:
    """The better one of the incumbent and of a cluster filled by the prices of the relaxation at these ``bounds``."""
    place = next((at for at, stage in enumerate(stages) if stage.level.objective is ObjectiveName.COST), None)
    size = len(work.ground.groups) * len(work.ground.cluster.nodes)
    if place is None or size < _SMALLEST or watch.limit is not None:
        return incumbent
    found = _filled(work, stages, place, bounds, options, watch)
    if found is None or standing(found.placement, tuple(stages)) >= standing(incumbent.placement, tuple(stages)):
        return incumbent
    return found


def _filled(
    work: Groundwork,
    stages: Sequence[Stage],
    place: int,
    values: Sequence[Fraction],
    options: Options,
    watch: Watch,
) -> Incumbent | None:
    from solver.strategies.cpsat.fluid.completed import completed
    from solver.strategies.cpsat.fluid.fill import Fill
    from solver.strategies.cpsat.fluid.neighbourhood import Neighbourhoods
    from solver.strategies.cpsat.fluid.solved import relaxed, with_whole

    size = len(work.ground.groups) * len(work.ground.cluster.nodes)
    until = max(watch.remaining * (1 - _SHARE), watch.remaining - size / _PAIRS_PER_S)
    end = watch.remaining - size / _PAIRS_PER_S

    def late() -> bool:
        return watch.limit is not None or watch.remaining < until

    relaxation = FluidBounds(work.ground, stages, values).relaxation(place)
    if not relaxation.stated:
        return None
    seconds = watch.remaining * _WHOLE_SHARE
    priced = relaxed(relaxation.rows, relaxation.cost, seconds)
    whole = with_whole(relaxation.rows, relaxation.cost, relaxation.used[relaxation.used >= 0], seconds)
    numbers = whole.values if whole.values is not None else priced.values
    if numbers is None or late():
        return None
    fill = Fill(relaxation, priced, numbers, late, options.seed)
    plan = fill.run()
    counts = plan.counts.copy()
    if not plan.left.any():
        reserve = max(watch.remaining * _RESERVE, end)
        search = Neighbourhoods(plan, relaxation, fill.worth, options.seed)
        search.run(max(whole.bound, priced.bound), lambda: watch.limit is not None or watch.remaining < reserve)
    better = completed(plan, work, lambda: watch.limit is not None)
    if better is not None:
        return better
    plan.counts = counts
    return completed(plan, work, lambda: watch.limit is not None)
