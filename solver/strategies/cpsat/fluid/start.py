"""The start that the relaxation leads to, for clusters whose cost is asked for, unless they are small."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from solver.objectives.question import ObjectiveName
from solver.result import Progress
from solver.strategies.cpsat.fluid.bounds import FluidBounds
from solver.strategies.cpsat.stages import standing

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from fractions import Fraction

    from solver.strategies.cpsat.fluid.bounds import Priced, Relaxations
    from solver.strategies.cpsat.groundwork import Groundwork
    from solver.strategies.cpsat.search import Incumbent
    from solver.strategies.cpsat.stages import Stage
    from solver.strategies.strategy import Options, Watch

_SHARE = 0.7
"""Of the time that is left: what filling may take; what it has not come to then is placed pod by pod."""
_RESERVE = 0.15
"""Of what is left when neighbourhood search begins: kept for everything after it."""
_WHOLE_SHARE = 0.05
"""And the search for whole numbers of nodes, if nobody has made it yet."""
_SMALLEST = 400
"""Groups times nodes: below this the exact search needs no such start."""
_PAIRS_PER_S = 400
"""And above it, how many of these pairs earn the start a second: what is small is the exact search's business."""
_LEAST_SHARE, _LEAST_S = 0.15, 5.0
"""But it has this share of the time, up to so many seconds: a relaxation that is nearly tight may prove its plan."""


def improved_start(
    work: Groundwork,
    relaxations: Relaxations,
    stages: Sequence[Stage],
    bounds: Sequence[Fraction],
    options: Options,
    watch: Watch,
    incumbent: Incumbent,
) -> Incumbent:
    """The better one of the incumbent and of a cluster filled by the prices of the relaxation at these ``bounds``."""
    place = next((at for at, stage in enumerate(stages) if stage.level.objective is ObjectiveName.COST), None)
    if place is None or watch.limit is not None or _size(work) < _SMALLEST:
        return incumbent
    relaxed = FluidBounds(relaxations, stages, bounds)
    priced = relaxed.priced(place, watch.remaining * _WHOLE_SHARE)
    if priced is None:
        return incumbent
    start = _Start(work, tuple(stages), priced, relaxed.beside_paid(place), options.seed, watch)
    for found in start.found():
        if standing(found.placement, start.stages) < standing(incumbent.placement, start.stages):
            incumbent = found
            watch.tell(Progress(watch.seconds, stages[place].level, stages[place].value(found.placement), None))
    return incumbent


def _size(work: Groundwork) -> int:
    return len(work.ground.groups) * len(work.ground.cluster.nodes)


@dataclass(frozen=True, eq=False)
class _Start:
    """A start in the making: filled, and then improved in neighbourhoods."""

    work: Groundwork
    stages: tuple[Stage, ...]
    priced: Priced
    least: float
    seed: int
    watch: Watch

    def found(self) -> Iterator[Incumbent]:
        """One after the other what can be carried out."""
        from solver.strategies.cpsat.fluid.completed import completed
        from solver.strategies.cpsat.fluid.draft import draft
        from solver.strategies.cpsat.fluid.fill import Fill
        from solver.strategies.cpsat.fluid.neighbourhood import Neighbourhoods

        least = max(self.watch.remaining - self._seconds, 0.0)
        until = max(least, self.watch.remaining * (1 - _SHARE))
        drawn = draft(self.priced, self.watch.remaining * _WHOLE_SHARE)
        if drawn is None:
            return
        whole = max(self.watch.remaining - until, 1e-9)
        fill = Fill(drawn, lambda: 0.0 if self._over() else (self.watch.remaining - until) / whole, self.seed)
        plan = fill.run()
        plan.level()
        yield from completed(plan, self.work, self._over)
        if not plan.left.any():
            reserve = max(least, self.watch.remaining * _RESERVE)
            search = Neighbourhoods(fill, self.seed)
            if search.run(self.least, lambda: self._late(reserve)):
                yield from completed(plan, self.work, self._over)

    @property
    def _seconds(self) -> float:
        return max(_size(self.work) / _PAIRS_PER_S, min(self.watch.remaining * _LEAST_SHARE, _LEAST_S))

    def _over(self) -> bool:
        return self.watch.limit is not None

    def _late(self, until: float) -> bool:
        return self._over() or self.watch.remaining < until
