"""Measures of the nodes: how many, at what cost, how full, and how much of what is free is of no use."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from solver.compare.measure import Better, Judged, Measure, Unit, Value
from solver.compare.requested import requested_on

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

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
    requested = sum(requested_on(placement, node).get(resource, 0) for node in chosen)
    return requested / allocatable if allocatable else None


def _used(judged: Judged) -> int:
    return len(judged.result.placement.used)


def _hourly(judged: Judged) -> Value:
    cost = cost_per_hour(judged.result.placement)
    return None if cost is None else float(cost)


def _monthly(judged: Judged) -> Value:
    cost = cost_per_hour(judged.result.placement)
    return None if cost is None else float(cost * HOURS_PER_MONTH)


def over_used(resource: str) -> Measure:
    """How full the nodes are that are paid for."""

    def of(judged: Judged) -> Value:
        placement = judged.result.placement
        return utilisation(placement, placement.used, resource)

    return _share(f"{resource}_used_nodes", f"{resource} utilisation, used nodes", Better.MORE, of, _UTILISATION)


def over_all(resource: str) -> Measure:
    """How full all nodes are together."""

    def of(judged: Judged) -> Value:
        placement = judged.result.placement
        return utilisation(placement, placement.cluster.nodes, resource)

    return _share(f"{resource}_all_nodes", f"{resource} utilisation, all nodes", Better.MORE, of, _UTILISATION)


def fragmentation(resource: str) -> Measure:
    """How much of what is free is of no use."""

    def of(judged: Judged) -> Value:
        return judged.free.fragmentation(resource)

    return _share(f"{resource}_fragmentation", f"{resource} fragmentation", Better.LESS, of, _FRAGMENTATION)


def _share(key: str, title: str, better: Better, of: Callable[[Judged], Value], meaning: str) -> Measure:
    return Measure(key, title, Unit.SHARE, better, of, meaning, among_equals=True)


_UTILISATION = "Requested / allocatable, over the nodes used and over all nodes."
_FRAGMENTATION = "The share of what is free that lies on nodes where no pod of the scenario would fit."

NODES_USED = Measure(
    "nodes_used",
    "nodes used",
    Unit.COUNT,
    Better.LESS,
    _used,
    "Nodes that hold a pod which is neither a DaemonSet's nor a static one.",
    among_equals=True,
)
COST_PER_HOUR = Measure(
    "cost_per_hour",
    "cost per hour",
    Unit.PRICE,
    Better.LESS,
    _hourly,
    "The prices of the nodes used.",
    among_equals=True,
)
COST_PER_MONTH = Measure(
    "cost_per_month",
    f"cost per month ({HOURS_PER_MONTH} h)",
    Unit.MONEY,
    Better.LESS,
    _monthly,
    "The prices of the nodes used.",
    among_equals=True,
)
