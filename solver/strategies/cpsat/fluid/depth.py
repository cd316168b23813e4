"""How many nodes of elastic pools have to exist for a plan: what a draft uses of them, and some to spare."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from solver.cluster.pool import NodePool
    from solver.model.ground import Depth
    from solver.strategies.cpsat.fluid.draft import Draft

_SHARE, _SPARE = 0.2, 12
"""A plan may take so many more nodes of a class than the draft says, and so many beyond."""
_UNUSED = 2
"""Of classes that it does not use there are as many: improvement tries one of each."""


def depth_for(draft: Draft) -> Depth:
    """Per pool and zone, enough nodes for a plan; those of one class may all turn out to be in one zone."""
    relaxation = draft.relaxation
    ground = relaxation.supply.ground
    used = np.zeros(len(ground.cluster.nodes))
    for place, each in zip(relaxation.used.tolist(), relaxation.classes, strict=True):
        if place >= 0:
            used[each.places] = draft.numbers[place]
    most = {
        (row.pool.name, row.zone): sum({used[ground.column[node]] for node in row.nodes}) for row in ground.candidates
    }

    def depth(pool: NodePool, zone: int) -> int:
        number = most[pool.name, zone]
        return ceil(number * (1 + _SHARE)) + _SPARE if number > 0 else _UNUSED

    return depth
