"""Which groups are late: what a filling should take, so that what remains can be filled as well as what was there.

Filling node after node with what is worth most leaves awkward pods for the end, hardly two on a node: those that keep
apart, and large ones that take much of a resource which others leave free. A group is *late* where more of its pods
remain, as a share of all, than of the nodes that could take them; that matters by how many nodes they need at least.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from solver.strategies.cpsat.fluid.plan import Plan
    from solver.strategies.cpsat.fluid.relaxation import Relaxation
    from solver.strategies.cpsat.fluid.rows import Floats, Ints

_LATE = 0.3
"""A group of which all is left at the end is preferred by so many prices of the nodes that it fills alone."""
_EARLY = 0.1
"""Awkward pods are this much ahead of the others."""


class Balance:
    """Lateness of the groups of a plan, while ``wanted`` nodes of each class are opened."""

    def __init__(self, plan: Plan, relaxation: Relaxation, wanted: Floats) -> None:
        self._plan = plan
        classes = relaxation.classes
        self._price = np.array([float(each.price) for each in classes])
        self._wanted = wanted
        self._first = np.array([each.places[0] for each in classes])
        self._share = np.stack([_share(plan.supply.requests, each.room, each.most) for each in classes], axis=1)
        self._takes = np.stack([each.most > 0 for each in classes], axis=1)
        self._zones = self._zones_of_classes()
        self._total = np.stack([plan.share(place) for place in self._first], axis=1)

    def preferred(self, chosen: int, opened: Floats) -> Floats:
        """How much each group is preferred on the next node of a class, in prices; may be negative."""
        at, price = self._first[chosen], self._price[chosen]
        asked = np.where(self._takes & (self._zones == self._zones[:, [chosen]]), self._price, 0.0)
        remaining = asked @ np.maximum(self._wanted - opened, 0.0)
        nodes = remaining / np.maximum(asked @ self._wanted, 1e-9)
        pods = self._plan.share(at) / np.maximum(self._total[:, chosen], 1)
        preferred: Floats = price * self._share[:, chosen] * (_EARLY + _LATE * (pods - nodes))
        return preferred

    def share(self, chosen: int) -> Floats:
        """The part of a node of the class that one pod of each group takes at least, by resources and limits."""
        share: Floats = self._share[:, chosen]
        return share

    def _zones_of_classes(self) -> Ints:
        """Per group and class the domain that the group's even shares know it by; one for all without shares."""
        zones = np.zeros(self._takes.shape, dtype=np.int64)
        quotas = self._plan.quotas
        zones[quotas.rows] = quotas.zone[:, self._first]
        return zones


def _share(requests: Ints, room: Ints, most: Ints) -> Floats:
    by_room = (requests / np.maximum(room, 1)[:, None]).max(axis=0, initial=0.0)
    share: Floats = np.minimum(np.maximum(by_room, 1 / np.maximum(most, 1)), 1.0)
    return share
