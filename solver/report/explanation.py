"""An explanation as plain values, for JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from solver.cluster.pod import Pod
    from solver.strategies.kube_scheduler.explain import Attempt, NodeVerdict


def explanation_document(pod: Pod, attempts: Sequence[Attempt]) -> dict[str, Any]:
    """The pod, and each attempt with every node that was looked at."""
    return {"pod": pod.key, "priority": pod.priority, "attempts": [_attempt(attempt) for attempt in attempts]}


def _attempt(attempt: Attempt) -> dict[str, Any]:
    return {
        "chosen": attempt.chosen,
        "message": attempt.message or None,
        "weights": attempt.weights,
        "nodes": [_node(verdict) for verdict in attempt.nodes],
        "preemption": {
            "message": attempt.preemption or None,
            "nominated": attempt.nominated,
            "candidates": [
                {"node": found.node, "victims": list(found.pods), "pdbViolations": found.violations}
                for found in attempt.candidates
            ],
        },
    }


def _node(verdict: NodeVerdict) -> dict[str, Any]:
    rejection = verdict.rejection
    if rejection is not None:
        said = {"plugin": rejection.plugin, "code": rejection.code, "reasons": list(rejection.reasons)}
        return {"node": verdict.node, "feasible": False, "rejected": said}
    return {
        "node": verdict.node,
        "feasible": True,
        "best": verdict.best,
        "chosen": verdict.chosen,
        "total": verdict.total,
        "scores": {plugin: {"raw": score.raw, "weighted": score.weighted} for plugin, score in verdict.scores.items()},
    }
