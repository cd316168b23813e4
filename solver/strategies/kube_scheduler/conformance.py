"""Holding the baseline against recordings of kube-scheduler, decision by decision, each in the recorded state."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from solver.errors import InputError
from solver.placement import Bind
from solver.rules.profile import Profile
from solver.strategies.kube_scheduler.preemption import Candidate
from solver.strategies.kube_scheduler.recording import KNOWN_PLUGINS, plugins_of
from solver.strategies.kube_scheduler.scheduler import Decision, Scheduler
from solver.strategies.kube_scheduler.trace import VERSION, Record, frame, record_of
from solver.strategies.kube_scheduler.volumes import made_volume, volumes_bound

if TYPE_CHECKING:
    from collections.abc import Iterator

    from solver.cluster.cluster import Cluster
    from solver.cluster.pod import Pod
    from solver.cluster.state import ClusterState
    from solver.strategies.kube_scheduler.volumes import VolumeBound

_ABSENT = "(absent)"
_COMPARED_APART = frozenset({"filter", "scores", "preemption"})
_FOLLOWS = frozenset({"best", "chosen", "fullMessage", "message", "nominatedFits", "prefilter", "single", "volumes"})
"""What plugins that are not modelled may have changed."""


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

    What the input says about storage is taken as it is, also where it says nothing. What plugins have said that are
    not modelled here is left out, and with it what follows from it.
    """
    described = as_recorded(cluster)
    if "chosen" in recorded:
        return _chosen_nodes(described, recorded, profile)
    agreement = Agreement()
    own = followed(described, recorded, profile)
    unmodelled = _unmodelled(described)
    agreement.compare("run", "order", [key for key in recorded["order"] if key not in unmodelled], own["order"])
    agreement.compare("run", "gated", recorded.get("gated", {}), own.get("gated", {}))
    for name in ("ignored", "terminated"):
        agreement.compare("run", name, sorted(recorded.get(name, ())), sorted(own.get(name, ())))
    compared = (attempt for attempt in recorded["attempts"] if attempt["pod"] not in unmodelled)
    for theirs, ours in zip(compared, own["attempts"], strict=True):
        _compare_attempt(agreement, theirs, ours)
    return agreement


def as_recorded(cluster: Cluster) -> Cluster:
    """The cluster as kube-scheduler sees it: an input without storage objects says that there is no storage."""
    return replace(cluster, storage=replace(cluster.storage, described=True))


def followed(cluster: Cluster, recorded: Record, profile: Profile | None = None) -> Record:
    """The baseline's own decisions, each taken in the state to which the recorded ones lead.

    Raises:
        InputError: the recording speaks of pods or nodes that the cluster does not have.
    """
    _check_names(cluster, recorded)
    scheduler = Scheduler(cluster, (profile or Profile()).literal)
    if "chosen" in recorded:
        return _followed_chosen(scheduler, recorded)
    pods = {pod.key: pod for pod in cluster.pods}
    attempts: list[Record] = []
    for theirs in recorded["attempts"]:
        pod = pods[theirs["pod"]]
        _follow_nomination(scheduler, pod, theirs)
        decision = scheduler.decide(pod, theirs["attempt"])
        if not pod.spec.unmodelled:
            attempts.append(record_of(decision))
        scheduler.carry_out(_as_recorded(decision, theirs, pods))
    return frame(cluster, attempts)


def _followed_chosen(scheduler: Scheduler, recorded: Record) -> Record:
    """Of chosen nodes alone: who was evicted on the way is not recorded, so own evictions stand."""
    pods = {pod.key: pod for pod in scheduler.cluster.pods}
    own: list[list[str | None]] = []
    for key, node in recorded["chosen"]:
        decision = scheduler.decide(pods[key])
        if decision.preemption is not None and decision.preemption.chosen is not None:
            scheduler.carry_out(decision)
            decision = scheduler.decide(pods[key], 2)
        chosen = None if decision.chosen is None else scheduler.state.nodes[decision.chosen].name
        own.append([key, chosen])
        place = None if node is None else scheduler.state.place[node]
        volumes = () if place is None else volumes_bound(decision.cycle.standing, place)
        scheduler.carry_out(replace(decision, chosen=place, preemption=None, volumes=volumes))
    return {"chosen": own, "kubernetes": VERSION}


def _check_names(cluster: Cluster, recorded: Record) -> None:
    """Everything that the recording speaks of must be there."""
    attempts = recorded.get("attempts", ())
    told = [attempt["preemption"] for attempt in attempts if attempt.get("preemption")]
    placed = recorded.get("chosen") or [(attempt["pod"], attempt["chosen"]) for attempt in attempts]
    named: dict[str, tuple[set[Any], set[Any]]] = {
        "pending pod": ({key for key, _ in placed}, {pod.key for pod in cluster.pods if pod.node is None}),
        "pod": ({key for each in told for key in each["victims"]}, {pod.key for pod in cluster.pods}),
        "node": ({node for _, node in placed} | {each["nominated"] for each in told}, {None, *cluster.node_named}),
        "claim": (
            {item["claim"] for attempt in attempts for item in attempt.get("volumes", ())},
            set(cluster.storage.claims),
        ),
    }
    wrong = [
        f"the recording speaks of the {kind} {name}, which is not in the input"
        for kind, (spoken_of, there) in named.items()
        for name in sorted(spoken_of - there)
    ]
    if wrong:
        raise InputError(wrong)


def _unmodelled(cluster: Cluster) -> frozenset[str]:
    """Pods that only the recording can place."""
    return frozenset(pod.key for pod in cluster.held_back if pod.spec.unmodelled)


def _chosen_nodes(cluster: Cluster, recorded: Record, profile: Profile | None) -> Agreement:
    agreement = Agreement()
    scheduler = Scheduler(cluster, (profile or Profile()).literal)
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
    told = theirs.get("preemption")
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
    foreign = set(plugins_of(theirs)) - KNOWN_PLUGINS
    for name in sorted((theirs.keys() | ours.keys()) - _COMPARED_APART - (_FOLLOWS if foreign else frozenset())):
        agreement.compare(where, name, theirs.get(name, _ABSENT), ours.get(name, _ABSENT))
    for node, recorded, own in _paired(theirs["filter"], ours["filter"]):
        if _part(recorded, "plugin") not in foreign:
            for part in ("plugin", "code", "reasons", "prefiltered"):
                agreement.compare(f"{where} on {node}", f"filter {part}", _part(recorded, part), _part(own, part))
    if not foreign or _same_nodes(theirs, ours):
        _compare_scores(agreement, where, theirs, ours, foreign)
    if not foreign:
        for name, recorded, own in _paired(theirs.get("preemption"), ours["preemption"]):
            agreement.compare(where, f"preemption {name}", recorded, own)


def _compare_scores(agreement: Agreement, where: str, theirs: Record, ours: Record, foreign: set[str]) -> None:
    for node, recorded, own in _paired(theirs["scores"], ours["scores"]):
        for plugin, points, own_points in _paired(_without(recorded, foreign), own):
            agreement.compare(f"{where} on {node}", f"score {plugin}", points, own_points)


def _same_nodes(theirs: Record, ours: Record) -> bool:
    """Whether the same nodes are feasible, so that scores are normalised alike."""
    return (theirs["scores"] or {}).keys() == (ours["scores"] or {}).keys()


def _without(scores: Any, foreign: set[str]) -> Any:
    """The scores of a node without those of some plugins, in the total neither."""
    if not isinstance(scores, dict) or not foreign:
        return scores
    kept = {plugin: points for plugin, points in scores.items() if plugin not in foreign}
    return kept | {"total": sum(points for plugin, points in kept.items() if plugin != "total")}


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
