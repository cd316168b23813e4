"""What packing says where rules tie nodes to one another: a bound, and a start pod by pod."""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.strategies.cpsat.answering import tell_start
from solver.strategies.cpsat.packing.asked import cost_of_all

if TYPE_CHECKING:
    from collections.abc import Callable

    from solver.strategies.cpsat.groundwork import Groundwork
    from solver.strategies.cpsat.search import Incumbent, StageResult
    from solver.strategies.strategy import Watch

_SHARE = 0.5
"""Of the time that is left, beside ``reserve_s``: what packing, or a start from it, may take."""
_BOUND_SHARE = 0.1
"""And the bounds from each resource."""
_SMALLEST = 3_000
"""Groups times nodes: below this the exact search needs no start pod by pod."""


def narrowed(
    work: Groundwork, watch: Watch, incumbent: Incumbent, results: list[StageResult], reserve_s: float
) -> Incumbent:
    """What packing says where rules tie nodes to one another: a bound from each resource alone, and a start from it."""
    place = None if watch.limit is not None else cost_of_all(work, results, hoped=True)
    if place is None or all(result.proven for result in results[: place + 1]):
        return incumbent
    from solver.strategies.cpsat.packing.narrowed import better_start
    from solver.strategies.cpsat.packing.projection import scarcest

    whole = watch.remaining - reserve_s
    scarce = scarcest(work.ground, whole * _BOUND_SHARE, _later(watch, watch.remaining - whole * _BOUND_SHARE))
    if scarce is None:
        return incumbent
    until = watch.remaining - whole * _SHARE
    large = work.ground.size >= _SMALLEST
    late = _later(watch, until)
    found = better_start(work, scarce, results, place, incumbent, late) if large else incumbent
    if found is not incumbent:
        tell_start(watch, tuple(dict.fromkeys(result.stage.level for result in results)), found)
    if cost_of_all(work, results) == place:
        results[place].bound = max(results[place].bound, min(scarce.bound, results[place].value))
    return found


def _later(watch: Watch, until: float) -> Callable[[], bool]:
    """Whether a limit is reached, or no more than these seconds are left."""
    return lambda: watch.limit is not None or watch.remaining < until
