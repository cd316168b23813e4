"""What is known of the pods in each zone before their nodes are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from solver.strategies.cpsat.packing.task import Ints


@dataclass(frozen=True, slots=True)
class Difference:
    """In no zone more pods of a kind than ``skew`` above those of all ``matching`` kinds in any other of ``zones``."""

    kind: int
    skew: int
    matching: tuple[int, ...]
    zones: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Shares:
    """``wanting`` pods of each kind that is tied to zones, at most ``most`` (a row per zone), each kind of a ``group``.

    ``tied`` says of which groups all kinds are such; ``open_to``, a row per zone, which groups can be there. ``alike``:
    nothing tells one zone from another. ``zones`` are to be told apart; a single one stands for all of them.
    """

    zones: int
    wanting: Ints
    most: Ints
    group: Ints
    differences: tuple[Difference, ...]
    tied: NDArray[np.bool_]
    open_to: NDArray[np.bool_]
    alike: bool
