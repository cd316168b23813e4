"""What can be bought: instance types, on demand or spot, as the nodes that they become in each zone."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from solver.catalog import allocatable, capacity
from solver.cluster.node import Node
from solver.cluster.topology import INSTANCE_TYPE, ZONE

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from decimal import Decimal

    from solver.catalog import InstanceType, NodeRules
    from solver.cluster.taints import Taint

ARCH, OS = "kubernetes.io/arch", "kubernetes.io/os"
CAPACITY_TYPE = "karpenter.sh/capacity-type"
"""The label that says whether a node is a spot one, as Karpenter writes it."""

_BETA = (OS, ARCH)
"""Labels that the kubelet writes under their old names, too: https://kubernetes.io/docs/reference/labels-annotations-taints/"""


class Capacity(StrEnum):
    """Which prices are asked for."""

    ON_DEMAND = "on-demand"
    SPOT = "spot"
    BOTH = "both"

    @property
    def kinds(self) -> tuple[Capacity, ...]:
        """One by one."""
        return (Capacity.ON_DEMAND, Capacity.SPOT) if self is Capacity.BOTH else (self,)


@dataclass(frozen=True, eq=False)
class Offer:
    """One type at one price; ``templates`` has a node for each zone, all alike but for the zone.

    ``pool`` is the name of the node pool that it becomes, ``price`` is per hour and node, fees included.
    """

    type: InstanceType
    capacity: Capacity
    pool: str
    price: Decimal
    templates: tuple[Node, ...]

    @property
    def title(self) -> str:
        """``m7i.large``, ``m7i.large spot``."""
        return f"{self.type.name} spot" if self.capacity is Capacity.SPOT else self.type.name

    @property
    def template(self) -> Node:
        """Of the first zone."""
        return self.templates[0]


def price_of(instance_type: InstanceType, capacity: Capacity) -> Decimal | None:
    """USD per hour, None where none is known."""
    return instance_type.spot_price if capacity is Capacity.SPOT else instance_type.on_demand_price


def offers_of(
    types: Iterable[InstanceType], capacity: Capacity, zones: Sequence[str], rules: NodeRules, fee: Decimal
) -> tuple[Offer, ...]:
    """Every type at every price that it has; ``fee`` is added per node and hour."""
    offers: dict[str, Offer] = {}
    for instance_type in types:
        for kind in capacity.kinds:
            price = price_of(instance_type, kind)
            if price is not None:
                offer = _offer(instance_type, kind, price + fee, zones, rules, taken=offers.keys())
                offers[offer.pool] = offer
    return tuple(offers.values())


def with_taints(offer: Offer, taints: tuple[Taint, ...]) -> Offer:
    """The offer with nodes that have these taints."""
    if taints == offer.template.taints:
        return offer
    return replace(offer, templates=tuple(replace(node, taints=taints) for node in offer.templates))


def _offer(
    instance_type: InstanceType,
    kind: Capacity,
    price: Decimal,
    zones: Sequence[str],
    rules: NodeRules,
    taken: Iterable[str],
) -> Offer:
    pool = _free_name(instance_type.name if kind is Capacity.ON_DEMAND else f"{instance_type.name}-spot", set(taken))
    usable, whole = allocatable(instance_type, rules), capacity(instance_type, rules)
    labels = {OS: "linux", ARCH: instance_type.arch, INSTANCE_TYPE: instance_type.name}
    labels |= {f"beta.{key}": labels[key] for key in _BETA}
    labels[CAPACITY_TYPE] = str(kind)
    templates = (
        Node(
            f"{pool}-{zone}",
            usable,
            labels={**labels, ZONE: zone},
            capacity=whole,
            price_per_hour=price,
            pool=pool,
            declared=False,
        )
        for zone in zones
    )
    return Offer(instance_type, kind, pool, price, tuple(templates))


def _free_name(text: str, taken: set[str]) -> str:
    """A name as node pools may have it."""
    name = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:55]
    return name if name not in taken else f"{name}-{len(taken)}"
