"""Patterns as columns of a matrix: which pods of each group stay and which arrive, on a node of which class."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from solver.strategies.cpsat.patterns.duals import Prices
    from solver.strategies.cpsat.patterns.task import Integers, Task
    from solver.strategies.cpsat.patterns.tree import Bools, Floats


@dataclass(frozen=True, eq=False)
class Columns:
    """One entry per pattern: its node class, and a row each of pods that stay and pods that arrive, by group.

    Counts are small whole numbers, kept as floats because they are multiplied with prices again and again.
    """

    node_class: Integers
    stays: Floats
    arrivals: Floats

    @staticmethod
    def of(task: Task, node_class: Integers, pods: Integers) -> Columns:
        """From how many pods of each group a pattern has; those at home stay."""
        stays = np.minimum(pods, task.homes[node_class])
        return Columns(node_class, stays.astype(np.float64), (pods - stays).astype(np.float64))

    @staticmethod
    def joined(parts: Sequence[Columns]) -> Columns:
        """All columns of the parts."""
        return Columns(
            np.concatenate([part.node_class for part in parts]),
            np.concatenate([part.stays for part in parts]),
            np.concatenate([part.arrivals for part in parts]),
        )

    def __len__(self) -> int:
        return len(self.node_class)

    @property
    def pods(self) -> Floats:
        """Those that stay and those that arrive."""
        return self.stays + self.arrivals

    def at(self, chosen: Bools | Integers) -> Columns:
        """These of the columns."""
        return Columns(self.node_class[chosen], self.stays[chosen], self.arrivals[chosen])

    def earned(self, prices: Prices) -> Floats:
        """What each pattern earns."""
        profit: Floats = self.stays @ prices.stay + self.arrivals @ prices.arrive
        return profit

    def keys(self) -> Iterator[bytes]:
        """What tells a pattern from all others of its task."""
        for place, pods in zip(self.node_class, self.pods.astype(np.int16), strict=True):
            yield int(place).to_bytes(4, "little") + pods.tobytes()

    def without(self, known: set[bytes]) -> Columns:
        """Those that are not in ``known``, each once; they are from now on."""
        fresh = np.zeros(len(self), dtype=np.bool_)
        for entry, key in enumerate(self.keys()):
            if key not in known:
                known.add(key)
                fresh[entry] = True
        return self.at(fresh)
