"""Where packing enters the search: the whole of it where only room counts, a bound and a start from it elsewhere."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from solver.strategies.cpsat.answering import tell_start
from solver.strategies.cpsat.packing.asked import cost_of_all, only_room_counts

if TYPE_CHECKING:
    from collections.abc import Callable

    from solver.objectives.question import Question
    from solver.strategies.cpsat.groundwork import Groundwork
    from solver.strategies.cpsat.search import Incumbent, StageResult
    from solver.strategies.strategy import Options, Watch

_PACKING_SHARE, _SHARE, _LONG_SHARE = 0.75, 0.5, 0.95
"""Of the time left, beside ``reserve_s``: what packing may take, and a start from it; more where nobody follows."""
_BOUND_SHARE = 0.1
"""And the bounds from each resource."""
_SMALLEST = 3_000
"""Groups times nodes: below this the exact search needs no start pod by pod."""
_EXACT = 150_000
"""And above this it is not tried."""


def packed(
    work: Groundwork,
    question: Question,
    options: Options,
    watch: Watch,
    incumbent: Incumbent,
    results: list[StageResult],
    reserve_s: float,
) -> Incumbent:
    """What counts of node patterns prove or find of the cost, where the question is one for them."""
    place = None if watch.limit is not None else cost_of_all(work, results)
    if place is None or not only_room_counts(work.ground):
        return incumbent
    from solver.strategies.cpsat.packing.search import PackingSearch

    until = reserve_s + (watch.remaining - reserve_s) * (1 - _PACKING_SHARE)
    return PackingSearch(work, question, results, watch, until=until, seed=options.seed).run(place, incumbent)


def narrowed(
    work: Groundwork,
    watch: Watch,
    incumbent: Incumbent,
    results: list[StageResult],
    reserve_s: float,
    seed: int = 0,
) -> Incumbent:
    """What packing says where rules tie nodes to one another: a bound from each resource alone, and starts from it.

    Loose pods are put on the nodes that the scarcest resource asks for; where that comes to little, all pods are, one
    by one; and what is best is improved in rounds. They have all of the time where nobody could use it after them.
    """
    place = None if watch.limit is not None else cost_of_all(work, results, hoped=True)
    if place is None or all(result.proven for result in results[: place + 1]):
        return incumbent
    from solver.strategies.cpsat.packing.narrowed import better_start
    from solver.strategies.cpsat.packing.projection import scarcest
    from solver.strategies.cpsat.packing.rearranged import Rearranging

    whole = watch.remaining - reserve_s
    scarce = scarcest(work.ground, whole * _BOUND_SHARE, _later(watch, watch.remaining - whole * _BOUND_SHARE))
    if scarce is None:
        return incumbent
    size = len(work.ground.groups) * len(work.ground.cluster.nodes)
    late = _later(watch, watch.remaining - whole * (_SHARE if size <= _EXACT else _LONG_SHARE))

    def told(found: Incumbent) -> Incumbent:
        if found is not incumbent:
            tell_start(watch, tuple(dict.fromkeys(result.stage.level for result in results)), found)
        return found

    if size >= _SMALLEST:
        rearranging = Rearranging(work, scarce, seed)
        for improved in (
            rearranging.filled_anew,
            partial(better_start, work, scarce, place),
            rearranging.improved,
        ):
            incumbent = told(improved(results, incumbent, late))
    if cost_of_all(work, results) == place:
        results[place].bound = max(results[place].bound, min(scarce.bound, results[place].value))
    return incumbent


def _later(watch: Watch, until: float) -> Callable[[], bool]:
    """Whether a limit is reached, or no more than these seconds are left."""
    return lambda: watch.limit is not None or watch.remaining < until
