"""The variables of each pod group: who arrives where, who stays, and what becomes of the others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from solver.model.linear import NOTHING, Linear
from solver.model.variables import GroupVariables, Tallied

if TYPE_CHECKING:
    from collections.abc import Mapping

    from solver.cluster.node import Node
    from solver.model.ground import Ground
    from solver.model.groups import PodGroup
    from solver.model.program import Program
    from solver.model.scope import Scope


@dataclass(frozen=True)
class ComingAndGoing:
    """Makes the variables of groups in a program; ``opened`` says which candidates are there."""

    ground: Ground
    program: Program
    scope: Scope | None
    opened: Mapping[Node, Linear]

    def of(self, group: PodGroup) -> GroupVariables:
        """Arrivals, stays, and how many are moved, evicted, or without a node."""
        arrivals, stays = self._arrivals(group), self._stays(group)
        gone = len(group) - len(group.pending) - stays.everywhere
        host = self.ground.host(group)
        if host is not None:
            here = arrivals.everywhere
            due = self.opened[host] * len(group.pending)
            self.program.require(here <= due)
            return GroupVariables(arrivals, stays, NOTHING, NOTHING, due - here)
        if not self.ground.may_move(group):
            unplaced = len(group.pending) - arrivals.everywhere
            self.program.require(unplaced >= 0)
            return GroupVariables(arrivals, stays, NOTHING, gone, unplaced)
        return self._moving(group, arrivals, stays, gone)

    def _moving(self, group: PodGroup, arrivals: Tallied, stays: Tallied, gone: Linear) -> GroupVariables:
        """Arrivals are moved pods and new ones: ``0 <= arrivals - moved <= pending`` and ``0 <= moved <= gone``."""
        moved = gone
        if self.ground.may_be_evicted(group):
            moved = self.program.integer(0, len(group) - len(group.pending))
            self.program.require(moved <= gone)
        placed = arrivals.everywhere - moved
        self.program.require(placed >= 0)
        self.program.require(placed <= len(group.pending))
        return GroupVariables(arrivals, stays, moved, gone - moved, len(group.pending) - placed)

    def _arrivals(self, group: PodGroup) -> Tallied:
        decided = self.scope.arrivals.get(group, {}) if self.scope is not None else {}
        constant = {node: count for node, count in decided.items() if count and not self._free(node)}
        coming = len(group) if self.ground.may_move(group) else len(group.pending)
        if not coming:
            return Tallied({}, constant)
        most = np.minimum(self.ground.most(group), coming)
        if self.ground.may_move(group):
            # Whoever leaves does not come back: on a node of theirs only the others arrive.
            for node, pods in group.bound.items():
                place = self.ground.column[node]
                most[place] = min(most[place], coming - len(pods))
        nodes = self.ground.cluster.nodes
        places = [place for place in np.flatnonzero(most > 0).tolist() if self._free(nodes[place])]
        first = self.program.integers([0] * len(places), most[places].tolist())
        return Tallied({nodes[place]: first + offset for offset, place in enumerate(places)}, constant)

    def _stays(self, group: PodGroup) -> Tallied:
        variable: dict[Node, int] = {}
        constant: dict[Node, int] = {}
        leaves = self.ground.may_be_evicted(group) or self.ground.may_move(group)
        decided = self.scope.stays.get(group, {}) if self.scope is not None else {}
        for node, pods in group.bound.items():
            if not leaves:
                constant[node] = len(pods)
            elif self._free(node):
                variable[node] = self.program.integers((0,), (len(pods),))
            else:
                constant[node] = decided.get(node, 0)
        return Tallied(variable, constant)

    def _free(self, node: Node) -> bool:
        return self.scope is None or node in self.scope.free
