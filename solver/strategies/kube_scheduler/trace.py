"""Decisions attempt by attempt, node by node, in the format in which kube-scheduler itself has been recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from solver.cluster.pod import DEFAULT_SCHEDULER
from solver.rules.profile import Profile
from solver.rules.rule import Rejection
from solver.strategies.kube_scheduler.messages import outside
from solver.strategies.kube_scheduler.scheduler import Decision, Scheduler

if TYPE_CHECKING:
    from collections.abc import Iterable

    from solver.cluster.cluster import Cluster
    from solver.cluster.pod import Pod
    from solver.strategies.kube_scheduler.cycle import Cycle
    from solver.strategies.kube_scheduler.preemption import Preemption
    from solver.strategies.kube_scheduler.volumes import VolumeBound

VERSION = "v1.34.1"

_ON_OCCASION = ("gated", "ignored", "terminated")

Record = dict[str, Any]
"""A JSON object of the format."""


def trace(cluster: Cluster, profile: Profile | None = None) -> Record:
    """All decisions of a run from the cluster as it is; ties go to the first node by name."""
    attempts: list[Record] = []

    def note(decision: Decision) -> Decision:
        attempts.append(record_of(decision))
        return decision

    Scheduler(cluster, (profile or Profile()).literal, observer=note).run(cluster.queue)
    return frame(cluster, attempts)


def frame(cluster: Cluster, attempts: Iterable[Record]) -> Record:
    """The trace with these attempts; pods that are never attempted are listed apart."""
    gated = {pod.key: _gated(pod) for pod in cluster.held_back if pod.spec.gates}
    ignored = sorted(pod.key for pod in cluster.held_back if pod.spec.scheduler != DEFAULT_SCHEDULER)
    found: Record = {
        "attempts": list(attempts),
        "kubernetes": VERSION,
        "order": [pod.key for pod in cluster.queue],
        "gated": gated,
        "ignored": ignored,
        "terminated": list(cluster.finished),
    }
    return {key: value for key, value in found.items() if value or key not in _ON_OCCASION}


def record_of(decision: Decision) -> Record:
    """One attempt, before it is carried out."""
    cycle = decision.cycle
    found = decision.chosen is not None
    record: Record = {
        "pod": cycle.pod.key,
        "attempt": cycle.attempt,
        "filter": _verdicts(cycle),
        "scores": _scores(cycle) if found else None,
        "best": [cycle.state.nodes[node].name for node in cycle.best()] if found else [],
        "chosen": None if decision.chosen is None else cycle.state.nodes[decision.chosen].name,
        "message": None if found else cycle.message(),
        "preemption": None if decision.preemption is None else _preemption(cycle, decision.preemption),
    }
    return record | _on_occasion(decision, record)


def _on_occasion(decision: Decision, record: Record) -> Record:
    """The keys that are only there when they have something to say."""
    cycle = decision.cycle
    occasional: Record = {}
    if cycle.rejected is not None:
        occasional["prefilter"] = {"rejected": rejection_record(cycle.rejected)}
    elif cycle.standing.narrowed:
        names = frozenset.intersection(*cycle.standing.narrowed.values())
        occasional["prefilter"] = {"nodes": sorted(names), "plugins": sorted(cycle.standing.narrowed)}
    if decision.chosen is not None and len(cycle.feasible()) == 1:
        occasional["single"] = True
    if decision.preemption is not None:
        parts = (record["message"], decision.preemption.message)
        occasional["fullMessage"] = " ".join(part for part in parts if part)
    nominated = _nominated(cycle)
    if nominated is not None:
        occasional["nominated"] = nominated
        occasional |= {"nominatedFits": True} if cycle.nominated_fits else {}
    if decision.volumes:
        occasional["volumes"] = [_volume(bound) for bound in decision.volumes]
    return occasional


def _nominated(cycle: Cycle) -> str | None:
    """The node that the pod is nominated for; also one that does not exist, which nothing ever looks at."""
    if cycle.nominated is not None:
        return cycle.state.nodes[cycle.nominated].name
    carried = cycle.pod.nominated_node
    return carried if carried not in cycle.state.place else None


def rejection_record(rejection: Rejection) -> Record:
    """A verdict; its reasons sorted."""
    return {"plugin": rejection.plugin, "code": rejection.code, "reasons": sorted(rejection.reasons)}


def _verdicts(cycle: Cycle) -> Record | None:
    if cycle.rejected is not None or not cycle.state.nodes:
        return None
    verdicts: Record = {}
    if cycle.standing.narrowed and not cycle.nominated_fits:
        elsewhere = rejection_record(Rejection("", (outside(cycle.standing.narrowed),))) | {"prefiltered": True}
        verdicts = {node.name: elsewhere for node in cycle.state.nodes}
    for place, rejection in cycle.rejections().items():
        verdicts[cycle.state.nodes[place].name] = None if rejection is None else rejection_record(rejection)
    return verdicts


def _scores(cycle: Cycle) -> Record:
    feasible, scores = cycle.scores()
    totals = cycle.standing.totals(feasible)
    return {
        cycle.state.nodes[node].name: {
            **{name: int(points[number]) for name, points in scores.items()},
            "total": int(totals[number]),
        }
        for number, node in enumerate(feasible)
    }


def _preemption(cycle: Cycle, preemption: Preemption) -> Record:
    nodes = cycle.state.nodes
    chosen = preemption.chosen
    record: Record = {
        "message": preemption.message,
        "nominated": None if chosen is None else nodes[chosen.node].name,
        "victims": [] if chosen is None else [pod.key for pod in chosen.victims],
    }
    if preemption.error is not None:
        record["error"] = preemption.error
    if preemption.candidates:
        record["candidates"] = {
            nodes[candidate.node].name: {
                "victims": [pod.key for pod in candidate.victims],
                "pdbViolations": candidate.violations,
            }
            for candidate in preemption.candidates
        }
    if len(preemption.tied) > 1:
        record["tied"] = [nodes[node].name for node in preemption.tied]
    return record


def _volume(bound: VolumeBound) -> Record:
    record: Record = {"claim": bound.claim.key, "volume": bound.volume.name, "how": "static"}
    if bound.topology_keys is not None:
        record |= {"how": "provisioned", "nodeAffinityKeys": list(bound.topology_keys)}
    return record


def _gated(pod: Pod) -> Record:
    gates = " ".join(pod.spec.gates)
    return {
        "plugin": "SchedulingGates",
        "code": "UnschedulableAndUnresolvable",
        "reasons": [f"waiting for scheduling gates: [{gates}]"],
    }
