"""A finished placement as the recounts look at it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from solver.cluster.node import Node
    from solver.cluster.pod import Pod
    from solver.placement import Placement


class Final:
    """Who is where at the end, who came in the course of the plan, and which rules and resources nobody checks."""

    def __init__(self, placement: Placement, waived: Collection[str] = ()) -> None:
        self.placement = placement
        self.waived = waived
        self.cluster = placement.cluster
        self.new = frozenset(placement.newly_bound)

    @cached_property
    def changed(self) -> dict[Node, list[Pod]]:
        """All pods of each node that got a new one."""
        got = {self.placement.node_of[pod] for pod in self.new}
        return {node: pods for node, pods in self.placement.pods_on.items() if node in got}

    def pairs_with_new(self, pods: list[Pod]) -> Iterator[tuple[Pod, Pod]]:
        """Every pair of these pods with a new one in it, the new one first."""
        for place, pod in enumerate(pods):
            if pod in self.new:
                yield from ((pod, other) for other in pods[:place])
                yield from ((pod, other) for other in pods[place + 1 :] if other not in self.new)
