"""Small packing problems as clusters, and their optimum by brute force."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

from solver.cluster.cluster import Cluster
from solver.cluster.node import Node
from solver.cluster.pod import Pod, PodSpec
from solver.cluster.pool import NodePool
from solver.cluster.topology import HOSTNAME
from solver.objectives.question import BoundPods
from solver.strategies.cpsat.groundwork import groundwork
from solver.strategies.cpsat.packing.task import task_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from solver.strategies.cpsat.packing.task import Task

Sizes = tuple[int, ...]


class Kind(NamedTuple):
    """``number`` nodes of a price and a capacity; ``pool``: they can be opened, otherwise they are there."""

    capacity: Sizes
    price: int
    number: int
    pool: bool = False


def cluster(kinds: Sequence[Kind], items: Sequence[Sizes]) -> Cluster:
    nodes = [_node(f"node-{rank}", kind) for rank, kind in enumerate(kinds)]
    there = [
        _named(node, f"{node.name}-{copy}")
        for node, kind in zip(nodes, kinds, strict=True)
        if not kind.pool
        for copy in range(kind.number)
    ]
    pools = [
        NodePool(node.name, (node,), (0,), kind.number) for node, kind in zip(nodes, kinds, strict=True) if kind.pool
    ]
    specs = {sizes: PodSpec("default", requests=_amounts(sizes)) for sizes in items}
    pods = tuple(Pod(f"pod-{rank}", specs[sizes]) for rank, sizes in enumerate(items))
    return Cluster(tuple(there), pods, pools=tuple(pools), namespaces={"default": {}})


def task(kinds: Sequence[Kind], items: Sequence[Sizes]) -> Task:
    return task_of(groundwork(cluster(kinds, items), BoundPods.KEEP).ground)


def least_cost(kinds: Sequence[Kind], items: Sequence[Sizes]) -> int | None:
    """Of all ways to open nodes, the cheapest that holds all items; None: not even all of them do."""
    best = None
    for numbers in product(*(range(kind.number + 1) for kind in kinds)):
        cost = sum(number * kind.price for number, kind in zip(numbers, kinds, strict=True))
        rooms = tuple(kind.capacity for number, kind in zip(numbers, kinds, strict=True) for _ in range(number))
        if (best is None or cost < best) and _holds(tuple(sorted(rooms)), tuple(sorted(items, reverse=True))):
            best = cost
    return best


@cache
def _holds(rooms: tuple[Sizes, ...], items: tuple[Sizes, ...]) -> bool:
    if not items:
        return True
    for place, room in enumerate(rooms):
        left = tuple(have - need for have, need in zip(room, items[0], strict=True))
        if min(left) >= 0 and room not in rooms[:place]:
            others = tuple(sorted((*rooms[:place], left, *rooms[place + 1 :])))
            if _holds(others, items[1:]):
                return True
    return False


def _amounts(sizes: Sizes) -> dict[str, int]:
    return {f"example.com/size-{place}": size for place, size in enumerate(sizes)}


def _node(name: str, kind: Kind) -> Node:
    offered = {**_amounts(kind.capacity), "pods": 50}
    return Node(name, offered, price_per_hour=Decimal(kind.price), pool=name if kind.pool else None, declared=False)


def _named(node: Node, name: str) -> Node:
    return Node(name, node.allocatable, {HOSTNAME: name}, price_per_hour=node.price_per_hour)
