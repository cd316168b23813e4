"""Where the money goes: to what pods request, to DaemonSets, to what nodes keep, to what no pod asks for.

Half of a node's price is taken to be for its cpu, half for its memory, as advertised; each half goes where that
resource went.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from solver.cluster.resources import CPU, MEMORY

if TYPE_CHECKING:
    from collections.abc import Iterable

    from solver.cluster.node import Node
    from solver.cluster.pod import Pod
    from solver.studies.node_sizes.mix import Mix

HALVES = (CPU, MEMORY)


@dataclass(frozen=True, slots=True)
class Money:
    """USD per hour for each purpose; they add up to the cost."""

    requested: Fraction
    daemons: Fraction
    reserved: Fraction
    stranded: Fraction

    @property
    def total(self) -> Fraction:
        """The cost."""
        return self.requested + self.daemons + self.reserved + self.stranded


def money(mix: Mix) -> Money:
    """Of a mix, over all nodes and both halves."""
    parts = [_split(node, mix.standing.pods_on.get(node, ()), half) for node in mix.nodes for half in HALVES]
    sums = [sum(column, Fraction(0)) for column in zip(*parts, strict=True)] or [Fraction(0)] * 4
    return Money(*sums)


def _split(node: Node, pods: Iterable[Pod], resource: str) -> tuple[Fraction, Fraction, Fraction, Fraction]:
    price = Fraction(node.price_per_hour or 0) / len(HALVES)
    whole = max(node.capacity.get(resource, 0), node.allocatable.get(resource, 0))
    if not whole:
        return Fraction(0), Fraction(0), Fraction(0), price
    requested = daemons = 0
    for pod in pods:
        amount = pod.spec.requests.get(resource, 0)
        if pod.movable:
            requested += amount
        else:
            daemons += amount
    reserved = whole - node.allocatable.get(resource, 0)
    amounts = (requested, daemons, reserved, whole - requested - daemons - reserved)
    first, second, third, fourth = (price * Fraction(amount, whole) for amount in amounts)
    return first, second, third, fourth
