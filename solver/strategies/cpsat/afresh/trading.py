"""Which of several equal nodes gets which contents: as much as can be of what it holds now."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from ortools.graph.python.linear_sum_assignment import SimpleLinearSumAssignment  # type: ignore[import-untyped]

from solver.cluster.node_affinity import NodeAffinity
from solver.cluster.topology import HOSTNAME
from solver.strategies.cpsat.named import names_in

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from solver.cluster.cluster import Cluster
    from solver.cluster.node import Node
    from solver.model.groups import PodGroup

_MOST = 1_000
"""Of more equal nodes than this only so many trade among one another: the assignment grows with the square."""


def traded(contents: Mapping[PodGroup, Counter[str]], cluster: Cluster) -> dict[str, str]:
    """For the names of the cluster's nodes, where what was meant for each goes; ``contents`` count pods by name."""
    renamed: dict[str, str] = {}
    for names in _alike(contents, cluster):
        renamed |= dict(zip(names, _assigned(names, contents), strict=True))
    return renamed


def _assigned(names: Sequence[str], contents: Mapping[PodGroup, Counter[str]]) -> list[str]:
    common = _common(names, contents)
    assignment = SimpleLinearSumAssignment()
    rows, columns = np.indices(common.shape)
    assignment.add_arcs_with_cost(rows.ravel(), columns.ravel(), -common.ravel())
    assignment.solve()
    return [names[assignment.right_mate(row)] for row in range(len(names))]


def _common(names: Sequence[str], contents: Mapping[PodGroup, Counter[str]]) -> NDArray[np.int64]:
    """How many pods of what was meant for a node (row) another one (column) holds now."""
    place = {name: at for at, name in enumerate(names)}
    common = np.zeros((len(names), len(names)), dtype=np.int64)
    for group, counts in contents.items():
        meant = [(place[name], number) for name, number in counts.items() if name in place]
        held = [(place[node.name], len(pods)) for node, pods in group.bound.items() if node.name in place]
        if meant and held:
            (rows, wanted), (columns, here) = np.array(meant).T, np.array(held).T
            common[np.ix_(rows, columns)] += np.minimum.outer(wanted, here)
    return common


def _alike(contents: Mapping[PodGroup, Counter[str]], cluster: Cluster) -> Iterator[list[str]]:
    """The names of nodes that differ in nothing but these contents and their name, where there are several."""
    named = frozenset(names_in(cluster))
    trading = {pod for group in contents for pod in group.pods}
    others: dict[str, list[Hashable]] = {}
    for pod in cluster.bound:
        if pod not in trading and pod.node is not None:
            unpinned = replace(pod.spec, node_affinity=NodeAffinity(), node_selector={})
            others.setdefault(pod.node, []).append(unpinned)
    members: dict[Hashable, list[str]] = {}
    for node in cluster.nodes:
        key = node.name if node.name in named else _traits(node, others.get(node.name, ()), cluster)
        members.setdefault(key, []).append(node.name)
    for names in members.values():
        for first in range(0, len(names), _MOST):
            if len(part := names[first : first + _MOST]) > 1:
                yield part


def _traits(node: Node, others: Sequence[Hashable], cluster: Cluster) -> Hashable:
    """All that rules and prices read of a node beside its name, and the pods that stay on it whatever happens."""
    labels = frozenset((key, value) for key, value in node.labels.items() if key != HOSTNAME)
    drivers = cluster.storage.csi_nodes.get(node.name)
    attached = None if drivers is None else (tuple(drivers.drivers.items()), drivers.migrated)
    allocatable = frozenset(node.allocatable.items())
    settled = frozenset(Counter(others).items())
    return (labels, allocatable, node.taints, node.unschedulable, node.price_per_hour, node.pool, attached, settled)
