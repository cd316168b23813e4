"""Nodes as objects of the input.

Source: https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/node-v1/
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from solver.cluster.node import Node
from solver.scenario.objects.amounts import countable, read_amounts, rounded, too_large
from solver.scenario.objects.metadata import labels_of, name_of
from solver.scenario.objects.taints import read_taints

if TYPE_CHECKING:
    from solver.scenario.field import Field
    from solver.scenario.problems import Notices

PRICE = "podsolver/price-per-hour"


def read_node(root: Field, name: str | None = None) -> Node:
    """One Node, under its own name unless given; where it has no allocatable at all, its capacity is that."""
    status = root.at("status")
    capacity = read_resources(status.at("capacity"))
    allocatable = status.at("allocatable")
    return Node(
        name=name_of(root) if name is None else name,
        allocatable=read_resources(allocatable) if allocatable.present else capacity,
        labels=labels_of(root),
        capacity=capacity,
        taints=read_taints(root.at("spec", "taints")),
        unschedulable=root.at("spec", "unschedulable").flag(),
        images=_read_images(status.at("images")),
        price_per_hour=read_price(root.at("metadata", "annotations", PRICE)),
        ready=_is_ready(status.at("conditions")),
    )


def read_price(place: Field) -> Decimal | None:
    """A price per hour."""
    if place.value is None:
        return None
    price = parse_price(place.value)
    if price is None:
        place.wrong("not a price", 'write a number from 0, such as "0.1008"')
        return None
    return counted(price, place.findings.notices)


def counted(price: Decimal, notices: Notices) -> Decimal:
    """The price to so many decimals that sums of prices stay exact; a notice where that is another number."""
    if price == (found := round(price, DECIMALS)):
        return price
    notices.add(f"a price with more than {DECIMALS} decimals is rounded to {DECIMALS}")
    return found


def parse_price(value: object) -> Decimal | None:
    """A number, or text that is one, as an exact decimal; None where it is neither, negative, or beyond all prices."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    if not _PRICE.fullmatch(str(value)):
        return None
    price = Decimal(str(value))
    return price if price < HIGHEST_PRICE else None


_PRICE = re.compile(r"\+?(\d{1,30}\.?\d{0,30}|\.\d{1,30})([eE][+-]?\d{1,3})?", re.ASCII)
DECIMALS = 9
HIGHEST_PRICE = Decimal(10**9)
"""A price beyond this is a mistake."""


def read_resources(place: Field) -> dict[str, int]:
    """The resources of a machine: milli-CPU, bytes, pieces.

    What the scheduler does not count is left out: a kubelet may name such things, and people may mistype others.
    """
    amounts = rounded(read_amounts(place))
    resources = countable(amounts)
    if len(resources) < len(amounts):
        unknown = ", ".join(sorted(amounts.keys() - resources.keys()))
        place.findings.notices.add(f"no resource that pods can ask for: {unknown} of nodes is left out")
    for name in too_large(resources):
        place.at(name).wrong("more than any machine has", "lower the amount")
    return resources


def _read_images(place: Field) -> dict[str, int]:
    """Every name of an image, to its size in bytes."""
    return {
        name: item.at("sizeBytes").integer(0, 2**63 - 1) or 0 for item in place for name in item.at("names").texts()
    }


def _is_ready(place: Field) -> bool:
    """What the condition Ready says; a node without one counts as ready."""
    return not any(item.at("type").value == "Ready" and item.at("status").value != "True" for item in place)
