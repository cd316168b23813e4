"""Dives: patterns of the relaxation are fixed one by one, and after each the rest is relaxed and priced anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from solver.strategies.cpsat.patterns.columns import Columns
    from solver.strategies.cpsat.patterns.generation import Generation
    from solver.strategies.cpsat.patterns.task import Integers
    from solver.strategies.cpsat.patterns.tree import Floats

_WHOLE = 0.999
"""From this part of a column on, it is as good as taken."""
_NEAR = 0.8
"""Otherwise one is taken of which the relaxation has at least this part of what it has of the largest."""
_ROUNDS = 3
"""So often is the rest priced after a pattern has been fixed."""


def dive(
    generation: Generation, dice: np.random.Generator, expired: Callable[[], bool]
) -> tuple[Columns, Integers] | None:
    """Columns and how many nodes take each; together all nodes. None where time is up before that."""
    master = generation.master
    nodes = int(generation.task.nodes_of.sum())
    fixed = np.zeros(0, dtype=np.int64)
    try:
        while fixed.sum() < nodes:
            parts = master.parts()
            fixed = np.concatenate((fixed, np.zeros(len(parts) - len(fixed), dtype=np.int64)))
            fixed = _further(fixed, parts, dice)
            master.fix(fixed)
            for _ in range(_ROUNDS):
                if expired():
                    return None
                if not generation.deepen():
                    break
        return master.columns, np.concatenate((fixed, np.zeros(len(master.columns) - len(fixed), dtype=np.int64)))
    finally:
        master.fix(np.zeros(len(master.columns), dtype=np.int64))


def _further(fixed: Integers, parts: Floats, dice: np.random.Generator) -> Integers:
    """What is whole already, or one more of a column that is nearly."""
    whole: Integers = np.maximum(fixed, np.floor(parts + 1 - _WHOLE).astype(np.int64))
    if (whole > fixed).any():
        return whole
    left = parts - fixed
    whole[dice.choice(np.flatnonzero(left >= _NEAR * left.max()))] += 1
    return whole
