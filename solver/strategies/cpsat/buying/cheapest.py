"""The cheapest nodes for a few pods, all at once, by CP-SAT: a place for each node there may be, in its zone.

minimise Σ_s Σ_t price_t b[s,t]          Σ_t b[s,t] ≤ 1 for every place s
Σ_k request[k,r] y[s,k]  ≤  Σ_t room[t,r] b[s,t]
Σ_s y[s,k]  =  the pods of lot k         over all places, or over those of its zone where it is tied to one
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from ortools.sat.python import cp_model

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from solver.strategies.cpsat.packing.task import Ints

_WORK = 0.5
"""Deterministic seconds of one program."""


@dataclass(frozen=True, eq=False)
class Lots:
    """``pods`` of each lot, which are alike, what each of them asks for (``requests``: a row per lot) and its ``zone``.

    The zone is -1 where they may go to any. ``reach``: the most of a lot on a node, by zone, offer and lot.
    """

    pods: Ints
    requests: Ints
    zone: Ints
    reach: Ints


@dataclass(frozen=True, eq=False, slots=True)
class Place:
    """A node in a ``zone``: an offer, None for no node, and how many pods of each lot."""

    zone: int
    offer: int | None
    held: Ints


@dataclass(frozen=True, slots=True)
class Found:
    """``places`` that cost less than before, None where none were found; ``finished``: nothing is cheaper than that."""

    places: Sequence[Place] | None
    finished: bool


def cheapest(lots: Lots, rooms: Ints, prices: Ints, before: Sequence[Place], seed: int) -> Found:
    """Offers for the places, with other pods, that cost less; ``rooms`` has a row per offer."""
    program = _Program(lots, rooms, prices, before)
    solver = cp_model.CpSolver()
    solver.parameters.random_seed = seed % 2**31
    solver.parameters.num_workers = 1
    solver.parameters.linearization_level = 2
    solver.parameters.max_deterministic_time = _WORK
    solver.parameters.catch_sigint_signal = False
    status = solver.solve(program.model)
    found = status in (cp_model.OPTIMAL, cp_model.FEASIBLE) and solver.objective_value < program.spent - 0.5
    finished = status in (cp_model.OPTIMAL, cp_model.INFEASIBLE)
    return Found(program.places(solver) if found else None, finished)


class _Program:
    def __init__(self, lots: Lots, rooms: Ints, prices: Ints, before: Sequence[Place]) -> None:
        self.model = cp_model.CpModel()
        self._lots, self._rooms, self._before = lots, rooms, before
        self.spent = sum(int(prices[each.offer]) for each in before if each.offer is not None)
        offers = range(len(prices))
        self._is = [[self.model.new_bool_var("") for _ in offers] for _ in before]
        self._held = [[self.model.new_int_var(0, most, "") for most in self._most(place).tolist()] for place in before]
        for place, is_, held in zip(before, self._is, self._held, strict=True):
            self.model.add_at_most_one(is_)
            self._fit(is_, held)
            self._admit(lots.reach[place.zone], is_, held)
        self._all_placed()
        cost = sum(cp_model.LinearExpr.weighted_sum(is_, prices.tolist()) for is_ in self._is)
        self.model.add(cost <= self.spent)
        self.model.minimize(cost)
        self._hint()

    def _most(self, place: Place) -> Ints:
        there = (self._lots.zone < 0) | (self._lots.zone == place.zone)
        most: Ints = np.minimum(self._lots.pods, self._lots.reach[place.zone].max(axis=0, initial=0)) * there
        return most

    def _fit(self, is_: Sequence[cp_model.IntVar], held: Sequence[cp_model.IntVar]) -> None:
        for request, room in zip(self._lots.requests.T, self._rooms.T, strict=True):
            unit = max(1, int(np.gcd.reduce(request)))
            taken = cp_model.LinearExpr.weighted_sum(held, (request // unit).tolist())
            self.model.add(taken <= cp_model.LinearExpr.weighted_sum(is_, (room // unit).tolist()))

    def _admit(self, reach: Ints, is_: Sequence[cp_model.IntVar], held: Sequence[cp_model.IntVar]) -> None:
        """No pods on nodes that would not take them; what room and the limit of a lot say is said already."""
        kept_off: NDArray[np.bool_] = (reach == 0) & (reach.max(axis=0, initial=0) > 0)
        for lot in np.flatnonzero(kept_off.any(axis=0)).tolist():
            taking = sum(is_[offer] for offer in np.flatnonzero(~kept_off[:, lot]).tolist())
            self.model.add(held[lot] <= int(self._lots.pods[lot]) * taking)

    def _all_placed(self) -> None:
        for lot, pods in enumerate(self._lots.pods.tolist()):
            self.model.add(sum(held[lot] for held in self._held) == pods)

    def _hint(self) -> None:
        for place, is_, held in zip(self._before, self._is, self._held, strict=True):
            for offer, variable in enumerate(is_):
                self.model.add_hint(variable, offer == place.offer)
            for variable, pods in zip(held, place.held.tolist(), strict=True):
                self.model.add_hint(variable, pods)

    def places(self, solver: cp_model.CpSolver) -> list[Place]:
        """What was found."""
        return [
            Place(
                place.zone,
                next((offer for offer, variable in enumerate(is_) if solver.value(variable)), None),
                np.array([solver.value(pods) for pods in held], dtype=np.int64),
            )
            for place, is_, held in zip(self._before, self._is, self._held, strict=True)
        ]
