"""Where a pod can be moved so that nothing over topology domains can tell the difference.

Terms over wider domains than a node, and spread constraints, see nodes as their domains: two nodes are the same to a
term where their values of its key are, and to a constraint where both are eligible besides, or neither is. Nodes that
are the same to whatever a group asks for, and to whatever asks about it, are a *home* of the group: a pod that goes
from one to the other leaves all counts as they are, so whatever could be bound in some order still can in the same.
A home of one node is that of pods that look at their node (or at its hostname): these stay where they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from solver.rules.pod_topology_spread.classes import spread_classes
from solver.rules.selection import Selected, SelectionIndex, selected_by

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from numpy.typing import NDArray

    from solver.cluster.node import Node
    from solver.cluster.pod import PodSpec
    from solver.model.ground import Ground
    from solver.rules.pod_topology_spread.classes import SpreadClass

    Ints = NDArray[np.int64]

View = tuple[str, tuple["Node", ...] | None]
"""A topology key, and the nodes that are looked at; None: all."""


class Homes:
    """The homes of all groups of a ground; ``near`` are the keys of which every node has a value of its own.

    Anti-affinity over these is left to who looks at single nodes.
    """

    def __init__(self, ground: Ground, near: Collection[str]) -> None:
        self._ground = ground
        self._near = near
        specs = dict.fromkeys(group.spec for group in ground.groups)
        self._spread = spread_classes(specs, ground.cluster.nodes, hard=True)
        self._carried: dict[PodSpec, list[SpreadClass]] = {}
        for each in self._spread:
            for spec in each.carriers:
                self._carried.setdefault(spec, []).append(each)
        self._viewed: dict[Selected, dict[View, None]] = {}
        for spec in specs:
            for selected, view in self._looks(spec):
                self._viewed.setdefault(selected, {})[view] = None
        self._index = SelectionIndex(self._viewed)
        self._labels: dict[View, Ints] = {}
        self._known: dict[frozenset[View], Ints] = {}

    def of(self, spec: PodSpec) -> Ints:
        """The number of the home that each node is part of, for pods of this spec."""
        return self._homes(self._views(spec))

    def free(self, spec: PodSpec) -> bool:
        """Whether no domain has to do with the pod: then it may also come, or go, altogether."""
        return not self._views(spec)

    def closed(self, open_now: Iterable[Node]) -> NDArray[np.bool_]:
        """The candidates that would be a new domain of some constraint, or whose DaemonSet pods somebody counts.

        ``open_now`` are the candidates that are there.
        """
        ground = self._ground
        closed = np.zeros(len(ground.cluster.nodes), dtype=np.bool_)
        if not ground.candidates:
            return closed
        missing = ground.candidate_nodes.difference(open_now)
        for view in dict.fromkeys((each.constraint.topology_key, each.eligible) for each in self._spread):
            for domain in ground.domains(*view).all:
                if missing.issuperset(domain.nodes):
                    closed[[ground.column[node] for node in domain.nodes]] = True
        for group in ground.groups:
            host = ground.host(group)
            if host is not None and self._seen_in(group.spec):
                closed[ground.column[host]] = True
        return closed

    def _views(self, spec: PodSpec) -> frozenset[View]:
        asked = {view for _, view in self._looks(spec)}
        asked |= {(constraint.topology_key, None) for constraint in spec.spread if constraint.hard}
        return frozenset(asked | self._seen_in(spec))

    def _looks(self, spec: PodSpec) -> Iterable[tuple[Selected, View]]:
        """Whom the pod asks about, and in which domains."""
        namespaces = self._ground.cluster.namespaces
        for term in spec.affinity.required:
            yield selected_by(term, namespaces), (term.topology_key, None)
        for term in spec.anti_affinity.required:
            if term.topology_key not in self._near:
                yield selected_by(term, namespaces), (term.topology_key, None)
        for each in self._carried.get(spec, ()):
            yield each.counted, (each.constraint.topology_key, each.eligible)

    def _seen_in(self, spec: PodSpec) -> set[View]:
        """In which domains somebody asks about the pod."""
        found = (self._index.selections[place] for place in self._index.holding(spec))
        return {view for selected in found for view in self._viewed[selected]}

    def _homes(self, views: frozenset[View]) -> Ints:
        if views not in self._known:
            nodes = len(self._ground.cluster.nodes)
            columns = np.zeros((len(views) + 1, nodes), dtype=np.int64)
            for row, view in enumerate(views):
                columns[row] = self._labelled(view)
            homes = np.unique(columns, axis=1, return_inverse=True)[1] if nodes else columns[0]
            self._known[views] = homes.reshape(nodes).astype(np.int64)
        return self._known[views]

    def _labelled(self, view: View) -> Ints:
        """The number of each node's domain; 0 for nodes that are in none."""
        if view not in self._labels:
            numbers: Ints = np.zeros(len(self._ground.cluster.nodes), dtype=np.int64)
            for number, domain in enumerate(self._ground.domains(*view).all, 1):
                numbers[[self._ground.column[node] for node in domain.nodes]] = number
            self._labels[view] = numbers
        return self._labels[view]
