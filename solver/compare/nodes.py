"""Measures of the nodes: how many, at what cost, how full, and how much of what is free is of no use."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from solver.cluster.resources import CPU, MEMORY
from solver.compare.measure import Better, Judged, Measure, Unit, Value

if TYPE_CHECKING:
    from collections.abc import Iterable

    from solver.cluster.cluster import Cluster
    from solver.cluster.node import Node
    from solver.placement import Placement

HOURS_PER_MONTH = 730


def cost_per_hour(placement: Placement) -> Decimal | None:
    """The price of the used nodes; None where one of them has none, or nothing here has a price."""
    prices = [node.price_per_hour for node in placement.used]
    if None in prices or not (prices or _has_prices(placement.cluster)):
        return None
    return sum((price for price in prices if price is not None), Decimal(0))


def _has_prices(cluster: Cluster) -> bool:
    offered = (*cluster.nodes, *(template for pool in cluster.pools for template in pool.templates))
    return any(node.price_per_hour is not None for node in offered)


def utilisation(placement: Placement, nodes: Iterable[Node], resource: str) -> float | None:
    """Requested / allocatable of one resource over these nodes, all their pods counted; None without allocatable."""
    chosen = tuple(nodes)
    allocatable = sum(node.allocatable.get(resource, 0) for node in chosen)
    requested = sum(pod.spec.requests.get(resource, 0) for node in chosen for pod in placement.pods_on[node])
    return requested / allocatable if allocatable else None


def _used(judged: Judged) -> int:
    return len(judged.result.placement.used)


def _hourly(judged: Judged) -> Value:
    cost = cost_per_hour(judged.result.placement)
    return None if cost is None else float(cost)


def _monthly(judged: Judged) -> Value:
    cost = cost_per_hour(judged.result.placement)
    return None if cost is None else float(cost * HOURS_PER_MONTH)


def _over_used(resource: str) -> Measure:
    def of(judged: Judged) -> Value:
        placement = judged.result.placement
        return utilisation(placement, placement.used, resource)

    return Measure(
        f"{resource}_used_nodes", f"{resource} utilisation, used nodes", Unit.SHARE, Better.MORE, of, among_equals=True
    )


def _over_all(resource: str) -> Measure:
    def of(judged: Judged) -> Value:
        placement = judged.result.placement
        return utilisation(placement, placement.cluster.nodes, resource)

    return Measure(
        f"{resource}_all_nodes", f"{resource} utilisation, all nodes", Unit.SHARE, Better.MORE, of, among_equals=True
    )


def _fragmentation(resource: str) -> Measure:
    def of(judged: Judged) -> Value:
        return judged.free.fragmentation(resource)

    return Measure(
        f"{resource}_fragmentation", f"{resource} fragmentation", Unit.SHARE, Better.LESS, of, among_equals=True
    )


NODES_USED = Measure("nodes_used", "nodes used", Unit.COUNT, Better.LESS, _used, among_equals=True)
COST_PER_HOUR = Measure("cost_per_hour", "cost per hour", Unit.MONEY, Better.LESS, _hourly, among_equals=True)
COST_PER_MONTH = Measure(
    "cost_per_month", "cost per month (730 h)", Unit.MONEY, Better.LESS, _monthly, among_equals=True
)
UTILISATION = tuple(kind(resource) for resource in (CPU, MEMORY) for kind in (_over_used, _over_all))
FRAGMENTATION = tuple(_fragmentation(resource) for resource in (CPU, MEMORY))
