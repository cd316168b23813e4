"""Pods that are promised a node: preemptors waiting for their victims to leave."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from solver.cluster.pod import Pod
    from solver.cluster.state import ClusterState


@dataclass
class Nominations:
    """Which pending pod is nominated for which node (by its place)."""

    place_of: dict[Pod, int] = field(default_factory=dict)

    @classmethod
    def of(cls, pods: Iterable[Pod], state: ClusterState) -> Nominations:
        """Those that pods carry from the start, of nodes that exist."""
        carried = ((pod, state.place.get(pod.nominated_node or "")) for pod in pods)
        return cls({pod: place for pod, place in carried if place is not None})

    def __bool__(self) -> bool:
        """Whether there are any."""
        return bool(self.place_of)

    def ahead_of(self, pod: Pod, node: int) -> list[Pod]:
        """The others of equal or higher priority that are nominated for the node."""
        if not self.place_of:
            return []
        return [other for other, place in self.place_of.items() if place == node and _is_ahead(other, pod)]

    def places_ahead_of(self, pod: Pod) -> list[int]:
        """The nodes for which there are such others."""
        return sorted({place for other, place in self.place_of.items() if _is_ahead(other, pod)})

    def nominate(self, pod: Pod, node: int) -> None:
        """The pod will have the node: those of lower priority that were promised it are not any more."""
        weaker = [other for other, place in self.place_of.items() if place == node and other.priority < pod.priority]
        for other in weaker:
            del self.place_of[other]
        self.place_of[pod] = node

    def end(self, pod: Pod) -> None:
        """The pod has a node, or no hope of one."""
        self.place_of.pop(pod, None)


def _is_ahead(other: Pod, pod: Pod) -> bool:
    return other is not pod and other.priority >= pod.priority
