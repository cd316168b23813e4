"""Node pools: from a scenario's ``nodePools`` to nodes that are there and nodes that can be opened."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from solver.catalog import allocatable, capacity, instance_types
from solver.cluster.node import Node
from solver.cluster.pool import NodePool, numbered
from solver.cluster.resources import CPU, MEMORY, PODS
from solver.cluster.topology import HOSTNAME, INSTANCE_TYPE, ZONE
from solver.scenario.field import Field, nearest
from solver.scenario.kubernetes_fields import check
from solver.scenario.objects.amounts import check_names, read_amounts
from solver.scenario.objects.node import read_node, read_price, read_resources
from solver.scenario.objects.taints import read_taints
from solver.scenario.prices import priced

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from decimal import Decimal

    from solver.scenario.schema import Pool

ARCH, OS = "kubernetes.io/arch", "kubernetes.io/os"
_NUMBER = re.compile(r"0|[1-9][0-9]{0,252}", re.ASCII)
DEFAULT_PODS = 110
"""The kubelet's own default."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A pool, and its nodes that are there from the start."""

    pool: NodePool
    nodes: tuple[Node, ...]


def read_pool(pool: Pool, place: Field, prices: Mapping[str, Decimal]) -> Opened:
    """One node pool; ``place`` is where the scenario describes it."""
    size = _size(pool, place)
    labels = {OS: "linux", ARCH: "amd64", **size.labels, **pool.labels}
    price = read_price(place.at("pricePerHour"))
    node = replace(
        size,
        name=pool.name,
        labels={key: value for key, value in labels.items() if key != HOSTNAME},
        taints=size.taints + read_taints(place.at("taints")),
        pool=pool.name,
        declared=False,
    )
    node = replace(node, price_per_hour=price) if price is not None else _priced(node, pool, prices)
    return _dealt(pool, _per_zone(node, pool.zones))


def numbered_on(pool: NodePool, names: Collection[str]) -> NodePool:
    """The pool with numbers for its further nodes that no node of these names has: they go on after the highest."""
    taken = zip(pool.taken, (_highest(template.name, names) for template in pool.templates), strict=True)
    return replace(pool, taken=tuple(max(own, highest + 1) for own, highest in taken))


def _highest(prefix: str, names: Collection[str]) -> int:
    """Of the nodes that a template would make, the highest number among the names; -1 where there is none."""
    numbers = (name.removeprefix(f"{prefix}-") for name in names if name.startswith(f"{prefix}-"))
    return max((int(number) for number in numbers if _NUMBER.fullmatch(number)), default=-1)


def _dealt(pool: Pool, templates: tuple[Node, ...]) -> Opened:
    """Nodes dealt to the zones in turn."""
    present = pool.min if pool.count is None else pool.count
    zones = len(templates)
    nodes = tuple(numbered(templates[position % zones], position // zones) for position in range(present))
    taken = tuple(len(range(zone, present, zones)) for zone in range(zones))
    openable = 0 if pool.max is None else pool.max - present
    return Opened(NodePool(pool.name, templates, taken, openable), nodes)


def _per_zone(node: Node, zones: Sequence[str]) -> tuple[Node, ...]:
    if not zones:
        return (node,)
    return tuple(replace(node, name=f"{node.name}-{zone}", labels={**node.labels, ZONE: zone}) for zone in zones)


def _priced(node: Node, pool: Pool, prices: Mapping[str, Decimal]) -> Node:
    """The node with the price of its annotation, else of the scenario's prices, else of the catalogue."""
    node = priced(node, prices)
    known = instance_types().get(pool.instance_type or "")
    if node.price_per_hour is None and known is not None:
        return replace(node, price_per_hour=known.on_demand_price)
    return node


def _size(pool: Pool, place: Field) -> Node:
    """A node of the pool's size, with the labels and taints that come with it."""
    if pool.instance_type is not None:
        return _of_type(pool.instance_type, place.at("instanceType"))
    if pool.template is not None:
        root = _as_node(place.at("template"))
        check(root.document, root.findings.problems, root.findings.notices)
        template = read_node(root, name=pool.name)
        _check_size(template.allocatable, root.at("status", "allocatable"))
        return replace(template, allocatable={PODS: DEFAULT_PODS, **template.allocatable})
    check_names(place.at("shape"), read_amounts(place.at("shape")))
    shape = read_resources(place.at("shape"))
    _check_size(shape, place.at("shape"))
    allocatable = {PODS: DEFAULT_PODS, **shape}
    return Node(pool.name, allocatable, capacity=allocatable)


def _as_node(template: Field) -> Field:
    """A pool's template as a Node of its own, so that it is checked as one."""
    document = template.document
    node = {"apiVersion": "v1", "kind": "Node", **template.mapping()}
    return Field(replace(document, value=node, prefix=document.prefix + template.path), template.findings, node)


def _check_size(resources: Mapping[str, int], place: Field) -> None:
    for name in (CPU, MEMORY):
        if not resources.get(name):
            place.missing(name, "say how much of it pods may use")


def _of_type(name: str, place: Field) -> Node:
    types = instance_types()
    if name not in types:
        near = nearest(name, types)
        question = (
            f"did you mean {', '.join(near[:-1])}{' or ' if near[1:] else ''}{near[-1]}?"
            if near
            else "use a shape instead"
        )
        place.wrong("no such instance type in the catalogue", question)
        return Node(name, {})
    known = types[name]
    labels = {INSTANCE_TYPE: name, ARCH: known.arch}
    return Node(name, allocatable(known), labels=labels, capacity=capacity(known))
