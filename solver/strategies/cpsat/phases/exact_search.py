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

    A model that is too large, or could not be built in half of the time left, is not begun. With more time, or work,
    what came before would have gone on, so that is the limit.
    """
    size = solving.sketch.ground.size
    if size > LARGEST or size > PAIRS_PER_S * solving.left / 2:
        solving.stopped = solving.watch.kind
        return
    known: list[tuple[Fraction, Fraction]] = []
    while not solving.proven and not solving.spent:
        before, known = known, [(result.value, result.bound) for result in solving.results]
        if known == before:
            solving.stopped = Limit.WORK
            return
        search = Search(solving.work, solving.question, solving.options, solving.watch, solving.reserve_s)
        solving.incumbent = search.run(solving.incumbent, solving.results)
