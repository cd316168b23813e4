"""Least cost where nothing but room counts: patterns of whole nodes by column generation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.strategies.cpsat.packing.asked import cost_of_all, only_room_counts

if TYPE_CHECKING:
    from solver.strategies.cpsat.solving import Solving

_SHARE = 0.75
"""Of the time that is left: what packing may take."""


def pack(solving: Solving) -> None:
    """What counts of node patterns prove or find of the cost, where the question is one for them."""
    place = cost_of_all(solving.sketch, solving.results)
    if place is None or not only_room_counts(solving.sketch.ground):
        return
    from solver.strategies.cpsat.packing.search import PackingSearch

    until = solving.reserve_s + solving.left * (1 - _SHARE)
    search = PackingSearch(
        solving.work, solving.question, solving.results, solving.watch, until=until, seed=solving.options.seed
    )
    solving.incumbent = search.run(place, solving.incumbent)
