"""Nodes that a pool could still open: a variable each; equal ones open in their order, up to the limit of the pool."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np

from solver.cluster.resources import PODS
from solver.model.linear import NOTHING, Linear, total

if TYPE_CHECKING:
    from solver.cluster.node import Node
    from solver.model.ground import Ground
    from solver.model.placing import PlacementModel
    from solver.model.program import Program
    from solver.model.scope import Scope

ONE = Linear(constant=1)


def open_candidates(ground: Ground, program: Program, scope: Scope | None) -> dict[Node, Linear]:
    """1 where a candidate is opened; a pool's limit holds over all its zones."""
    opened: dict[Node, Linear] = {}
    per_pool: dict[str, list[Linear]] = {}
    for row in ground.candidates:
        opened |= {node: _opened(node, program, scope) for node in row.nodes}
        for earlier, later in itertools.pairwise(row.nodes):
            program.require(opened[later] <= opened[earlier])
        per_pool.setdefault(row.pool.name, []).extend(opened[node] for node in row.nodes)
    limits = {row.pool.name: row.pool.openable for row in ground.candidates}
    for pool, nodes in per_pool.items():
        program.require(total(nodes) <= limits[pool])
    return opened


def _opened(node: Node, program: Program, scope: Scope | None) -> Linear:
    if scope is None or node in scope.free:
        return program.boolean().linear
    return ONE if any(counts.get(node) for counts in scope.arrivals.values()) else NOTHING


def link_candidates(model: PlacementModel) -> None:
    """A candidate is open exactly where it holds a pod of a workload."""
    everyone = np.ones(len(model.groups), dtype=np.int64)
    for node in (node for row in model.ground.candidates for node in row.nodes):
        opened = model.opened(node)
        if not opened.is_constant:
            with model.stating("NodeResourcesFit", PODS):
                model.require(model.load(node, everyone) <= opened * node.pods_allowed)
            model.require(model.load(node, model.workload) >= opened)
