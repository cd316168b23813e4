"""A lower bound of the price of any mix of some offers, from totals alone: cheap enough for thousands of subsets.

Give every resource a price w >= 0 per unit such that no offer has resources worth more than it costs: ∑ w·room is at
most its price. Then no mix costs less than ∑ w·demand, since its nodes together have room for all that is asked for.
The best such w is a vertex of that polyhedron: the optimum of the linear program dual to buying fractions of nodes.
There are as many dimensions as resources, so the vertices of few offers are enumerated outright; of many offers those
are added, one by one, that the best vertex so far would give away below their worth.
"""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from math import inf
from typing import TYPE_CHECKING

import numpy as np

from solver.cluster.resources import PODS
from solver.compare.fragmentation import admits
from solver.studies.node_sizes.capacity import demand, for_workloads, resources_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from solver.cluster.cluster import Cluster
    from solver.cluster.pod import PodSpec
    from solver.studies.node_sizes.offers import Offer

_DOUBT = 1e-9
"""Of the bound: given away for the rounding of floating point numbers."""
_TILTS = 100
"""Demands near that of the workloads, for which the best prices are found, too."""
_SINGULAR = 1e-12


class Floor:
    """Bounds for subsets of the offers that it was made with."""

    def __init__(self, offers: Sequence[Offer], workloads: Cluster) -> None:
        wanted = demand(workloads)
        self.names = [name for name in resources_of(workloads) if wanted.get(name, 0)]
        self._wanted = [float(wanted[name]) for name in self.names]
        self._kinds = Counter(pod.spec for pod in workloads.pending)
        self._row = {offer: at for at, offer in enumerate(offers)}
        self._prices = np.array([float(offer.price) for offer in offers])
        rooms = [for_workloads(offer.template, workloads) for offer in offers]
        amounts = np.array([[room.get(name, 0) for name in self.names] for room in rooms], dtype=np.float64)
        # In units of the demand every worth is at most the bound itself: one scale for bytes and cores.
        self._room = amounts.reshape(len(offers), len(self.names)) / np.array(self._wanted)

    def of_whole_pods(self, offers: Sequence[Offer]) -> float:
        """The same, heeding that a pod runs on one node: some kinds of pods fit only some of the offers.

        Of every set of offers, the nodes in a mix have room for all pods that fit nothing else; so the mix costs at
        least what the totals of these pods say of these offers.
        """
        bound = self.of(offers)
        for fitting, share in self._only_on(offers).items():
            rows = [self._row[offer] for offer in fitting]
            room = self._room[rows] / np.maximum(share, _SINGULAR)
            bound = max(bound, float(self._over_all(room, self._prices[rows]).sum()) * (1 - _DOUBT))
        return bound

    def _only_on(self, offers: Sequence[Offer]) -> dict[tuple[Offer, ...], NDArray[np.float64]]:
        """Sets of offers, and of each the share of the demand that fits nothing else."""
        sets: dict[tuple[Offer, ...], NDArray[np.float64]] = {}
        for spec, number in self._kinds.items():
            wanted = np.array([1 if name == PODS else spec.requests.get(name, 0) for name in self.names]) * number
            share = wanted / np.array(self._wanted)
            fitting = tuple(offer for offer in offers if _admitted(offer, spec) and self._takes(offer, share, number))
            if fitting and len(fitting) < len(offers):
                sets[fitting] = sets.get(fitting, 0.0) + share
        return {
            some: sum((share for other, share in sets.items() if set(other) <= set(some)), np.zeros(len(self.names)))
            for some in sets
        }

    def _takes(self, offer: Offer, share: NDArray[np.float64], number: int) -> bool:
        """Whether one of so many pods, which have this share of the demand together, has room on an empty node."""
        return bool((share / number <= self._room[self._row[offer]] * (1 + _DOUBT)).all())

    def vertices(self, offers: Sequence[Offer], names: Sequence[str], seed: int) -> NDArray[np.float64]:
        """Prices of the named resources that are allowed with these offers, one row each, in USD per hour and unit.

        The first is the best for the demand, each other one for a demand near it, so the largest worth of what is left
        is a bound for what the rest costs. What is not asked for costs nothing.
        """
        rows = [self._row[offer] for offer in offers]
        dice = np.random.default_rng(seed)
        tilts = np.vstack((np.ones(len(self.names)), np.exp(dice.normal(0.0, 1.0, (_TILTS, len(self.names))))))
        found = [self._over_all(self._room[rows] / tilt, self._prices[rows]) / tilt for tilt in tilts]
        vertices = np.array(found) / np.array(self._wanted)
        _, first = np.unique(vertices, axis=0, return_index=True)
        columns = dict(zip(self.names, vertices[np.sort(first)].T, strict=True))
        none = np.zeros(len(first))
        return np.column_stack([columns.get(name, none) for name in names])

    def alone(self, offer: Offer) -> float:
        """What whole nodes of one offer cost that have room for the totals: an estimate to rank offers by."""
        room = self._room[self._row[offer]]
        return inf if (room <= 0).any() else float(np.ceil(1 / room.min()) * self._prices[self._row[offer]])

    def of(self, offers: Sequence[Offer]) -> float:
        """In USD per hour; infinite where some resource is not to be had of these offers at all, or there is none."""
        rows = [self._row[offer] for offer in offers]
        room, prices = self._room[rows], self._prices[rows]
        if not len(room) or (room.max(axis=0) <= 0).any():
            return inf
        return float(self._over_all(room, prices).sum()) * (1 - _DOUBT)

    def _over_all(self, room: NDArray[np.float64], prices: NDArray[np.float64]) -> NDArray[np.float64]:
        """The best vertex of few offers, with those added that it violates, until it violates none."""
        chosen = list(dict.fromkeys(int(np.argmin(prices / np.maximum(amounts, _SINGULAR))) for amounts in room.T))
        while True:
            worths = self._best(room[chosen], prices[chosen])
            over = room @ worths / np.maximum(prices, _SINGULAR)
            over[chosen] = 0.0
            worst = int(np.argmax(over))
            if over[worst] <= 1.0:
                return worths
            chosen.append(worst)

    @staticmethod
    def _best(room: NDArray[np.float64], prices: NDArray[np.float64]) -> NDArray[np.float64]:
        """The vertex of the largest sum: every choice of as many tight constraints as dimensions is looked at."""
        size = room.shape[1]
        rows = np.vstack((room, -np.eye(size)))
        limits = np.append(prices, np.zeros(size))
        chosen = np.array(list(combinations(range(len(rows)), size)))
        systems = rows[chosen]
        solvable = np.abs(np.linalg.det(systems)) > _SINGULAR
        worths = np.linalg.solve(systems[solvable], limits[chosen[solvable]][..., None])[..., 0]
        allowed = (worths @ rows.T <= limits + _DOUBT * max(1.0, float(prices.max()))).all(axis=1)
        vertices: NDArray[np.float64] = np.clip(worths[allowed], 0.0, None)
        best: NDArray[np.float64] = vertices[np.argmax(vertices.sum(axis=1))]
        return best


def _admitted(offer: Offer, spec: PodSpec) -> bool:
    """Whether a node of the offer would take the pod in some zone."""
    return any(admits(node, spec) for node in offer.templates)
