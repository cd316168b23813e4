"""Does the rest take over? Every single failure of a mix is played through.

A failed part is gone: its pods of workloads are new pods, its DaemonSet pods have vanished, its domain no longer
exists. Pods on the other nodes stay where they are.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from math import inf
from typing import TYPE_CHECKING

from solver.objectives.question import BoundPods, ObjectiveName, Question
from solver.run import run
from solver.studies.node_sizes.likeness import Likeness
from solver.studies.node_sizes.refuge import takes_all
from solver.studies.node_sizes.risk import Part
from solver.studies.node_sizes.takeover import Takeover

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from solver.cluster.cluster import Cluster
    from solver.cluster.pod import Pod
    from solver.result import Result
    from solver.scenario import Scenario
    from solver.studies.node_sizes.mix import Mix
    from solver.studies.node_sizes.task import Task

_QUICK = "first-fit-decreasing"
_PLACE_ALL = Question((ObjectiveName.PENDING,), BoundPods.FIXED)
_LEAST_S = 1.0
"""What the heuristic may take at least: it is done in a fraction of it, and half of an answer says nothing."""


@dataclass(frozen=True, slots=True)
class Failure:
    """One part failing. ``homeless`` pods find no other node; ``proven``: nor could they, whatever else is moved in.

    An empty ``homeless`` is proven by the placement that was found and verified, where the failure was ``played`` at
    all: there may have been no time for it.
    """

    part: str
    lost: int
    homeless: tuple[Pod, ...]
    proven: bool
    played: bool = True

    @property
    def survived(self) -> bool:
        """Whether every pod of the lost part is known to fit on what is left."""
        return self.played and not self.homeless


@dataclass(frozen=True, slots=True)
class Survival:
    """A mix under every failure of a kind."""

    kind: Part
    mix: Mix
    failures: tuple[Failure, ...]

    @property
    def holds(self) -> bool:
        """Whether every failure is known to be survived."""
        return all(failure.survived for failure in self.failures)

    @property
    def broken_by(self) -> Failure | None:
        """The failure that leaves most pods without a node."""
        return max(
            (each for each in self.failures if not each.survived), key=lambda each: len(each.homeless), default=None
        )

    @property
    def not_played(self) -> int:
        """Failures that there was no time for."""
        return sum(not failure.played for failure in self.failures)


def survival(task: Task, mix: Mix, kind: Part, seconds: float, until: float = inf) -> Survival:
    """Play every failure through; ``seconds`` for each of those that are not obvious, none of them after ``until``."""
    playing = Playing(task, mix, kind, until)
    return Survival(kind, mix, tuple(playing.failure(part, seconds) for part in parts_of(mix, kind)))


def parts_of(mix: Mix, kind: Part) -> tuple[str, ...]:
    """What may fail, in the order of the nodes."""
    return tuple(dict.fromkeys(kind.of(node) for node in mix.nodes))


def survives(task: Task, mix: Mix, kind: Part, seconds: float, until: float = inf) -> bool:
    """Whether every failure is known to be survived; no more is played through than it takes to know."""
    return breaking(task, mix, kind, seconds, until) is None


def breaking(
    task: Task, mix: Mix, kind: Part, seconds: float, until: float = inf, suspects: Sequence[str] = ()
) -> str | None:
    """A part that must not fail, as far as is known; None where every failure is survived.

    With no ``seconds`` only heuristics are asked. Suspects come first, then those that lose most.
    """
    playing = Playing(task, mix, kind, until)
    parts = sorted(parts_of(mix, kind), key=lambda part: (part not in suspects, -playing.lost(part)))
    return next((part for part in parts if not playing.failure(part, seconds).survived), None)


class Playing:
    """The failures of one mix, one after the other; one that is like another one is not played twice."""

    def __init__(self, task: Task, mix: Mix, kind: Part, until: float = inf) -> None:
        self._task, self._mix, self._kind, self._until = task, mix, kind, until
        self._known: dict[Hashable, Failure] = {}
        self._lost: dict[str, list[Pod]] = {part: [] for part in parts_of(mix, kind)}
        for pod, node in mix.placement.node_of.items():
            if pod.movable:
                self._lost[kind.of(node)].append(pod)
        self._likeness = Likeness(mix) if kind is Part.NODE else None
        whole = standing(task, mix) if kind is Part.NODE else None
        self._takeover = Takeover(whole) if whole is not None and Takeover.suits(whole) else None
        self._longest = 0.0

    def lost(self, part: str) -> int:
        """How many pods a failure leaves without a node at first."""
        return len(self._lost[part])

    def failure(self, part: str, seconds: float) -> Failure:
        """One failure: as one like it, as found on the counts of the mix, or played through on a cluster of its own."""
        alike = part if self._likeness is None else self._likeness.of(part)
        known = self._known.get(alike)
        if known is None:
            known = self._known[alike] = self._played(part, seconds)
        return known if known.part == part else self._likewise(known, part)

    def _played(self, part: str, seconds: float) -> Failure:
        lost, began = len(self._lost[part]), time.monotonic()
        if began > self._until or began + self._longest > self._until:
            return Failure(part, lost, (), proven=False, played=False)
        if self._takes_over(part):
            return Failure(part, lost, (), proven=True)
        if seconds <= 0 and self._takeover is not None and self._takeover.exact:
            return Failure(part, lost, tuple(self._lost[part]), proven=False)
        began = time.monotonic()
        if began + self._longest > self._until:
            return Failure(part, lost, (), proven=False, played=False)
        failure = failure_of(self._task, self._mix, self._kind, part, min(seconds, self._until - began))
        self._longest = max(self._longest, time.monotonic() - began)
        return failure

    def _takes_over(self, part: str) -> bool:
        """Whether that is found without a search of its own."""
        if self._takeover is not None:
            return self._takeover.survived(part)
        if not self._mix.kept:
            return False
        meant = {pod.key: pod.spec for pod in self._task.workloads.pods}
        return takes_all(after(self._task, self._mix, self._kind, part), self._mix, meant, _PLACE_ALL)

    def _likewise(self, known: Failure, part: str) -> Failure:
        """The same of another part: as many of its pods of each spec find no node."""
        of_spec: dict[int, list[Pod]] = {}
        for pod in self._lost[part]:
            of_spec.setdefault(id(pod.spec), []).append(pod)
        meant = {pod.key: id(pod.spec) for pod in self._lost[known.part]}
        return replace(known, part=part, homeless=tuple(of_spec[meant[pod.key]].pop() for pod in known.homeless))


def failure_of(task: Task, mix: Mix, kind: Part, part: str, seconds: float) -> Failure:
    """One failure played through: by a heuristic, and searched where that leaves pods over and there are seconds."""
    cluster = after(task, mix, kind, part)
    lost = len(cluster.pending)
    scenario = replace(task.scenario, cluster=cluster, question=_PLACE_ALL)
    result = _run(task, scenario, _QUICK, max(seconds, _LEAST_S))
    if result.placement.pending and seconds > 0:
        result = _run(task, scenario, task.strategy, seconds)
    proven = not result.placement.pending or all(level.proven for level in result.levels)
    return Failure(part, lost, result.placement.pending, proven)


def after(task: Task, mix: Mix, kind: Part, part: str) -> Cluster:
    """What is left when the part has failed, the pods as their manifests have them."""
    return _standing(task, mix, {node.name for node in mix.nodes if kind.of(node) != part})


def standing(task: Task, mix: Mix) -> Cluster:
    """The mix before anything fails, the pods as their manifests have them."""
    return _standing(task, mix, {node.name for node in mix.nodes})


def _standing(task: Task, mix: Mix, names: set[str]) -> Cluster:
    """The nodes of these names with their pods; those of workloads that were elsewhere are pending."""
    left = tuple(replace(node, pool=None, declared=True) for node in mix.nodes if node.name in names)
    pods: list[Pod] = []
    for pod in mix.standing.cluster.pods:
        node = mix.standing.node_of.get(pod)
        spec = task.written.get(pod.key, pod.spec)
        if node is not None and node.name in names:
            pods.append(replace(pod, spec=spec, node=node.name))
        elif pod.movable:
            pods.append(replace(pod, spec=spec))
    return replace(task.workloads, nodes=left, pods=tuple(pods))


def _run(task: Task, scenario: Scenario, strategy: str, seconds: float) -> Result:
    return run(scenario, strategy, time_limit_s=seconds, seed=task.seed, workers=task.workers)
