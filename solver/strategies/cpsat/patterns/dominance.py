"""Labels that need not be followed, because another one has earned as much and has more room left."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from solver.strategies.cpsat.patterns.task import Integers
    from solver.strategies.cpsat.patterns.tree import Bools, Floats, Labels

_CELLS = 64
"""Along each resource, labels are sorted into so many cells by the room that is left."""
_MOST_KINDS = 64


class Dominance:
    """Compares labels of one kind: same node class, same groups closed. They can be followed by the same pods."""

    def __init__(self, binding: Integers) -> None:
        """``binding``: the resources that are short; of all others there is enough for any pattern."""
        self._binding = binding

    def dominated(self, labels: Labels) -> Bools:
        """Which labels have another in a cell of more room by every short resource, and no less profit.

        Cells are coarse, so not all dominated labels are seen; with more than two short resources, none is.
        """
        kind = _kinds(labels)
        if len(self._binding) not in (1, 2) or kind.max(initial=0) >= _MOST_KINDS:
            return np.zeros(len(labels), dtype=np.bool_)
        first, second = (self._cells(labels.room[:, resource]) for resource in (*self._binding, *self._binding)[:2])
        best = np.full((int(kind.max(initial=0)) + 1, _CELLS + 1, _CELLS + 1), -np.inf)
        np.maximum.at(best, (kind, first, second), labels.profit)
        for axis in (1, 2):
            best = np.flip(np.maximum.accumulate(np.flip(best, axis), axis), axis)
        found: Bools = best[kind, first + 1, second + 1] >= labels.profit
        return found

    def _cells(self, room: Floats) -> Integers:
        """Equal room, equal cell; more room, no lower cell."""
        bounds = np.unique(np.quantile(room, np.linspace(0, 1, _CELLS + 1)[1:-1]))
        cells: Integers = np.searchsorted(bounds, room, side="right")
        return cells


def _kinds(labels: Labels) -> Integers:
    """A number for each combination of node class and closed groups."""
    closed, code = np.unique(labels.closed, return_inverse=True)
    if len(closed) == 1 and (labels.node_class == labels.node_class[0]).all():
        return np.zeros(len(labels), dtype=np.int64)
    kinds: Integers = np.unique(labels.node_class * len(closed) + code, return_inverse=True)[1]
    return kinds
