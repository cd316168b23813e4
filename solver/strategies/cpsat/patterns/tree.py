"""Labels: partly filled nodes, of all classes side by side, each remembering what it grew from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Sequence

    from solver.strategies.cpsat.patterns.task import Integers

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Labels:
    """One entry per label: its node class, its profit so far, the room left (a row each, a column per resource).

    ``closed`` has a bit for every group at home of which not all stay, so that none may arrive. ``place``: from which
    one on groups may still arrive. ``number`` is the label's place in the tree.
    """

    node_class: Integers
    profit: Floats
    room: Floats
    closed: Integers
    place: Integers
    number: Integers

    def __len__(self) -> int:
        return len(self.number)

    def at(self, chosen: Bools | Integers) -> Labels:
        """These of the labels."""
        return Labels(
            self.node_class[chosen],
            self.profit[chosen],
            self.room[chosen],
            self.closed[chosen],
            self.place[chosen],
            self.number[chosen],
        )

    @staticmethod
    def joined(parts: Sequence[Labels]) -> Labels:
        """All labels of the parts."""
        return Labels(
            np.concatenate([part.node_class for part in parts]),
            np.concatenate([part.profit for part in parts]),
            np.concatenate([part.room for part in parts]),
            np.concatenate([part.closed for part in parts]),
            np.concatenate([part.place for part in parts]),
            np.concatenate([part.number for part in parts]),
        )


class Tree:
    """What every label added to the one before it: append only, read from a label back to its empty node."""

    def __init__(self, roots: int) -> None:
        self._parents: list[Integers] = [np.full(roots, -1, dtype=np.int64)]
        self._groups: list[Integers] = [np.full(roots, -1, dtype=np.int64)]
        self._counts: list[Integers] = [np.zeros(roots, dtype=np.int64)]
        self._next = roots

    def grow(self, parents: Integers, groups: Integers, count: int) -> Integers:
        """Numbers of new labels: ``count`` more pods of a group on each parent."""
        numbers = np.arange(self._next, self._next + len(parents), dtype=np.int64)
        self._next += len(parents)
        self._parents.append(parents)
        self._groups.append(groups)
        self._counts.append(np.full(len(parents), count, dtype=np.int64))
        return numbers

    def close(self) -> None:
        """Make reading fast, once nothing grows any more."""
        self._parents = [np.concatenate(self._parents)]
        self._groups = [np.concatenate(self._groups)]
        self._counts = [np.concatenate(self._counts)]

    def patterns(self, numbers: Integers, groups: int) -> Integers:
        """How many pods of each of the groups the labels have, a row each; only after `close`."""
        pods = np.zeros((len(numbers), groups), dtype=np.int64)
        rows = np.arange(len(numbers))
        while len(rows):
            group = self._groups[0][numbers]
            grown = group >= 0
            pods[rows[grown], group[grown]] += self._counts[0][numbers[grown]]
            numbers = self._parents[0][numbers]
            rows, numbers = rows[numbers >= 0], numbers[numbers >= 0]
        return pods
