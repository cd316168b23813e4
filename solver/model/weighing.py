"""What holds of a node's pods by their sum alone: the linear side of a rule, for bounds and relaxations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from solver.cluster.node import Node
    from solver.cluster.pod import PodSpec


@dataclass(frozen=True, eq=False)
class Weighing:
    """In every finished placement, what the pods of a node weigh together is at most what it ``bears``.

    Both are whole numbers in one unit, from 0; ``name`` is its own among all weighings and resources.
    """

    name: str
    weight: Callable[[PodSpec], int]
    bears: Callable[[Node], int]
