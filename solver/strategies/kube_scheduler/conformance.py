"""Holding the baseline against recordings of kube-scheduler, decision by decision, each in the recorded state."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from solver.placement import Bind
from solver.strategies.kube_scheduler.preemption import Candidate
from solver.strategies.kube_scheduler.scheduler import Decision, Scheduler
from solver.strategies.kube_scheduler.trace import Record, frame, record_of
from solver.strategies.kube_scheduler.volumes import made_volume

if TYPE_CHECKING:
    from collections.abc import Iterator

    from solver.cluster.cluster import Cluster
    from solver.cluster.pod import Pod
    from solver.cluster.state import ClusterState
    from solver.rules.profile import Profile
    from solver.strategies.kube_scheduler.volumes import VolumeBound

_ABSENT = "(absent)"


@dataclass(frozen=True, slots=True)
class Difference:
    """One value that is not as recorded: of which pod's which attempt, in which field, at which node or plugin."""

    where: str
    field: str
    recorded: Any
    own: Any


@dataclass
class Agreement:
    """How many values of each field were compared, and which of them differ."""

    compared: Counter[str] = field(default_factory=Counter)
    differences: list[Difference] = field(default_factory=list)

    def compare(self, where: str, name: str, recorded: Any, own: Any) -> None:
        """One value."""
        self.compared[name] += 1
        if recorded != own:
            self.differences.append(Difference(where, name, recorded, own))

    def add(self, other: Agreement) -> None:
        """Take in what was compared elsewhere."""
        self.compared += other.compared
        self.differences += other.differences


def conformance(cluster: Cluster, recorded: Record, profile: Profile | None = None) -> Agreement:
    """Replay a recording, of all decisions or of the chosen nodes alone, from the cluster that it starts with.

    What the input says about storage is taken as it is, also where it says nothing.
    """
    described = replace(cluster, storage=replace(cluster.storage, described=True))
    if "chosen" in recorded:
        return _chosen_nodes(described, recorded, profile)
    agreement = Agreement()
    own = followed(described, recorded, profile)
    for name in ("order", "gated"):
        agreement.compare("run", name, recorded.get(name, _ABSENT), own.get(name, _ABSENT))
    for name in ("ignored", "terminated"):
        agreement.compare("run", name, sorted(recorded.get(name, ())), sorted(own.get(name, ())))
    for theirs, ours in zip(recorded["attempts"], own["attempts"], strict=True):
        _compare_attempt(agreement, theirs, ours)
    return agreement


def followed(cluster: Cluster, recorded: Record, profile: Profile | None = None) -> Record:
    """The baseline's own decisions, each taken in the state to which the recorded ones lead."""
    scheduler = Scheduler(cluster, profile)
    pods = {pod.key: pod for pod in cluster.pods}
    attempts: list[Record] = []
    for theirs in recorded["attempts"]:
        pod = pods[theirs["pod"]]
        _follow_nomination(scheduler, pod, theirs)
        decision = scheduler.decide(pod, theirs["attempt"])
        attempts.append(record_of(decision))
        scheduler.carry_out(_as_recorded(decision, theirs, pods))
    return frame(cluster, attempts)


def _chosen_nodes(cluster: Cluster, recorded: Record, profile: Profile | None) -> Agreement:
    agreement = Agreement()
    scheduler = Scheduler(cluster, profile)
    scheduler.run(cluster.queue)
    own = {step.pod.key: step.node.name for step in scheduler.steps if isinstance(step, Bind)}
    agreement.compare("run", "order", [key for key, _ in recorded["chosen"]], [pod.key for pod in cluster.queue])
    for key, node in recorded["chosen"]:
        agreement.compare(key, "chosen", node, own.get(key))
    return agreement


def _follow_nomination(scheduler: Scheduler, pod: Pod, theirs: Record) -> None:
    place = scheduler.state.place.get(theirs.get("nominated", ""))
    if place is None:
        scheduler.nominations.end(pod)
    elif scheduler.nominations.place_of.get(pod) != place:
        scheduler.nominations.nominate(pod, place)


def _as_recorded(decision: Decision, theirs: Record, pods: dict[str, Pod]) -> Decision:
    """The decision that was recorded, in terms of the state at hand."""
    state = decision.cycle.state
    if theirs["chosen"] is not None:
        place = state.place[theirs["chosen"]]
        return Decision(decision.cycle, place, volumes=tuple(_volumes(theirs, place, state)))
    preemption = decision.preemption
    told = theirs["preemption"]
    if preemption is None or told is None:
        return replace(decision, chosen=None, volumes=())
    victims = tuple(pods[key] for key in told["victims"])
    chosen = None if told["nominated"] is None else Candidate(state.place[told["nominated"]], victims, 0)
    return Decision(decision.cycle, None, replace(preemption, chosen=chosen))


def _volumes(theirs: Record, place: int, state: ClusterState) -> Iterator[VolumeBound]:
    for item in theirs.get("volumes", ()):
        yield made_volume(state.claims[item["claim"]], item["volume"], state.nodes[place], state)


def _compare_attempt(agreement: Agreement, theirs: Record, ours: Record) -> None:
    where = f"{theirs['pod']} attempt {theirs['attempt']}"
    for name in sorted((theirs.keys() | ours.keys()) - {"filter", "scores", "preemption"}):
        agreement.compare(where, name, theirs.get(name, _ABSENT), ours.get(name, _ABSENT))
    for node, recorded, own in _paired(theirs["filter"], ours["filter"]):
        for part in ("plugin", "code", "reasons", "prefiltered"):
            agreement.compare(f"{where} on {node}", f"filter {part}", _part(recorded, part), _part(own, part))
    for node, recorded, own in _paired(theirs["scores"], ours["scores"]):
        for plugin, points, own_points in _paired(recorded, own):
            agreement.compare(f"{where} on {node}", f"score {plugin}", points, own_points)
    for name, recorded, own in _paired(theirs["preemption"], ours["preemption"]):
        agreement.compare(where, f"preemption {name}", recorded, own)


def _paired(theirs: Any, ours: Any) -> Iterator[tuple[str, Any, Any]]:
    """The values under all keys of both; something that is no object is a value by itself."""
    if not isinstance(theirs, dict) or not isinstance(ours, dict):
        if theirs is not None or ours is not None:
            yield "whole", theirs, ours
        return
    for key in sorted(theirs.keys() | ours.keys()):
        yield key, theirs.get(key, _ABSENT), ours.get(key, _ABSENT)


def _part(verdict: Any, part: str) -> Any:
    return verdict.get(part) if isinstance(verdict, dict) else verdict
