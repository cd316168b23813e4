"""The relaxation of a ground: how many pods of each group go to each class of nodes, and how many nodes are used.

    Σ_g request[g,r] · y[g,c]  <=  room[c,r] · u[c]        y[g,c]  <=  most[g,c] · u[c]        u[c] <= nodes of c

together with what `limits` has of spreading, ports and anti-affinity, the pods of each group, and how many pods earlier
levels leave without a node. Every placement meets these with its own numbers, so no placement is below the optimum.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from math import inf
from typing import TYPE_CHECKING

import numpy as np

from solver.strategies.cpsat.fluid.classes import node_classes
from solver.strategies.cpsat.fluid.limits import Limits
from solver.strategies.cpsat.fluid.rows import Rows
from solver.strategies.cpsat.fluid.supply import Supply

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from solver.model.ground import Ground
    from solver.model.weighing import Weighing
    from solver.strategies.cpsat.fluid.classes import NodeClass
    from solver.strategies.cpsat.fluid.limits import Level
    from solver.strategies.cpsat.fluid.rows import Floats, Ints, Places

_LARGEST = 400_000
"""With more groups times classes than this the relaxation is not made."""


_OPENED = 1e-6
"""More than this of a node is a node."""


@dataclass(frozen=True)
class Allowance:
    """No more than ``pods`` of at least this priority are left without a node."""

    priority: int
    pods: int


class Relaxation:
    """Rows over ``placed[group, class]`` (-1: never there) and ``used[class]`` (-1: in use whatever happens)."""

    def __init__(self, supply: Supply, *, wishes: bool = False) -> None:
        """``wishes``: classes know what nodes leave unmet of preferences."""
        self.supply = supply
        self.limits = Limits(supply)
        self.classes: tuple[NodeClass, ...] = node_classes(supply, self.limits, wishes=wishes)
        self.allowed: tuple[Allowance, ...] = ()
        self.rows = Rows()
        self.placed: Ints = np.full((len(supply.groups), len(self.classes)), -1, dtype=np.int64)
        self.used: Ints = np.full(len(self.classes), -1, dtype=np.int64)
        if self.placed.size <= _LARGEST:
            self._state()

    @property
    def stated(self) -> bool:
        """Whether it is small enough to have been written down."""
        return self.placed.size <= _LARGEST

    @cached_property
    def cost(self) -> Floats:
        """Price of the used nodes of each class, over all variables."""
        weights = np.zeros(len(self.rows.most))
        for place, each in enumerate(self.classes):
            if self.used[place] >= 0:
                weights[self.used[place]] = float(each.price)
        return weights

    @property
    def paid(self) -> Fraction:
        """What nodes cost that are in use whatever happens."""
        return sum((each.price * len(each) for each in self.classes if each.paid), Fraction(0))

    def placing(self, priority: int) -> Floats:
        """-1 for every pod of at least this priority that is placed, over all variables."""
        weights = np.zeros(len(self.rows.most))
        for row, group in enumerate(self.supply.groups):
            if group.priority >= priority:
                weights[self._of_group(row)] = -1.0
        return weights

    def serving(self, amounts: Ints) -> Floats:
        """The negative amount of its group for every pod that is placed, over all variables."""
        weights = np.zeros(len(self.rows.most))
        for row, amount in enumerate(amounts.tolist()):
            weights[self._of_group(row)] = -float(amount)
        return weights

    def allow(self, allowances: Sequence[Allowance]) -> None:
        """What earlier levels have reached holds from here on."""
        self.allowed += tuple(allowances)
        for allowance in allowances:
            rows = [row for row, group in enumerate(self.supply.groups) if group.priority >= allowance.priority]
            wanting = int(self.supply.wanting[rows].sum())
            if allowance.pods >= wanting:
                continue
            if allowance.pods == 0:
                for row in rows:
                    self.rows.lower[self.wanting_row[row]] = float(self.supply.wanting[row])
            else:
                variables = np.concatenate([self._of_group(row) for row in rows])
                self.rows.require(variables, np.ones(len(variables)), float(wanting - allowance.pods), inf)

    def over(self, ground: Ground) -> Relaxation:
        """The same over a ground with more nodes made of the same classes: variables and their values are the same."""
        relaxation = Relaxation(Supply(ground, daemons_stay=self.supply.daemons_stay))
        relaxation.allow(self.allowed)
        return relaxation

    def weigh(self, weighing: Weighing) -> None:
        """One more limit of sums, for every class of nodes."""
        ground = replace(self.supply.ground, weighings=(weighing,))
        supply = Supply(ground, daemons_stay=self.supply.daemons_stay)
        if weighing.name not in supply.resources:
            return
        resource = supply.resources.index(weighing.name)
        weights, room = supply.requests[resource].astype(np.float64), supply.room[:, resource]
        for place, each in enumerate(self.classes):
            takes = np.flatnonzero(self.placed[:, place] >= 0)
            bears = float(room[each.places].max())
            scale = max(bears, 1.0)
            self._at_most(place, each, self.placed[takes, place], weights[takes] / scale, bears / scale)

    def _state(self) -> None:
        self.wanting_row: dict[int, int] = {}
        for place, each in enumerate(self.classes):
            takes = np.flatnonzero(each.most)
            most = np.minimum(self.supply.wanting[takes], each.most[takes] * len(each))
            self.placed[takes, place] = self.rows.variables(most.tolist())
            if not each.paid:
                self.used[place] = self.rows.variables((float(len(each)),))[0]
        for place, each in enumerate(self.classes):
            self._fill(place, each)
        for row, wanting in enumerate(self.supply.wanting.tolist()):
            variables = self._of_group(row)
            self.wanting_row[row] = self.rows.require(variables, np.ones(len(variables)), 0.0, float(wanting))
        self._limit()
        self._open()

    def _fill(self, place: int, each: NodeClass) -> None:
        """Room, and what a node takes of one group where that is less than room alone says."""
        takes = np.flatnonzero(each.most)
        requests = self.supply.requests[:, takes].astype(np.float64)
        room = each.room.astype(np.float64)
        variables = self.placed[takes, place]
        for resource, offered in enumerate(room.tolist()):
            scale = max(offered, 1.0)
            self._at_most(place, each, variables, requests[resource] / scale, offered / scale)
        shares = np.max(requests / np.maximum(room, 1.0)[:, None], axis=0, initial=0.0)
        tight = each.most[takes] * shares < 1.0 - 1e-9
        for variable, most in zip(variables[tight].tolist(), each.most[takes][tight].tolist(), strict=True):
            self._at_most(place, each, np.array([variable]), np.ones(1), float(most))
        for together in self.limits.together:
            chosen = self.placed[together.rows, place]
            chosen = chosen[chosen >= 0]
            self._at_most(place, each, chosen, np.ones(len(chosen)), float(together.limit))

    def _at_most(self, place: int, each: NodeClass, variables: Places, factors: Floats, limit: float) -> None:
        """``factors · variables <= limit`` for every used node of the class."""
        counted = factors != 0
        variables, factors = variables[counted], factors[counted]
        if not len(variables):
            return
        if self.used[place] < 0:
            self.rows.require(variables, factors, -inf, limit * len(each))
        else:
            self.rows.require(np.append(variables, self.used[place]), np.append(factors, -limit), -inf, 0.0)

    def _limit(self) -> None:
        for each in self.limits.in_domain:
            variables = self.within(each.rows, each.nodes)
            self.rows.require(variables, np.ones(len(variables)), -inf, float(each.limit))
        for level in self.limits.levels:
            self._spread(level)

    def _spread(self, level: Level) -> None:
        """``in a domain <= skew + least`` and ``least <= what is in each domain that lasts``."""
        wanting = float(self.supply.wanting[level.counted].sum()) + sum(level.settled)
        least = self.rows.variables((0.0 if level.zero else wanting,))
        for domain in level.receiving:
            variables = self.within(level.rows, domain)
            factors = np.append(np.ones(len(variables)), -1.0)
            self.rows.require(np.append(variables, least), factors, -inf, float(level.skew))
        for domain, settled in zip(level.least, level.settled, strict=True):
            variables = self.within(level.counted, domain)
            factors = np.append(-np.ones(len(variables)), 1.0)
            self.rows.require(np.append(variables, least), factors, -inf, float(settled))

    def _open(self) -> None:
        """A pool's limit holds over all its zones."""
        openable: Mapping[str, int] = {row.pool.name: row.pool.openable for row in self._ground.candidates}
        for name, number in openable.items():
            used = self.used[[place for place, each in enumerate(self.classes) if each.pool == name]]
            self.rows.require(used, np.ones(len(used)), -inf, float(number))

    def within(self, rows: Sequence[int] | Ints, nodes: Ints) -> Places:
        """The variables of these groups on classes of these nodes."""
        return _there(self.placed[rows][:, self._classes_in(nodes)].ravel())

    def opens(self, nodes: Ints, values: Floats) -> bool:
        """Whether one of these nodes is there, or has to be opened by these values of the variables."""
        present = len(self.supply.ground.cluster.nodes) - len(self.supply.ground.candidate_nodes)
        if nodes.min() < present:
            return True
        return bool((values[_there(self.used[self._classes_in(nodes)])] > _OPENED).any())

    def _classes_in(self, nodes: Ints) -> list[int]:
        inside = set(nodes.tolist())
        return [place for place, each in enumerate(self.classes) if int(each.places[0]) in inside]

    def _of_group(self, row: int) -> Places:
        return _there(self.placed[row])

    @property
    def _ground(self) -> Ground:
        return self.supply.ground


def _there(variables: Ints) -> Places:
    """Without what has no variable."""
    kept: Places = variables[variables >= 0]
    return kept
