"""The exact model, stage after stage, in rounds: what stages left of their shares goes to those without a proof."""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.result import Limit
from solver.strategies.cpsat.exact.search import Search

if TYPE_CHECKING:
    from fractions import Fraction

    from solver.strategies.cpsat.solving import Solving

PAIRS_PER_S = 20_000
LARGEST = 150_000
"""Pairs of group and node that a second of model building takes in, and how many exact search is of use for."""


def search_exactly(solving: Solving) -> None:
    """Rounds until all is proven, or one has changed nothing, as placements without an order took all of its tries.

    A model that is too large, or could not be built in half of the time left, is not begun.
    """
    size, by_work = solving.sketch.ground.size, solving.options.work_limit is not None
    if size > LARGEST:
        # What was done by the clock had shares of the time, and would have gone on with more.
        solving.stopped = None if by_work else Limit.TIME
        return
    if not by_work and size > PAIRS_PER_S * solving.left / 2:
        solving.stopped = Limit.TIME
        return
    known: list[tuple[Fraction, Fraction]] = []
    while not solving.proven and not solving.spent:
        before, known = known, [(result.value, result.bound) for result in solving.results]
        if known == before:
            solving.stopped = Limit.WORK
            return
        search = Search(solving.work, solving.question, solving.options, solving.watch, solving.reserve_s)
        solving.incumbent = search.run(solving.incumbent, solving.results)
