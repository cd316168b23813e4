"""Cost: what the used nodes are charged per hour, or their number where nothing has a price."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import lcm
from typing import TYPE_CHECKING

from solver.errors import InputError
from solver.model.linear import total
from solver.objectives.objective import Expression

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from solver.cluster.cluster import Cluster
    from solver.cluster.node import Node
    from solver.model.model import Model
    from solver.objectives.question import Level
    from solver.placement import Placement


_MOST = 2**53
"""Whole numbers up to this one are exact wherever they are added up, floating point included."""


class Cost:
    """The sum of the prices of all nodes that hold a pod which is neither a DaemonSet's nor static; it has no tiers."""

    def expression(self, model: Model, level: Level) -> Expression:
        """Prices in the largest unit that makes all of them whole, times `used`."""
        prices = prices_of(model.cluster)
        parts = lcm(*(price.denominator for price in prices.values()))
        return Expression(
            total(model.used(node) * int(price * parts) for node, price in prices.items()), Fraction(1, parts)
        )

    def value(self, placement: Placement, level: Level) -> Fraction:
        """The sum over `Placement.used`."""
        prices = prices_of(placement.cluster)
        return sum((prices[node] for node in placement.used), Fraction(0))


def prices_of(cluster: Cluster) -> Mapping[Node, Fraction]:
    """The exact price of every node; 1 for each where none has a price."""
    if all(node.price_per_hour is None for node in _offered(cluster)):
        return dict.fromkeys(cluster.nodes, Fraction(1))
    return {node: Fraction(node.price_per_hour or Decimal(0)) for node in cluster.nodes}


def check_prices(cluster: Cluster) -> None:
    """See that either every node that is there or may be opened has a price, or none, and that prices add up exactly.

    Raises:
        InputError: some have one; names the others. Or they have so many digits that sums of them are too large.
    """
    offered = tuple(_offered(cluster))
    unpriced = [node.name for node in offered if node.price_per_hour is None]
    if unpriced and len(unpriced) < len(offered):
        raise InputError([_problem(name) for name in unpriced])
    if _highest(cluster) > _MOST:
        raise InputError(["prices of so many digits cannot be added exactly; round them all to fewer decimals"])


def _highest(cluster: Cluster) -> int:
    """What all nodes cost that are there or could be opened for a pod each, in the unit that makes prices whole."""
    numbers = [(node, 1) for node in cluster.nodes]
    for pool in cluster.pools:
        numbers += [(node, min(pool.openable, len(cluster.pods))) for node in pool.templates]
    prices = [(Fraction(node.price_per_hour or Decimal(0)), number) for node, number in numbers]
    parts = lcm(*(price.denominator for price, _ in prices))
    return int(sum(price * number for price, number in prices) * parts)


def _offered(cluster: Cluster) -> Iterable[Node]:
    """The nodes of the cluster, and one of each kind that a pool could add."""
    yield from cluster.nodes
    for pool in cluster.pools:
        if pool.openable:
            yield from pool.templates


def _problem(name: str) -> str:
    return (
        f"node {name} has no price while others have one, so their cost cannot be compared; give it a pricePerHour "
        "in its pool, the annotation podsolver/price-per-hour, or its instance type in the prices file, or leave cost "
        "out of the objectives"
    )
