"""Opened nodes by their names: which node of which pool a result file means."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from solver.report.result_file.write import quantities
from solver.scenario.problems import ABSENT

if TYPE_CHECKING:
    from solver.cluster.cluster import Cluster
    from solver.cluster.node import Node
    from solver.cluster.pool import NodePool
    from solver.report.result_file.schema import NodeDocument
    from solver.scenario.problems import Path


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one of the nodes; ``path`` leads on from the node."""

    path: Path
    value: object
    message: str


class Reopened:
    """The nodes that a result has opened, made again from their pools."""

    def __init__(self, cluster: Cluster) -> None:
        self.nodes: list[Node] = []
        self._present = cluster.node_named
        self._pools = {pool.name: pool for pool in cluster.pools}
        self._opened: Counter[str] = Counter()
        self._seen: set[str] = set()

    def add(self, document: NodeDocument) -> Fault | None:
        """Open the node again, unless it stands in the cluster already; or say why that is not possible."""
        if document.name in self._seen:
            return Fault(("name",), document.name, "the node appears twice")
        self._seen.add(document.name)
        node = self._present.get(document.name)
        if node is None:
            pool = self._pools.get(document.pool or "")
            if pool is None:
                return Fault(("pool",), document.pool, "the scenario has no such node pool")
            node = _node_of(pool, document.name)
            if node is None:
                return Fault(("name",), document.name, f"pool {pool.name} opens no node of this name")
            self._opened[pool.name] += 1
            if self._opened[pool.name] > pool.openable:
                return Fault(("name",), document.name, f"pool {pool.name} opens {pool.openable} nodes at most")
            self.nodes.append(node)
        return _difference(node, document)


def _node_of(pool: NodePool, name: str) -> Node | None:
    """The node that the pool would give this name."""
    for zone, (template, taken) in enumerate(zip(pool.templates, pool.taken, strict=True)):
        number = name.removeprefix(f"{template.name}-")
        if number != name and number.isdecimal() and number == str(int(number)):
            rank = int(number) - taken
            if 0 <= rank < pool.openable:
                return pool.node(zone, rank)
    return None


def _difference(node: Node, document: NodeDocument) -> Fault | None:
    """What the file says otherwise than the scenario: a placement on other nodes proves nothing here."""
    expected: dict[str, object] = {
        "pool": node.pool,
        "instance_type": node.instance_type,
        "zone": node.zone,
        "allocatable": quantities(node.allocatable),
        "labels": dict(node.labels),
        "taints": [(taint.key, taint.value, str(taint.effect)) for taint in node.taints],
        "price_per_hour": None if node.price_per_hour is None else float(node.price_per_hour),
    }
    taints = [(taint.key, taint.value, taint.effect) for taint in document.taints]
    price = None if document.price_per_hour is None else float(document.price_per_hour)
    said = {**document.model_dump(), "taints": taints, "price_per_hour": price}
    for key, value in expected.items():
        if said[key] != value:
            return Fault((key,), ABSENT, f"the scenario says {value}")
    return None
