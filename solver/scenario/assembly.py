"""From the objects of an input to a cluster, with a remark on everything left out or assumed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.cluster.cluster import Cluster
from solver.objectives.question import ObjectiveName
from solver.scenario.expansion.pods import Pods, read_pods
from solver.scenario.objects.node import PRICE, read_node
from solver.scenario.objects.pod_spec import PodSpecs
from solver.scenario.objects.priorities import read_priorities
from solver.scenario.objects.surroundings import read_budget, read_namespaces, read_service
from solver.scenario.own_kind import OwnKind, file_beside
from solver.scenario.pools import Opened, numbered_on, read_pool
from solver.scenario.prices import Offer, check_all_priced, priced, read_prices
from solver.scenario.remarks import remark
from solver.scenario.storage import read_storage

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from decimal import Decimal

    from solver.cluster.node import Node
    from solver.scenario.field import Field
    from solver.scenario.inventory import Inventory


def read_cluster(inventory: Inventory, own: OwnKind, expand: bool) -> Cluster:
    """The cluster that the objects and the scenario's node pools describe."""
    prices = _prices(inventory, own)
    opened = [read_pool(pool, place, prices) for pool, place in own.pools]
    _check_names(own, opened)
    declared = [(priced(read_node(root), prices), root) for root in inventory.roots("Node")]
    nodes = _nodes(declared, opened)
    if own.question.asks_for(ObjectiveName.COST):
        check_all_priced([*_offers(declared), *_offers_of_pools(own, opened)])
    found = read_pods(inventory, PodSpecs(read_priorities(inventory.roots("PriorityClass"))), nodes, expand)
    names = {node.name for node in nodes}
    pods = tuple(pod for pod in found.pods if pod.node is None or pod.node in names)
    cluster = Cluster(
        nodes=nodes,
        pods=pods,
        pools=tuple(numbered_on(each.pool, names) for each in opened),
        daemon_sets=tuple(found.daemon_sets),
        stray=tuple(pod for pod in found.pods if pod.node is not None and pod.node not in names),
        finished=tuple(found.finished),
        namespaces=read_namespaces(inventory.roots("Namespace"), _namespaces_in_use(found)),
        budgets=tuple(read_budget(root, pods) for root in inventory.roots("PodDisruptionBudget")),
        services=tuple(read_service(root) for root in inventory.roots("Service")),
        controllers=tuple(found.controllers),
        storage=read_storage(inventory, found.claims),
    )
    remark(cluster, found, inventory)
    return cluster


def _prices(inventory: Inventory, own: OwnKind) -> dict[str, Decimal]:
    if own.spec.prices is None or own.place is None:
        return {}
    path = file_beside(own.spec.prices, own.place.at("prices"))
    return {} if path is None else read_prices(path, inventory.findings)


def _nodes(declared: Sequence[tuple[Node, Field]], opened: Sequence[Opened]) -> tuple[Node, ...]:
    """The Node objects, then the pools' nodes; no two of them can have one name."""
    from_pools = [node for each in opened for node in each.nodes]
    taken = {node.name for node in from_pools}
    for node, root in declared:
        if node.name in taken:
            root.at("metadata", "name").wrong(
                "a node pool of the scenario makes a node of this name", "rename the node or the pool"
            )
    return (*(node for node, _ in declared), *from_pools)


def _check_names(own: OwnKind, opened: Sequence[Opened]) -> None:
    """Pool ``a`` in zone ``b-c`` and pool ``a-b`` in zone ``c`` would make nodes of the same names."""
    makers: dict[str, str] = {}
    for each, (pool, place) in zip(opened, own.pools, strict=True):
        for template in each.pool.templates:
            other = makers.setdefault(template.name, pool.name)
            if other != pool.name:
                text = f"its nodes would be called {template.name}-0 and so on, as those of pool {other}"
                place.at("name").wrong(text, "rename one of the pools")


def _offers(declared: Iterable[tuple[Node, Field]]) -> Iterator[Offer]:
    for node, root in declared:
        yield node.price_per_hour, root.at("metadata", "annotations", PRICE)


def _offers_of_pools(own: OwnKind, opened: Iterable[Opened]) -> Iterator[Offer]:
    """One of each pool that has nodes or may have some."""
    for each, (_, place) in zip(opened, own.pools, strict=True):
        if each.nodes or each.pool.openable:
            yield each.pool.templates[0].price_per_hour, place.at("pricePerHour")


def _namespaces_in_use(found: Pods) -> list[str]:
    used = [pod.namespace for pod in found.pods]
    used += [daemon_set.spec.namespace for daemon_set in found.daemon_sets]
    used += [controller.namespace for controller in found.controllers]
    return list(dict.fromkeys(used))
