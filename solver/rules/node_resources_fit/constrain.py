"""NodeResourcesFit over counts.

    Σ_g request[g, r] · count[g, n]  <=  allocatable[n, r] · opened[n]        for every resource r, and 1 pod each for
    pods

On a node that holds more than it has in the input, this binds only where somebody arrives who requests the resource:
pods that are there may stay, whatever they take. Requests are divided by what all of them have in common, so bytes stay
exact and numbers small.
"""

from __future__ import annotations

from math import gcd
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from solver.cluster.resources import PODS
from solver.model.crowding import at_most
from solver.model.linear import total

if TYPE_CHECKING:
    from collections.abc import Iterator

    from solver.cluster.node import Node
    from solver.model.model import Model

_Amounts = NDArray[np.int64]


def constrain(model: Model) -> None:
    """One inequality per resource and node; where nodes are charged, one more that ties them to being used."""
    workload = np.array([group.movable for group in model.groups], dtype=np.int64)
    for resource, amounts in _requests(model):
        unit = gcd(*amounts.tolist())
        scaled = amounts // unit
        with model.stating("NodeResourcesFit", resource):
            for node in model.free_nodes:
                _fit(model, node, scaled, node.allocatable.get(resource, 0) // unit)
                if model.charges_nodes:
                    _fit_used(model, node, scaled, workload, node.allocatable.get(resource, 0) // unit)


def _requests(model: Model) -> Iterator[tuple[str, _Amounts]]:
    """For every resource that somebody requests, what a pod of each group takes of it."""
    yield PODS, np.ones(len(model.groups), dtype=np.int64)
    names = {
        name: None
        for group in model.groups
        for name, amount in group.spec.requests.items()
        if amount > 0 and name != PODS
    }
    for name in names:
        yield name, np.array([group.spec.requests.get(name, 0) for group in model.groups], dtype=np.int64)


def _fit(model: Model, node: Node, amounts: _Amounts, room: int) -> None:
    load, before = model.load(node, amounts), model.load_before(node, amounts)
    if before <= room:
        model.require(load <= model.opened(node) * room)
    else:
        asking = (group for group in model.groups if amounts[group.index] > 0)
        at_most(model, room, load, total(model.arrivals(group, node) for group in asking), before)


def _fit_used(model: Model, node: Node, amounts: _Amounts, workload: _Amounts, room: int) -> None:
    """``Σ over workloads <= (allocatable - what daemons surely take) · used``: implied, and what makes bounds good."""
    used = model.used(node)
    if used.is_constant or model.load_before(node, amounts) > room:
        return
    surely = model.limits(model.load(node, amounts * (1 - workload)))[0]
    model.require(model.load(node, amounts * workload) <= used * (room - surely))
