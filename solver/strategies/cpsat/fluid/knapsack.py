"""The best filling of one node: a knapsack with several resources, by CP-SAT, one model for many nodes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from ortools.sat.python import cp_model

if TYPE_CHECKING:
    from solver.strategies.cpsat.fluid.rows import Floats
    from solver.strategies.cpsat.fluid.supply import Ints

_FINENESS = 10_000
"""Worths are rounded to so many parts of the largest."""
_WORK = 0.01
"""Deterministic time of one knapsack: enough for a filling that is nearly always the best."""
_GAP = 0.004
"""A filling this close to the best is good enough."""


class Knapsack:
    """Fillings for nodes; requests have one row per resource, one column per group."""

    def __init__(self, requests: Ints, seed: int) -> None:
        units = np.gcd.reduce(requests, axis=1) if requests.size else np.ones(len(requests), dtype=np.int64)
        self._units = np.maximum(units, 1)
        self._requests = requests // self._units[:, None]
        self._model = cp_model.CpModel()
        self._proto = self._model.proto
        for _ in range(requests.shape[1]):
            self._proto.variables.add().domain.extend((0, 0))
        for row in self._requests:
            linear = self._proto.constraints.add().linear
            asked = np.flatnonzero(row)
            linear.vars.extend(asked.tolist())
            linear.coeffs.extend(row[asked].tolist())
            linear.domain.extend((0, 0))
        self._solver = cp_model.CpSolver()
        self._solver.parameters.num_workers = 1
        self._solver.parameters.random_seed = seed % 2**31
        self._solver.parameters.max_deterministic_time = _WORK
        self._solver.parameters.relative_gap_limit = _GAP
        self._solver.parameters.cp_model_probing_level = 0
        self._solver.parameters.symmetry_level = 0
        self._solver.parameters.catch_sigint_signal = False

    def filled(self, room: Ints, most: Ints, worth: Floats) -> Ints:
        """How many pods of each group: within the room and ``most``, of the greatest worth together."""
        room = np.maximum(room // self._units, 0)
        needs = np.where(self._requests > 0, room[:, None] // np.maximum(self._requests, 1), np.iinfo(np.int64).max)
        limit = np.minimum(most, needs.min(axis=0))
        if not (limit > 0).any():
            return np.zeros(len(most), dtype=np.int64)
        for variable, upper in zip(self._proto.variables, limit.tolist(), strict=True):
            variable.domain[1] = upper
        for constraint, offered in zip(self._proto.constraints, room.tolist(), strict=True):
            constraint.linear.domain[1] = offered
        self._state(limit, worth)
        status = self._solver.solve(self._model)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return np.zeros(len(most), dtype=np.int64)
        return np.array(self._solver.response_proto.solution, dtype=np.int64)

    def _state(self, limit: Ints, worth: Floats) -> None:
        chosen = np.flatnonzero(limit > 0)
        scale = _FINENESS / max(float(worth[chosen].max(initial=0.0)), 1e-12)
        weights = np.maximum((worth[chosen] * scale).astype(np.int64), 1)
        self._model.proto.clear_objective()
        objective = self._proto.objective
        objective.vars.extend(chosen.tolist())
        objective.coeffs.extend((-weights).tolist())
