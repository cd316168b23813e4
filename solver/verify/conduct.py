"""Which steps can be taken at all: every pod and node exists, and a pod leaves or comes only where that makes sense."""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.placement import Bind, Evict, Step
from solver.verify.violation import Violation

if TYPE_CHECKING:
    from collections.abc import Mapping

    from solver.cluster.cluster import Cluster
    from solver.cluster.node import Node
    from solver.cluster.pod import Pod


class Conduct:
    """The rules of movement, whatever the question allows: evict bound pods only, bind each candidate at most once."""

    def __init__(self, cluster: Cluster) -> None:
        self._nodes = set(cluster.nodes)
        self._bound = set(cluster.bound)
        self._candidates = self._bound.union(cluster.pending)
        self._bound_in_plan: set[Pod] = set()

    def judge(self, number: int, step: Step, node_of: Mapping[Pod, Node]) -> Violation | None:
        """Why a step cannot be taken in the state of this moment."""
        wrong = self._eviction(step, node_of) if isinstance(step, Evict) else self._bind(step, node_of)
        if wrong is None:
            if isinstance(step, Bind):
                self._bound_in_plan.add(step.pod)
            return None
        what = "evicts" if isinstance(step, Evict) else "binds"
        node = step.node if isinstance(step, Bind) else None
        return Violation("Steps", f"Step {number} {what} {step.pod.key}, {wrong}.", step.pod, node)

    def _eviction(self, step: Evict, node_of: Mapping[Pod, Node]) -> str | None:
        if step.pod not in self._bound:
            return "which is no bound pod of the input"
        if step.pod in self._bound_in_plan:
            return "which the plan itself has bound"
        return None if step.pod in node_of else "which has left already"

    def _bind(self, step: Bind, node_of: Mapping[Pod, Node]) -> str | None:
        if step.pod not in self._candidates:
            return "which is no candidate: it is held back, or no pod of the cluster"
        if step.node not in self._nodes:
            return f"but {step.node.name} is no node of the cluster"
        if step.pod in self._bound_in_plan:
            return "which was bound by an earlier step"
        if step.node.name == step.pod.node:
            return "which was there: it did not have to leave"
        return None if step.pod not in node_of else f"which is on {node_of[step.pod].name} still"
