"""The last nodes of a way down, all at once: a place for every pod that is left, by CP-SAT.

    Σ_n x[g,n] = wanting_g        Σ_g request[g,r] · x[g,n] ≤ room[n,r]        0 ≤ x[g,n] ≤ reach[g,n]

Rounding part by part chooses worst at the end, where every choice leaves little; and there the whole is small enough.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np
from ortools.sat.python import cp_model

from solver.strategies.cpsat.packing.filling import counted_solver, is_solved

if TYPE_CHECKING:
    from solver.strategies.cpsat.packing.task import Column, Task

MOST_NODES, MOST_PODS = 12, 120
"""Of more than that a place for everybody is seldom found in the time."""
_WORK = 1.5
"""Deterministic seconds."""


def suits(task: Task) -> bool:
    """Whether so little is left that all of it can be looked at together."""
    return int(task.numbers.sum()) <= MOST_NODES and int(task.wanting.sum()) <= MOST_PODS


def finished(task: Task, seed: int) -> Counter[Column] | None:
    """Patterns of the nodes that there are, for all pods; None: there are none, or none were found."""
    nodes = np.repeat(np.arange(len(task.classes)), task.numbers).tolist()
    groups = np.flatnonzero(task.wanting).tolist()
    model = cp_model.CpModel()
    pods = [{group: model.new_int_var(0, int(task.reaches[place, group]), "") for group in groups} for place in nodes]
    for group in groups:
        model.add(sum(on[group] for on in pods) == int(task.wanting[group]))
    for place, on in zip(nodes, pods, strict=True):
        for request, room in zip(task.requests, task.rooms[place].tolist(), strict=True):
            model.add(sum(int(request[group]) * count for group, count in on.items()) <= room)
    solver = counted_solver(seed, _WORK)
    if not is_solved(solver, model):
        return None
    patterns = (tuple((group, solver.value(count)) for group, count in on.items()) for on in pods)
    filled = (
        (place, tuple(each for each in pattern if each[1])) for place, pattern in zip(nodes, patterns, strict=True)
    )
    return Counter(column for column in filled if column[1])
