"""What the rules say of a pod group on each node, were nothing else there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from solver.cluster.state import ClusterState
from solver.rules import RULES
from solver.rules.rule import Narrowed, Reach

if TYPE_CHECKING:
    from solver.cluster.cluster import Cluster
    from solver.model.ground import Column
    from solver.model.groups import PodGroup


class Alone:
    """Columns with one entry per node, in the order of the cluster's nodes; each is asked for once."""

    def __init__(self, cluster: Cluster) -> None:
        self._state = ClusterState(cluster, ())
        self._order = np.array([self._state.place[node.name] for node in cluster.nodes], dtype=np.intp)
        self._most: dict[PodGroup, Column] = {}
        self._unmet: dict[PodGroup, Column] = {}

    def most(self, group: PodGroup) -> Column:
        """The most of its pods that the node could take; 0 where a rule excludes the node for good."""
        if group not in self._most:
            self._most[group] = self._in_order(self._most_of(group))
        return self._most[group]

    def unmet(self, group: PodGroup) -> Column:
        """Of the preferences of one of its pods, what the node itself leaves unmet."""
        if group not in self._unmet:
            found = (rule.unmet(group.spec, self._state) for rule in RULES)
            nothing: Column = np.zeros(len(self._order), dtype=np.int64)
            self._unmet[group] = self._in_order(sum((each for each in found if each is not None), nothing))
        return self._unmet[group]

    def _in_order(self, column: Column) -> Column:
        ordered: Column = column[self._order]
        ordered.setflags(write=False)
        return ordered

    def _most_of(self, group: PodGroup) -> Column:
        most: Column = np.full(len(self._order), len(group), dtype=np.int64)
        for rule in RULES:
            narrowed = rule.prefilter(group.spec, self._state)
            if isinstance(narrowed, Narrowed):
                most[[node.name not in narrowed.nodes for node in self._state.nodes]] = 0
            elif narrowed is not None:
                most[:] = 0
            allowed = rule.allows(group.spec, self._state)
            if allowed is not None:
                most[~allowed] = 0
            found = rule.filter(group.spec, self._state)
            if found is not None and found.reach is Reach.NOTHING:
                most[found.codes(self._state.everywhere) > 0] = 0
            limit = rule.most(group.spec, self._state)
            if limit is not None:
                np.minimum(most, limit, out=most)
        return most
