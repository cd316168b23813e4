"""What is told of the search while it runs, and the answer in the end: levels, put together from stages."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from solver.objectives import values
from solver.result import Answer, Progress

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from solver.cluster.pod import Pod
    from solver.objectives.question import Level
    from solver.placement import Placement
    from solver.result import Competition, Limit
    from solver.strategies.cpsat.incumbent import Incumbent, StageResult
    from solver.strategies.strategy import Watch


def tell_start(watch: Watch, levels: Sequence[Level], incumbent: Incumbent) -> None:
    """The first incumbent, level by level."""
    for level, value in zip(levels, values(incumbent.placement, levels), strict=True):
        watch.tell(Progress(watch.seconds, level, value, None))


def tell_bounds(watch: Watch, levels: Sequence[Level], incumbent: Incumbent, results: Sequence[StageResult]) -> None:
    """What is known of the levels down to the first open one; bounds of those below may not last."""
    for level, value in zip(levels, values(incumbent.placement, levels), strict=True):
        bound = _bound_of(level, results)
        watch.tell(Progress(watch.seconds, level, value, bound))
        if bound < value:
            break


def answer(
    incumbent: Incumbent,
    levels: Sequence[Level],
    results: Sequence[StageResult],
    watch: Watch,
    rivals: Mapping[Pod, Competition],
    stopped: Limit | None,
) -> Answer:
    """``stopped`` is why the search ended where not all is proven and no limit of the watch is reached yet."""
    return Answer(
        incumbent.placement,
        incumbent.steps,
        bounds=tuple(_bound_of(level, results) for level in levels),
        limit=None if all(result.proven for result in results) else watch.limit or stopped,
        progress=tuple(watch.told),
        messages=incumbent.messages,
        competes=rivals,
    )


def unproven_where_beaten(answer: Answer, levels: Sequence[Level], others: Sequence[Placement]) -> Answer:
    """Bounds that leave room for the placements of ``others``, where their levels are lexicographically below.

    That happens where bound pods are kept: kube-scheduler may evict more of a tier than had to be, and find room for
    more of its new pods.
    """
    mine = values(answer.placement, levels)
    bounds = list(answer.bounds)
    for theirs in (values(other, levels) for other in others):
        if theirs < mine:
            place = next(place for place, (their, my) in enumerate(zip(theirs, mine, strict=True)) if their < my)
            bounds[place] = min(theirs[place], bounds[place] or Fraction(0))
    return replace(answer, bounds=tuple(bounds))


def _bound_of(level: Level, results: Sequence[StageResult]) -> Fraction:
    """What the stages of the level add up to; under preemption, those of the tiers above count as well."""
    serving = [result for result in results if result.stage.counts_in(level)]
    return sum((result.bound for result in serving), Fraction(0))
