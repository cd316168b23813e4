"""Why kube-scheduler decides about one pod as it does: node by node, plugin by plugin, at the pod's turn."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from solver.rules.profile import Profile
from solver.strategies.kube_scheduler.scheduler import Decision, Scheduler

if TYPE_CHECKING:
    from solver.cluster.cluster import Cluster
    from solver.cluster.pod import Pod
    from solver.rules.rule import Rejection
    from solver.strategies.kube_scheduler.preemption import Candidate, Preemption


@dataclass(frozen=True, slots=True)
class PluginScore:
    """One plugin's score of one node: as the plugin counts, and normalised to at most 100 and weighted."""

    raw: int
    weighted: int


@dataclass(frozen=True, slots=True)
class NodeVerdict:
    """What is said of one node: ``rejection``, or, where it is feasible, the scores of the plugins that have a say."""

    node: str
    rejection: Rejection | None
    scores: dict[str, PluginScore]
    best: bool = False
    chosen: bool = False

    @property
    def total(self) -> int:
        """The weighted scores, added up."""
        return sum(score.weighted for score in self.scores.values())


@dataclass(frozen=True, slots=True)
class Victims:
    """Whom preemption would evict from a node, most important first; so many of them against a disruption budget."""

    node: str
    pods: tuple[str, ...]
    violations: int


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt: the nodes that were looked at, the best first and the rejected last, and what came of it.

    ``message`` is empty where the pod found a node. ``candidates`` is what preemption could choose from, ``nominated``
    the node it chose; ``preemption`` says why it did not help, where it did not. ``weights`` are those of the scores.
    """

    nodes: tuple[NodeVerdict, ...]
    weights: dict[str, int]
    chosen: str | None
    message: str
    preemption: str = ""
    candidates: tuple[Victims, ...] = ()
    nominated: str | None = None


def explain(cluster: Cluster, pod: Pod, profile: Profile | None = None) -> tuple[Attempt, ...]:
    """The attempts of a pending pod in a run over the cluster; a second one where the first preempted.

    Ties go to the first node by name.
    """
    attempts: list[Attempt] = []

    def note(decision: Decision) -> Decision:
        if decision.cycle.pod is pod:
            attempts.append(_attempt(decision))
        return decision

    queue = cluster.queue
    Scheduler(cluster, (profile or Profile()).literal, observer=note).run(queue[: queue.index(pod) + 1])
    return tuple(attempts)


def _attempt(decision: Decision) -> Attempt:
    cycle = decision.cycle
    names = [node.name for node in cycle.state.nodes]
    chosen = None if decision.chosen is None else names[decision.chosen]
    rejected = () if cycle.rejected is not None else cycle.rejections().items()
    verdicts = [
        *sorted(_feasible(decision), key=lambda verdict: (-verdict.total, not verdict.chosen, verdict.node)),
        *(NodeVerdict(names[node], rejection, {}) for node, rejection in rejected if rejection is not None),
    ]
    message = cycle.message() if chosen is None else ""
    weights = {name: weight for name, weight, _ in cycle.standing.scores}
    return _with_preemption(Attempt(tuple(verdicts), weights, chosen, message), decision.preemption, names)


def _feasible(decision: Decision) -> list[NodeVerdict]:
    if decision.chosen is None:
        return []
    cycle = decision.cycle
    feasible, best = cycle.feasible(), set(cycle.best())
    scores = {
        name: (score.raw(feasible), weight * score.points(feasible))
        for name, weight, score in cycle.standing.scores
        if score.begin()
    }
    return [
        NodeVerdict(
            cycle.state.nodes[node].name,
            None,
            {name: PluginScore(int(raw[place]), int(points[place])) for name, (raw, points) in scores.items()},
            best=node in best,
            chosen=bool(node == decision.chosen),
        )
        for place, node in enumerate(feasible)
    ]


def _with_preemption(attempt: Attempt, preemption: Preemption | None, names: list[str]) -> Attempt:
    if preemption is None:
        return attempt
    return replace(
        attempt,
        preemption=preemption.message,
        candidates=tuple(_victims(candidate, names) for candidate in preemption.candidates),
        nominated=None if preemption.chosen is None else names[preemption.chosen.node],
    )


def _victims(candidate: Candidate, names: list[str]) -> Victims:
    return Victims(names[candidate.node], tuple(pod.key for pod in candidate.victims), candidate.violations)
