"""What workloads ask for and what nodes offer, node by node.

A pod is *settled* where it surely stays, otherwise *restless*: it wants a node, or may leave the one that it has. Only
restless pods of workloads are decided; settled ones take room, and have their nodes paid for.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from solver.model.ground import Ground
    from solver.model.groups import PodGroup
    from solver.strategies.cpsat.fluid.rows import Ints


class Supply:
    """Groups, requests and rooms of a ground; with ``daemons_stay``, candidates hold all DaemonSet pods due there."""

    def __init__(self, ground: Ground, *, daemons_stay: bool) -> None:
        self.ground = ground
        self.groups: tuple[PodGroup, ...] = tuple(
            group for group in ground.groups if group.movable and restless(group, ground)
        )
        self.wanting: Ints = np.array([restless(group, ground) for group in self.groups], dtype=np.int64)
        self.resources: tuple[str, ...] = ground.resources(self.groups)
        self.requests: Ints = self._requests(self.groups)
        self.daemons_stay = daemons_stay

    @cached_property
    def most(self) -> Ints:
        """Per group and node, the most restless pods: arrivals pass the rules, and whoever is there may stay."""
        column = self.ground.column
        most = np.zeros((len(self.groups), len(self.ground.cluster.nodes)), dtype=np.int64)
        for row, group in enumerate(self.groups):
            np.minimum(self.ground.most(group), self.wanting[row], out=most[row])
            if may_leave(group, self.ground):
                for node, pods in group.bound.items():
                    most[row, column[node]] = max(most[row, column[node]], len(pods))
        return most

    @cached_property
    def unmet(self) -> tuple[Ints, ...]:
        """What nodes leave unmet of preferences: a column for each answer that some groups get, not all zeros."""
        columns = (self.ground.unmet(group) for group in self.groups)
        return tuple({column.tobytes(): column for column in columns if column.any()}.values())

    @cached_property
    def room(self) -> Ints:
        """Per node and resource: what settled pods leave, or what restless ones hold already if that is more."""
        nodes = self.ground.cluster.nodes
        offered = [[self.ground.offered(node, name) for name in self.resources] for node in nodes]
        left = np.array(offered, dtype=np.int64).reshape(len(nodes), len(self.resources))
        held = np.zeros_like(left)
        for group in self.ground.groups:
            amounts = self._requests((group,))[:, 0]
            leaves = may_leave(group, self.ground)
            host = self.ground.host(group)
            if host is not None and self.daemons_stay:
                left[self.ground.column[host]] -= amounts * len(group)
            for node, pods in group.bound.items():
                if not leaves:
                    left[self.ground.column[node]] -= amounts * len(pods)
                elif group.movable:
                    held[self.ground.column[node]] += amounts * len(pods)
        return np.maximum(left, held)

    @cached_property
    def paid(self) -> NDArray[np.bool_]:
        """Per node, whether a settled pod of a workload keeps it in use."""
        paid = np.zeros(len(self.ground.cluster.nodes), dtype=np.bool_)
        for group in self.ground.groups:
            if group.movable and not may_leave(group, self.ground):
                paid[[self.ground.column[node] for node in group.bound]] = True
        return paid

    def _requests(self, groups: Sequence[PodGroup]) -> Ints:
        rows = [[self.ground.amount(group, name) for group in groups] for name in self.resources]
        return np.array(rows, dtype=np.int64).reshape(len(self.resources), len(groups))


def may_leave(group: PodGroup, ground: Ground) -> bool:
    """Whether bound pods of the group may lose their place."""
    return ground.may_be_evicted(group) or ground.may_move(group)


def restless(group: PodGroup, ground: Ground) -> int:
    """The pods of a group that are decided anew."""
    return len(group) if may_leave(group, ground) else len(group.pending)
