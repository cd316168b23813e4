"""Bounds from counting one resource at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.strategies.cpsat.bounds import own_bounds

if TYPE_CHECKING:
    from solver.strategies.cpsat.solving import Solving


def count(solving: Solving) -> None:
    """What no placement can beat, whatever the rules."""
    values = [result.value for result in solving.results]
    bounds = own_bounds(solving.stages, values, solving.sketch.ground)
    for result, bound in zip(solving.results, bounds, strict=True):
        result.bound = max(result.bound, bound)
    solving.tell()
