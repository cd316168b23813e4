"""Better plans by search in neighbourhoods: a few nodes are emptied and packed anew, all others stay as they are.

The emptiest node by worth is the victim; others, and one unused node of each class, are drawn to go with it. The new
packing costs no more, and leaves the victim as little as it can, so that it is gone after some rounds.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

import numpy as np

from solver.model.linear import Linear, total
from solver.model.program import Program
from solver.strategies.cpsat.bounds import common_part
from solver.strategies.cpsat.exact.backend import CpSatBackend, Effort
from solver.strategies.cpsat.fluid.refill import Refilling

if TYPE_CHECKING:
    from collections.abc import Callable

    from solver.strategies.cpsat.fluid.fill import Fill
    from solver.strategies.cpsat.fluid.rows import Ints

_FREE = 6
"""Nodes in use that are packed anew."""
_EMPTIEST = 0.1
"""They are drawn from this part of the nodes, the emptiest ones; half of them from all."""
_ROUND_S = 0.3
"""Many short rounds, with one worker each, gain more than few long ones."""
_REFILLS = 3
"""Rounds of filling for every one of packing: they are shorter."""
_FINENESS = 1_000
"""Parts of the least difference of prices in which the victim's load is weighed."""


_CLOSE = 1e-6
"""Prices that differ by less are the same."""


@dataclass(frozen=True, eq=False)
class _Packing:
    """The variables of one round: ``first + group * nodes + node`` counts pods, ``used`` follow."""

    program: Program
    rows: Ints
    nodes: list[int]
    pods: list[list[Linear]]
    used: list[Linear]


class Neighbourhoods:
    """Search on a plan in which all plain pods are placed."""

    def __init__(self, fill: Fill, seed: int) -> None:
        self._fill = fill
        self._plan, relaxation = fill.plan, fill.relaxation
        self._classes = relaxation.classes
        self._worth = fill.worth
        self._dice = Random(seed)
        nodes = self._plan.counts.shape[1]
        self._price = np.zeros(nodes)
        for each in relaxation.classes:
            self._price[each.places] = 0.0 if each.paid else float(each.price)
        self._step = common_part(each.price for each in relaxation.classes) or 1
        ground = relaxation.supply.ground
        self._held = np.zeros(nodes, dtype=np.bool_)
        self._held[[ground.column[node] for group in ground.groups if group.movable for node in group.bound]] = True
        self._limited = {row.pool.name for row in ground.candidates}

    def run(self, least: float, stop: Callable[[], bool]) -> bool:
        """Improve the plan until its price meets ``least`` or time is over; whether it costs less than before.

        Packing a few nodes anew and filling many again take turns.
        """
        first = price = self._paid()
        refilling = Refilling(self._fill, self._price, self._held, self._dice.randrange(2**31))
        self._fill.time_left = lambda: 0.0 if stop() else 1.0
        while price - _CLOSE > least and not stop():
            used = np.flatnonzero(self._plan.counts.any(axis=0) & ~self._held & (self._price > 0))
            if len(used) < 2:
                break
            self._round(used, stop)
            for _ in range(_REFILLS):
                refilling.round()
            price = self._paid()
        return price < first - _CLOSE

    def _paid(self) -> float:
        """What the nodes in use cost, beside those that are paid for whatever happens."""
        return float(self._price[self._plan.counts.any(axis=0) | self._held].sum())

    def _round(self, used: Ints, stop: Callable[[], bool]) -> None:
        fullness = self._worth @ self._plan.counts[:, used] / self._price[used]
        order = used[np.argsort(fullness, kind="stable")].tolist()
        few = order[: max(_FREE, int(len(order) * _EMPTIEST))]
        victim = few[min(int(self._dice.expovariate(0.5)), len(few) - 1)]
        chosen = dict.fromkeys([victim, *self._dice.sample(few, min(_FREE // 2, len(few)))])
        chosen |= dict.fromkeys(self._dice.sample(order, min(_FREE - _FREE // 2, len(order))))
        self._pack([*chosen, *self._spare()], victim, stop)

    def _spare(self) -> list[int]:
        """An unused node of each class; not of pools, whose limit is not looked at here."""
        empty = ~self._plan.counts.any(axis=0) & ~self._held
        spare = []
        for each in self._classes:
            places = each.places[empty[each.places]]
            if len(places) and each.pool not in self._limited:
                spare.append(int(places[0]))
        return spare

    def _pack(self, nodes: list[int], victim: int, stop: Callable[[], bool]) -> None:
        before = self._plan.counts[:, nodes]
        rows = np.flatnonzero(before.any(axis=1))
        for place, node in enumerate(nodes):
            self._plan.place(node, -before[:, place])
        packing = self._model(rows, nodes)
        hint = dict(enumerate(before[rows].ravel().tolist()))
        hint |= {used.variables[0]: int(before[:, at].any()) for at, used in enumerate(packing.used)}
        effort = Effort.within(_ROUND_S, 1, self._dice.randrange(2**31), stop)
        prices = self._prices(nodes)
        cost = total(used * price for used, price in zip(packing.used, prices, strict=True))
        paid = int(np.array(prices) @ (before.sum(axis=0) > 0))
        packing.program.require(cost <= paid)
        objective = cost + self._load(packing, nodes.index(victim))
        found = CpSatBackend(packing.program).solve(objective, effort, hint)
        after = before.copy()
        if found.values:
            after[rows] = np.array(found.values[: len(rows) * len(nodes)]).reshape(len(rows), len(nodes))
        for place, node in enumerate(nodes):
            self._plan.place(node, after[:, place])

    def _model(self, rows: Ints, nodes: list[int]) -> _Packing:
        program, plan = Program(), self._plan
        most = np.stack([plan.limit(node)[rows] for node in nodes], axis=1)
        program.integers([0] * most.size, most.ravel().tolist())
        pods = [[Linear((row * len(nodes) + at,), (1,)) for at in range(len(nodes))] for row in range(len(rows))]
        used = [program.boolean().linear for _ in nodes]
        packing = _Packing(program, rows, nodes, pods, used)
        for row, group in enumerate(rows.tolist()):
            program.require(total(pods[row]).equals(int(plan.left[group])))
            self._keep_even(packing, row, group)
        requests = plan.supply.requests[:, rows]
        for resource, amounts in enumerate(requests):
            unit = int(np.gcd.reduce(amounts)) or 1
            for at, node in enumerate(nodes):
                room = int(plan.room[node, resource] // unit)
                load = total(pods[row][at] * int(amount // unit) for row, amount in enumerate(amounts) if amount)
                program.require(load <= used[at] * max(room, 0))
        return packing

    def _keep_even(self, packing: _Packing, row: int, group: int) -> None:
        shares = self._plan.quotas.of(group)
        if shares is None:
            return
        zone_of, left = shares
        for zone, most in enumerate(left.tolist()):
            inside = [packing.pods[row][at] for at, node in enumerate(packing.nodes) if zone_of[node] == zone]
            packing.program.require(total(inside) <= most)

    def _prices(self, nodes: list[int]) -> list[int]:
        """In whole numbers, so large that a victim's load counts less than any two prices differ."""
        step = float(self._step)
        return [round(price / step) * _FINENESS for price in self._price[nodes].tolist()]

    def _load(self, packing: _Packing, victim: int) -> Linear:
        """What the victim holds, by worth; never as much as the least difference of prices."""
        worth = self._worth[packing.rows]
        most = float(worth @ self._plan.left[packing.rows]) or 1.0
        loads = (worth / most * (_FINENESS - 1)).tolist()
        return total(packing.pods[row][victim] * int(load) for row, load in enumerate(loads))
