"""What one rule says of one pod on small clusters by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from solver.cluster.pod import CpuMemory
from solver.cluster.state import ClusterState
from tests.verify.building import EVERYTHING, app, cluster, node, pinned, pod, spread

if TYPE_CHECKING:
    from collections.abc import Iterable

    from solver.cluster.node import Node
    from solver.cluster.pod import Pod
    from solver.rules.rule import Rule

__all__ = [
    "EVERYTHING",
    "app",
    "cluster",
    "filled",
    "filter_of",
    "node",
    "pinned",
    "pod",
    "points",
    "prefiltered",
    "rejections",
    "sized",
    "spread",
]


def filled(nodes: Iterable[Node], pods: Iterable[Pod], **fields: Any) -> ClusterState:
    """The state with its bound pods in place."""
    return ClusterState(cluster(nodes, pods, **fields))


def sized(name: str, on: str | None = None, cpu: int = 0, memory: int = 0, **spec: Any) -> Pod:
    """A pod whose scores see what it requests."""
    seen = CpuMemory(cpu, memory)
    return pod(name, on, cpu, requests={"memory": memory}, score_requests=seen, occupied=seen, **spec)


def filter_of(rule: Rule, newcomer: Pod, state: ClusterState) -> Any:
    """The rule's filter for the pod, which must have one."""
    found = rule.filter(newcomer.spec, state)
    assert found is not None
    return found


def rejections(rule: Rule, newcomer: Pod, state: ClusterState) -> dict[str, Any]:
    """The rule's rejection by every node; None: it passes."""
    found = rule.filter(newcomer.spec, state)
    if found is None or not found.begin():
        return dict.fromkeys((each.name for each in state.nodes), None)
    codes = found.codes(state.everywhere)
    return {
        each.name: found.rejection(int(codes[place]), place) if codes[place] else None
        for place, each in enumerate(state.nodes)
    }


def prefiltered(rule: Rule, newcomer: Pod, state: ClusterState) -> Any:
    """What the rule says before it looks at nodes: a rejection, fewer nodes, or None."""
    return rule.prefilter(newcomer.spec, state)


def points(rule: Rule, newcomer: Pod, state: ClusterState, among: Iterable[str] | None = None) -> Any:
    """The rule's points for the feasible nodes (all, unless some are named); None: it is skipped."""
    found = rule.score(newcomer.spec, state)
    if found is None or not found.begin():
        return None
    names = [each.name for each in state.nodes] if among is None else sorted(among)
    feasible = state.everywhere[[state.place[name] for name in names]]
    return dict(zip(names, map(int, found.points(feasible)), strict=True))
