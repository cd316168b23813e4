"""The best filling of one node: a knapsack with several resources, by CP-SAT, one model for many nodes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from ortools.sat.python import cp_model

from solver.strategies.work import spend

if TYPE_CHECKING:
    from solver.strategies.cpsat.fluid.rows import Floats, Ints

_FINENESS = 100_000
"""Worths are rounded to so many parts of the node's price."""
_FIRST = 10
"""What fills the node counts so many times as much as what is only preferred."""
_WORK = 0.01
"""Deterministic time of one knapsack: enough for a filling that is nearly always the best."""
_CALL = 4e-3
"""What a knapsack counts as work beside that: about the seconds of its statement, and of what is done with it."""
_GAP = 0.001
"""A filling this close to the best is good enough."""


class Knapsack:
    """Fillings for nodes; requests have one row per resource, one column per group.

    First the node is filled: up to ``target``, what the pods are worth together counts. Among fillings that are worth
    that much, the ones with the most ``preferred`` pods are the best.
    """

    def __init__(self, requests: Ints, seed: int) -> None:
        units = np.gcd.reduce(requests, axis=1) if requests.size else np.ones(len(requests), dtype=np.int64)
        self._units = np.maximum(units, 1)
        self._requests = requests // self._units[:, None]
        self._model = cp_model.CpModel()
        self._proto = self._model.proto
        for _ in range(requests.shape[1] + 1):
            self._proto.variables.add().domain.extend((0, 0))
        self._filled = requests.shape[1]
        for row in self._requests:
            linear = self._proto.constraints.add().linear
            asked = np.flatnonzero(row)
            linear.vars.extend(asked.tolist())
            linear.coeffs.extend(row[asked].tolist())
            linear.domain.extend((0, 0))
        self._worth = self._proto.constraints.add().linear
        self._solver = cp_model.CpSolver()
        self._solver.parameters.num_workers = 1
        self._solver.parameters.random_seed = seed % 2**31
        self._solver.parameters.max_deterministic_time = _WORK
        self._solver.parameters.relative_gap_limit = _GAP
        self._solver.parameters.cp_model_probing_level = 0
        self._solver.parameters.symmetry_level = 0
        self._solver.parameters.catch_sigint_signal = False

    def filled(self, room: Ints, most: Ints, worth: Floats, target: float, preferred: Floats) -> Ints:
        """How many pods of each group, within the room and ``most``."""
        room = np.maximum(room // self._units, 0)
        needs = np.where(self._requests > 0, room[:, None] // np.maximum(self._requests, 1), np.iinfo(np.int64).max)
        limit = np.minimum(most, needs.min(axis=0))
        pods = np.zeros(len(most), dtype=np.int64)
        if not (limit > 0).any():
            return pods
        for variable, upper in zip(self._proto.variables, limit.tolist(), strict=False):
            variable.domain[1] = upper
        for constraint, offered in zip(self._proto.constraints, room.tolist(), strict=False):
            constraint.linear.domain[1] = offered
        self._state(np.flatnonzero(limit > 0), worth / target, preferred / target)
        status = self._solver.solve(self._model)
        spend(_CALL + self._solver.response_proto.deterministic_time)
        if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            pods[:] = np.array(self._solver.response_proto.solution, dtype=np.int64)[: len(most)]
        return pods

    def _state(self, chosen: Ints, worth: Floats, preferred: Floats) -> None:
        """``filled <= worth · pods`` and ``filled <= target``; maximise ``first · filled + preferred · pods``."""
        self._proto.variables[self._filled].domain[1] = _FINENESS
        for repeated in (self._worth.vars, self._worth.coeffs, self._worth.domain):
            repeated.clear()
        self._worth.vars.extend([*chosen.tolist(), self._filled])
        self._worth.coeffs.extend([*np.maximum(_FINENESS * worth[chosen], 1).astype(np.int64).tolist(), -1])
        self._worth.domain.extend((0, 2**62))
        self._model.proto.clear_objective()
        objective = self._proto.objective
        objective.vars.extend([*chosen.tolist(), self._filled])
        objective.coeffs.extend([*(-_FINENESS * preferred[chosen]).astype(np.int64).tolist(), -_FIRST])
