"""Least cost where rules tie nodes to one another: a bound from each resource alone, and starts that it leads to."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from solver.strategies.cpsat.answering import tell_start
from solver.strategies.cpsat.packing.asked import cost_of_all
from solver.strategies.cpsat.phases.exact_search import LARGEST

if TYPE_CHECKING:
    from collections.abc import Callable

    from solver.strategies.cpsat.solving import Solving

_SHARE, _LONG_SHARE = 0.5, 0.95
"""Of the time that is left: what this may take, and where the exact search would not begin after it."""
_FIRST_SHARE = 0.5
"""Of that, the first of its ways."""
_BOUND_SHARE = 0.1
"""And the bounds from each resource."""
_SMALLEST = int(__import__("os").environ.get("SM","3000"))
"""Groups times nodes: below this the exact search needs no start pod by pod."""
_MOST_MADE = 5_000
"""Nodes that could be opened are not made for this where there are more of them: then there is the bound alone."""


def place_pod_by_pod(solving: Solving) -> bool:
    """Loose pods go on the nodes that the scarcest resource asks for; where that comes to little, all pods, one by one.

    What is best is improved in rounds. Whether there is a better incumbent.
    """
    place = cost_of_all(solving.sketch, solving.results, hoped=True)
    if place is None or all(result.proven for result in solving.results[: place + 1]):
        return False
    from solver.strategies.cpsat.packing.narrowed import better_start
    from solver.strategies.cpsat.packing.projection import scarcest
    from solver.strategies.cpsat.packing.rearranged import Rearranging

    ground = solving.sketch.ground
    starting = ground.size >= _SMALLEST and (ground.whole or ground.copies.sum() <= _MOST_MADE)
    work = solving.work if starting else solving.sketch
    seconds = solving.left * _BOUND_SHARE
    until = solving.watch.remaining - solving.left * (_SHARE if ground.size <= LARGEST else _LONG_SHARE)
    scarce = scarcest(work.ground, seconds, _later(solving, solving.watch.remaining - seconds))
    if scarce is None:
        return False
    before = solving.incumbent
    if starting:
        rearranging = Rearranging(work, scarce, solving.options.seed)
        one_by_one = partial(better_start, work, scarce, place)
        for better, share in ((rearranging.filled_anew, _FIRST_SHARE), (one_by_one, 1.0), (rearranging.improved, 1.0)):
            stop = _later(solving, solving.watch.remaining - (solving.watch.remaining - until) * share)
            found = better(solving.results, solving.incumbent, stop)
            if found is not solving.incumbent:
                solving.incumbent = found
                tell_start(solving.watch, solving.levels, found)
    if cost_of_all(work, solving.results) == place:
        result = solving.results[place]
        result.bound = max(result.bound, min(scarce.bound, result.value))
    return solving.incumbent is not before


def _later(solving: Solving, until: float) -> Callable[[], bool]:
    """Whether a limit is reached, or no more than these seconds are left."""
    return lambda: solving.watch.limit is not None or solving.watch.remaining < until
