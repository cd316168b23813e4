"""Does the rest take over? Every single failure of a mix is played through.

A failed part is gone: its pods of workloads are new pods, its DaemonSet pods have vanished, its domain no longer
exists. Pods on the other nodes stay where they are.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from solver.objectives.question import BoundPods, ObjectiveName, Question
from solver.run import run

if TYPE_CHECKING:
    from solver.cluster.cluster import Cluster
    from solver.cluster.pod import Pod
    from solver.result import Result
    from solver.scenario import Scenario
    from solver.studies.node_sizes.mix import Mix
    from solver.studies.node_sizes.risk import Part
    from solver.studies.node_sizes.task import Task

_QUICK = "first-fit-decreasing"
_PLACE_ALL = Question((ObjectiveName.PENDING,), BoundPods.FIXED)


@dataclass(frozen=True, slots=True)
class Failure:
    """One part failing. ``homeless`` pods find no other node; ``proven``: nor could they, whatever else is moved in.

    An empty ``homeless`` is proven by the placement that was found and verified.
    """

    part: str
    lost: int
    homeless: tuple[Pod, ...]
    proven: bool

    @property
    def survived(self) -> bool:
        """Whether every pod of the lost part fits on what is left."""
        return not self.homeless


@dataclass(frozen=True, slots=True)
class Survival:
    """A mix under every failure of a kind."""

    kind: Part
    mix: Mix
    failures: tuple[Failure, ...]

    @property
    def holds(self) -> bool:
        """Whether every failure is survived."""
        return all(failure.survived for failure in self.failures)

    @property
    def broken_by(self) -> Failure | None:
        """The failure that leaves most pods without a node."""
        return max(
            (each for each in self.failures if not each.survived), key=lambda each: len(each.homeless), default=None
        )


def survival(task: Task, mix: Mix, kind: Part, seconds: float) -> Survival:
    """Play every failure through; ``seconds`` for each of those that are not obvious."""
    return Survival(kind, mix, tuple(failure_of(task, mix, kind, part, seconds) for part in parts_of(mix, kind)))


def parts_of(mix: Mix, kind: Part) -> tuple[str, ...]:
    """What may fail, in the order of the nodes."""
    return tuple(dict.fromkeys(kind.of(node) for node in mix.nodes))


def survives(task: Task, mix: Mix, kind: Part, seconds: float) -> bool:
    """Whether every failure is survived; no more is played through than it takes to know."""
    return all(failure_of(task, mix, kind, part, seconds).survived for part in parts_of(mix, kind))


def failure_of(task: Task, mix: Mix, kind: Part, part: str, seconds: float) -> Failure:
    """One failure played through: by a heuristic, and searched where that leaves pods over."""
    cluster = after(task, mix, kind, part)
    lost = len(cluster.pending)
    scenario = replace(task.scenario, cluster=cluster, question=_PLACE_ALL)
    result = _run(task, scenario, _QUICK, seconds)
    if result.placement.pending:
        result = _run(task, scenario, task.strategy, seconds)
    proven = not result.placement.pending or all(level.proven for level in result.levels)
    return Failure(part, lost, result.placement.pending, proven)


def after(task: Task, mix: Mix, kind: Part, part: str) -> Cluster:
    """What is left when the part has failed, the pods as their manifests have them."""
    left = tuple(replace(node, pool=None, declared=True) for node in mix.nodes if kind.of(node) != part)
    names = {node.name for node in left}
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
