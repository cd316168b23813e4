"""How many nodes of each offer in each zone: whole numbers that nothing speaks against yet.

Let u[t,z] be the nodes of offer t in zone z, x[g,z] the pods of group g there. Whatever pods are worth, w_g >= 0, where
no node of t holds pods worth more than v_t, every mix keeps, in each zone,

    Σ_t v_t u[t,z]  ≥  Σ_g w_g x[g,z]        Σ_z x[g,z] = all pods of g

and what is known of shares (see `shares`). Resources, and each group alone, are such worths, too. The cheapest whole
numbers that keep all of this are a bound: a relaxation in parts of nodes does not know that a zone has whole ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import ceil
from typing import TYPE_CHECKING

import numpy as np
from ortools.sat.python import cp_model

if TYPE_CHECKING:
    from solver.strategies.cpsat.buying.shares import Shares
    from solver.strategies.cpsat.packing.task import Ints, Task

_FINENESS = 2**18
"""Worths are whole numbers, so many parts of the highest one at most: finer ones make the program slow."""


@dataclass(frozen=True, eq=False, slots=True)
class Chosen:
    """``nodes`` of each offer and ``pods`` of each group, a row per zone."""

    nodes: Ints
    pods: Ints


class Numbers:
    """The inequalities found so far; of the ``task`` each class is an offer."""

    def __init__(self, task: Task, shares: Shares, seed: int) -> None:
        self._task = task
        self._shares = shares
        self._seed = seed
        self._worths: dict[bytes, tuple[Ints, Ints]] = {}
        self._refused: list[Ints] = []
        for request, room in zip(task.requests, task.rooms.T, strict=True):
            unit = max(1, int(np.gcd.reduce(request)))
            self._worths[request.tobytes()] = request // unit, room // unit
        for one, reach in zip(np.eye(len(task.wanting), dtype=np.int64), task.reaches.T, strict=True):
            self._worths[one.tobytes()] = one, reach

    def require(self, worth: Ints, most: Ints) -> bool:
        """A further inequality, made coarser; False where it is there already.

        With worths in multiples of k, rounded down, no node holds more than the multiple of k below ``most``.
        """
        part = max(1, int(worth.max(initial=0)) // _FINENESS)
        coarse: Ints = worth // part
        key = coarse.tobytes()
        if not coarse.any() or key in self._worths:
            return False
        self._worths[key] = coarse, most // part
        return True

    def refuse(self, nodes: Ints) -> None:
        """Not these nodes, nor some of them."""
        self._refused.append(nodes)

    def solve(self, least: int, most: int, seconds: float) -> tuple[int, Chosen | None]:
        """A bound on the price in steps, ``most + 1`` where nothing up to ``most`` is left; and the cheapest numbers.

        These only where they are proven to be that. ``least`` is a bound that is known.
        """
        program = _Program(self._task, self._shares, least, most)
        for worth, held in self._worths.values():
            program.require(worth, held)
        for nodes in self._refused:
            program.refuse(nodes)
        solver = _solver(self._seed, seconds)
        status = solver.solve(program.model)
        if status == cp_model.INFEASIBLE:
            return most + 1, None
        bound = max(least, ceil(solver.best_objective_bound - 1e-6))
        return bound, program.chosen(solver) if status == cp_model.OPTIMAL else None


class _Program:
    """The variables of one solve: nodes and pods, a row of each per zone."""

    def __init__(self, task: Task, shares: Shares, least: int, most: int) -> None:
        self.model = model = cp_model.CpModel()
        self._task, self._shares = task, shares
        prices, number = task.prices.tolist(), int(task.wanting.sum())
        self._nodes = [
            [model.new_int_var(0, min(number, most // price), "") for price in prices] for _ in range(shares.zones)
        ]
        self._pods = self._dealt() if shares.zones > 1 else [task.wanting.tolist()]
        spent = [cp_model.LinearExpr.weighted_sum(nodes, prices) for nodes in self._nodes]
        model.add_linear_constraint(sum(spent), least, most)
        model.minimize(sum(spent))
        if shares.alike:
            # Zones that nothing tells apart: none costs more than the one before.
            for one, following in pairwise(spent):
                model.add(one >= following)

    def _dealt(self) -> list[list[cp_model.IntVar]]:
        """All pods of each group to the zones, those of tied kinds as they are to be spread."""
        model, shares, wanting = self.model, self._shares, self._task.wanting.tolist()
        pods = [
            [
                model.new_int_var(0, number if open_ else 0, "")
                for number, open_ in zip(wanting, of_zone.tolist(), strict=True)
            ]
            for of_zone in shares.open_to
        ]
        for group, number in enumerate(wanting):
            model.add(sum(of_zone[group] for of_zone in pods) == number)
        tied = self._tied()
        for group in np.unique(shares.group).tolist():
            kinds = np.flatnonzero(shares.group == group).tolist()
            for of_zone, there in zip(pods, tied, strict=True):
                known = sum(there[kind] for kind in kinds)
                model.add(of_zone[group] == known if shares.tied[group] else of_zone[group] >= known)
        return pods

    def _tied(self) -> list[list[cp_model.IntVar]]:
        """Pods of each tied kind, a row per zone."""
        model, shares = self.model, self._shares
        pods = [[model.new_int_var(0, most, "") for most in of_zone] for of_zone in shares.most.tolist()]
        for kind, number in enumerate(shares.wanting.tolist()):
            model.add(sum(of_zone[kind] for of_zone in pods) == number)
        for each in shares.differences:
            for zone in each.zones:
                for other in each.zones:
                    if other != zone:
                        model.add(pods[zone][each.kind] <= each.skew + sum(pods[other][kind] for kind in each.matching))
        return pods

    def require(self, worth: Ints, held: Ints) -> None:
        """That the nodes of each zone can hold its pods, by what these are worth; and all nodes all pods."""
        rooms, asked = held.tolist(), [(group, int(each)) for group, each in enumerate(worth) if each]
        held_in = [cp_model.LinearExpr.weighted_sum(nodes, rooms) for nodes in self._nodes]
        for room, pods in zip(held_in, self._pods, strict=True):
            self.model.add(room >= sum(each * pods[group] for group, each in asked))
        if len(held_in) > 1:
            self.model.add(sum(held_in) >= int(worth @ self._task.wanting))

    def refuse(self, nodes: Ints) -> None:
        """More of something than that."""
        more = []
        for variables, numbers in zip(self._nodes, nodes.tolist(), strict=True):
            for variable, number in zip(variables, numbers, strict=True):
                above = self.model.new_bool_var("")
                self.model.add(variable > number).only_enforce_if(above)
                more.append(above)
        self.model.add_bool_or(more)

    def chosen(self, solver: cp_model.CpSolver) -> Chosen:
        """What was found."""
        nodes, pods = (
            np.array([[solver.value(each) for each in of_zone] for of_zone in rows], dtype=np.int64)
            for rows in (self._nodes, self._pods)
        )
        return Chosen(nodes, pods)


def _solver(seed: int, seconds: float) -> cp_model.CpSolver:
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = max(seconds, 0.01)
    solver.parameters.random_seed = seed % 2**31
    solver.parameters.num_workers = 1
    # What is asked is close to a linear program: without its cuts, equal offers are counted one by one.
    solver.parameters.linearization_level = 2
    solver.parameters.catch_sigint_signal = False
    return solver
