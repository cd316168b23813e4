"""A running cluster as if the pods that may move had no node yet."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from solver.objectives.question import BoundPods, ObjectiveName, PerPriorityTier, Question

if TYPE_CHECKING:
    from solver.cluster.cluster import Cluster
    from solver.cluster.pod import Pod
    from solver.objectives.question import ObjectiveKey


def allowed(question: Question, cluster: Cluster) -> bool:
    """Whether bound pods may move, and nothing that counts moves comes before cost."""
    if question.bound_pods not in (BoundPods.MOVABLE, BoundPods.EVICTABLE) or not any(map(leaves, cluster.bound)):
        return False
    for objective in question.objectives:
        if objective is ObjectiveName.COST:
            return True
        inside = objective.objectives if isinstance(objective, PerPriorityTier) else (objective,)
        if ObjectiveName.DISRUPTION in inside:
            return False
    return False


def leaves(pod: Pod) -> bool:
    """Whether a bound pod can be bound elsewhere at all."""
    return pod.node is not None and pod.movable and pod.schedulable


def emptied(cluster: Cluster) -> Cluster:
    """The same cluster with these pods pending; the others are where they are."""
    return replace(
        cluster, pods=tuple(replace(pod, node=None, devices=()) if leaves(pod) else pod for pod in cluster.pods)
    )


def homes(cluster: Cluster) -> dict[str, str]:
    """By key, the node of each pod that has none in the emptied cluster."""
    return {pod.key: pod.node for pod in cluster.bound if pod.node is not None and leaves(pod)}


def up_to_cost(question: Question) -> Question:
    """What is asked before disruption, and cost: of pods that have no node yet, with nobody else leaving."""
    asked: list[ObjectiveKey | PerPriorityTier] = []
    for objective in question.objectives:
        asked.append(objective)
        if objective is ObjectiveName.COST:
            break
    return Question(tuple(asked), BoundPods.FIXED)
