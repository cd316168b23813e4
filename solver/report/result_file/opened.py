"""Opened nodes by their names: which node of which pool a result file means."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from solver.report.result_file.write import quantities
from solver.scenario.problems import ABSENT, shown
from solver.scenario.quantities import QuantityError, parse

if TYPE_CHECKING:
    from collections.abc import Iterator
    from fractions import Fraction

    from solver.cluster.cluster import Cluster
    from solver.cluster.node import Node
    from solver.cluster.pool import NodePool
    from solver.report.result_file.schema import NodeDocument
    from solver.scenario.problems import Path


_NUMBER = re.compile(r"0|[1-9][0-9]{0,252}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one of the nodes; ``path`` leads on from the node.

    ``stranger``: the scenario has no such node, so nothing that is said of it can be recounted.
    """

    path: Path
    value: object
    message: str
    stranger: bool = True


class Reopened:
    """The nodes that a result has opened, made again from their pools."""

    def __init__(self, cluster: Cluster) -> None:
        self.nodes: list[Node] = []
        self._present = cluster.node_named
        self._pools = {pool.name: pool for pool in cluster.pools}
        self._opened: Counter[str] = Counter()
        self._seen: set[str] = set()

    def add(self, document: NodeDocument) -> list[Fault]:
        """Open the node again, unless it stands in the cluster already; and say what is wrong with what the file says.

        A placement on other nodes than the scenario's proves nothing.
        """
        if document.name in self._seen:
            return [Fault(("name",), document.name, "the node appears twice")]
        self._seen.add(document.name)
        node = self._present.get(document.name)
        if node is None:
            pool = self._pools.get(document.pool or "")
            if pool is None:
                return [Fault(("pool",), document.pool, "the scenario has no such node pool")]
            node = _node_of(pool, document.name)
            if node is None:
                return [Fault(("name",), document.name, f"pool {pool.name} opens no node of this name")]
            self._opened[pool.name] += 1
            if self._opened[pool.name] > pool.openable:
                most = f"{pool.openable:,} node{'' if pool.openable == 1 else 's'}"
                return [Fault(("name",), document.name, f"pool {pool.name} opens {most} at most")]
            self.nodes.append(node)
        return list(_differences(node, document))


def _node_of(pool: NodePool, name: str) -> Node | None:
    """The node that the pool would give this name."""
    for zone, (template, taken) in enumerate(zip(pool.templates, pool.taken, strict=True)):
        number = name.removeprefix(f"{template.name}-")
        if number != name and _NUMBER.fullmatch(number) and 0 <= int(number) - taken < pool.openable:
            return pool.node(zone, int(number) - taken)
    return None


def _differences(node: Node, document: NodeDocument) -> Iterator[Fault]:
    """What the file says otherwise than the scenario."""
    expected: dict[str, object] = {
        "pool": node.pool,
        "instance_type": node.instance_type,
        "zone": node.zone,
        "allocatable": quantities(node.allocatable),
        "labels": dict(node.labels),
        "taints": [{"key": taint.key, "value": taint.value, "effect": str(taint.effect)} for taint in node.taints],
        "price_per_hour": None if node.price_per_hour is None else float(node.price_per_hour),
    }
    said = document.model_dump()
    said = document.model_dump()
    for key, value in expected.items():
        yield from _compared((key,), said[key], value)


def _compared(path: Path, said: Any, value: Any) -> Iterator[Fault]:
    """Entry by entry where both are mappings; amounts are equal however they are written, and so are prices."""
    if isinstance(said, dict) and isinstance(value, dict):
        for key in dict.fromkeys((*value, *said)):
            yield from _compared((*path, key), said.get(key), value.get(key))
    elif path[0] == "allocatable" and None not in (said, value) and _amount(said) == parse(value):
        return
    elif said != value:
        shown_value = "has none" if value is None else f"says {shown(value)}"
        yield Fault(path, ABSENT if said is None else said, f"the scenario {shown_value}", stranger=False)


def _amount(text: str) -> Fraction | None:
    try:
        return parse(text)
    except QuantityError:
        return None
