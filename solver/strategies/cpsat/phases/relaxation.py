"""Bounds of the fluid relaxation for what is open yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.strategies.cpsat.fluid.bounds import FluidBounds

if TYPE_CHECKING:
    from solver.strategies.cpsat.solving import Solving

_SHARE = 0.1
_LEAST_S = 0.2
"""Each bound may take this share of the time; with less than these seconds for one there is none."""


def relax(solving: Solving) -> None:
    """One bound after the other, each at the values of the stages before it; nothing is solved twice."""
    values = [result.value for result in solving.results]
    for place, result in enumerate(solving.results):
        seconds = solving.left * _SHARE
        if result.proven or solving.watch.limit is not None or seconds < _LEAST_S:
            continue
        asked = place, tuple(values[:place])
        if asked not in solving.relaxed:
            solving.relaxed.add(asked)
            bound = FluidBounds(solving.relaxations, solving.stages, values).of(place, seconds)
            result.bound = max(result.bound, min(bound, result.value))
    solving.tell()
