"""Pod groups: the pods that no rule tells apart, of which the model only counts how many go where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from solver.cluster.node import Node
    from solver.cluster.pod import Pod, PodSpec


@dataclass(frozen=True, slots=True, eq=False)
class PodGroup:
    """Pods of one signature and priority, in the order of the input.

    ``index`` is the group's place among all groups of its cluster, ``spec`` that of any of its pods. ``pending`` are
    the candidates; ``bound`` holds, by node, those that have a node in the input (no node without any).
    """

    index: int
    spec: PodSpec
    priority: int
    pending: tuple[Pod, ...]
    bound: Mapping[Node, tuple[Pod, ...]]

    @property
    def pods(self) -> tuple[Pod, ...]:
        """All pods of the group, bound ones first."""
        return (*(pod for pods in self.bound.values() for pod in pods), *self.pending)

    @property
    def movable(self) -> bool:
        """Whether its pods could run elsewhere at all: a DaemonSet's and a static pod belong to their node."""
        return not (self.spec.daemon or self.spec.static)

    def __len__(self) -> int:
        """How many pods there are."""
        return len(self.pending) + sum(map(len, self.bound.values()))

    def __bool__(self) -> bool:
        """A group is never empty."""
        return True
