"""Opened nodes are the pools' own, and no more than these allow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.cluster.pool import NodePool, numbered
from solver.verify.violation import Violation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from solver.cluster.node import Node
    from solver.verify.recount.final import Final

RULE = "NodePool"


def pools(final: Final) -> Iterator[Violation]:
    """Too many opened nodes, or nodes that are no copy of their pool's template."""
    for pool in final.cluster.pools:
        opened = 0
        for node in final.cluster.nodes:
            if node.pool != pool.name:
                continue
            place = _place(pool, node)
            if place is None or not _same(node, numbered(pool.templates[place[0]], place[1])):
                yield Violation(RULE, f"{node.name} is no node that pool {pool.name} has.", node=node)
            else:
                opened += place[1] >= pool.taken[place[0]]
        if opened > pool.openable:
            yield Violation(RULE, f"Pool {pool.name} may open {pool.openable} nodes, and {opened} were opened.")


def _place(pool: NodePool, node: Node) -> tuple[int, int] | None:
    """Zone and number, as the name says them."""
    for zone, template in enumerate(pool.templates):
        number = node.name.removeprefix(f"{template.name}-")
        if number != node.name and number.isdecimal() and number == str(int(number)):
            return zone, int(number)
    return None


def _same(node: Node, copy: Node) -> bool:
    return (
        node.allocatable == copy.allocatable
        and node.labels == copy.labels
        and node.taints == copy.taints
        and node.unschedulable == copy.unschedulable
        and node.price_per_hour == copy.price_per_hour
    )
