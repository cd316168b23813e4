"""Nodes that pools have and may open, and the pods that DaemonSets make for nodes, as raw manifests.

Pools are podsolver's own (`docs/scenario_format.md`); for DaemonSets see
https://kubernetes.io/docs/concepts/workloads/controllers/daemonset/#taints-and-tolerations
"""

from __future__ import annotations

import copy
from itertools import product
from typing import TYPE_CHECKING

from tests.oracle.filters import HARD
from tests.oracle.matching import selects_node, untolerated
from tests.oracle.objects import ZONE, Raw, name, of_kind

if TYPE_CHECKING:
    from collections.abc import Iterator

HOSTNAME = "kubernetes.io/hostname"
PRICE = "podsolver/price-per-hour"
ADDED = {
    "not-ready": "NoExecute",
    "unreachable": "NoExecute",
    "disk-pressure": "NoSchedule",
    "memory-pressure": "NoSchedule",
    "pid-pressure": "NoSchedule",
    "unschedulable": "NoSchedule",
}
"""Conditions of nodes that the DaemonSet controller lets its pods tolerate."""

Row = tuple[Raw, str | None, int]
"""A pool, one of its zones (None: it names none), and how many nodes are there from the start."""


def opened_ways(raw: list[Raw]) -> Iterator[tuple[list[Raw], tuple[str, ...]]]:
    """The objects for every way of opening nodes: equal nodes in the order of their numbers, and which are new."""
    pools = [pool for item in of_kind(raw, "Scenario") for pool in item["spec"].get("nodePools") or []]
    rows = [row for pool in pools for row in rows_of(pool)]
    standing = [pool_node(pool, zone, number) for pool, zone, there in rows for number in range(there)]
    most = [max(0, pool.get("max", 0) - pool.get("min", 0)) for pool, _, _ in rows]
    for more in product(*(range(limit + 1) for limit in most)):
        by_pool = [sum(n for n, row in zip(more, rows, strict=True) if row[0] is pool) for pool in pools]
        if all(n <= max(0, pool.get("max", 0) - pool.get("min", 0)) for n, pool in zip(by_pool, pools, strict=True)):
            new = [
                pool_node(pool, zone, there + rank)
                for n, (pool, zone, there) in zip(more, rows, strict=True)
                for rank in range(n)
            ]
            yield with_daemons([*raw, *standing, *new]), tuple(map(name, new))


def rows_of(pool: Raw) -> list[Row]:
    """One for each zone; the nodes that are there are dealt to the zones in turn."""
    zones = pool.get("zones") or [None]
    present = pool.get("min", 0)
    return [(pool, zone, len(range(place, present, len(zones)))) for place, zone in enumerate(zones)]


def pool_node(pool: Raw, zone: str | None, number: int) -> Raw:
    full = "-".join([pool["name"], *([zone] if zone else []), str(number)])
    labels = {"kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64", **pool.get("labels", {}), HOSTNAME: full}
    if zone:
        labels[ZONE] = zone
    price = {PRICE: str(pool["pricePerHour"])} if "pricePerHour" in pool else {}
    metadata = {"name": full, "labels": labels, "annotations": price}
    amounts = {"pods": "110", **pool["shape"]}
    spec = {"taints": pool.get("taints", [])}
    return {"apiVersion": "v1", "kind": "Node", "metadata": metadata, "spec": spec, "status": {"allocatable": amounts}}


def with_daemons(raw: list[Raw]) -> list[Raw]:
    """What exists, with the pods of DaemonSets in their place."""
    kept = [item for item in raw if item["kind"] not in ("Scenario", "DaemonSet")]
    made = (daemon(one, node) for one in of_kind(raw, "DaemonSet") for node in of_kind(raw, "Node"))
    return [*kept, *(pod for pod in made if pod is not None)]


def daemon(daemon_set: Raw, node: Raw) -> Raw | None:
    """The set's pod for the node, bound to it by the node's name, where the controller would make one."""
    template = copy.deepcopy(daemon_set["spec"]["template"])
    spec = template["spec"]
    spec["tolerations"] = [*(spec.get("tolerations") or []), *map(_tolerated, ADDED)]
    owner = {"apiVersion": "apps/v1", "kind": "DaemonSet", "name": name(daemon_set), "uid": "u", "controller": True}
    space = daemon_set["metadata"].get("namespace", "default")
    metadata = {**template["metadata"], "name": f"{name(daemon_set)}-{name(node)}", "namespace": space}
    pod: Raw = {"apiVersion": "v1", "kind": "Pod", "metadata": {**metadata, "ownerReferences": [owner]}, "spec": spec}
    if not selects_node(pod, node) or untolerated(pod, node, HARD):
        return None
    required = spec.setdefault("affinity", {}).setdefault("nodeAffinity", {})
    terms = required.get("requiredDuringSchedulingIgnoredDuringExecution", {}).get("nodeSelectorTerms") or [{}]
    named = [{"key": "metadata.name", "operator": "In", "values": [name(node)]}]
    pinned = [{**term, "matchFields": named} for term in terms]
    required["requiredDuringSchedulingIgnoredDuringExecution"] = {"nodeSelectorTerms": pinned}
    return pod


def _tolerated(condition: str) -> Raw:
    return {"key": f"node.kubernetes.io/{condition}", "operator": "Exists", "effect": ADDED[condition]}
