"""Does the rest take over? Every single failure is played through; and mixes are extended until all of them pass.

A failed part is gone: its pods of workloads are new pods, its DaemonSet pods have vanished, its domain no longer
exists. Pods on the other nodes stay where they are.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from solver.cluster.pool import NodePool, numbered
from solver.objectives.question import BoundPods, ObjectiveName, Question
from solver.run import run
from solver.studies.node_sizes.floor import Floor
from solver.studies.node_sizes.risk import Part
from solver.studies.node_sizes.task import QUESTION

if TYPE_CHECKING:
    from collections.abc import Sequence

    from solver.cluster.cluster import Cluster
    from solver.cluster.node import Node
    from solver.cluster.pod import Pod, PodSpec
    from solver.result import Result
    from solver.scenario import Scenario
    from solver.studies.node_sizes.mix import Mix
    from solver.studies.node_sizes.offers import Offer
    from solver.studies.node_sizes.task import Task

_OTHERS = 5
"""Offers beside those of the mix that may make a failure good."""
_QUICK = "first-fit-decreasing"
_PLACE_ALL = Question((ObjectiveName.PENDING,), BoundPods.FIXED)
_PLACE_CHEAPLY = Question(QUESTION.objectives, BoundPods.FIXED)


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
    return Survival(kind, mix, tuple(_failure(task, mix, kind, part, seconds) for part in parts_of(mix, kind)))


def parts_of(mix: Mix, kind: Part) -> tuple[str, ...]:
    """What may fail, in the order of the nodes."""
    return tuple(dict.fromkeys(kind.of(node) for node in mix.nodes))


def surviving(task: Task, starts: Sequence[Mix], kind: Part, seconds: float) -> Survival | None:
    """The cheapest mix found that survives every failure: each start is extended, failure by failure, until it does.

    None where of no start every failure can be made good.
    """
    found: Survival | None = None
    for start in starts:
        if found is not None and start.cost >= found.mix.cost:
            continue
        extended = _extended(task, start, kind, seconds)
        if extended is not None and (found is None or extended.mix.cost < found.mix.cost):
            found = extended
    return found


def _extended(task: Task, start: Mix, kind: Part, seconds: float) -> Survival | None:
    mix = start
    while True:
        state = survival(task, mix, kind, seconds)
        broken = state.broken_by
        if broken is None:
            return state
        bought = _remedy(task, mix, kind, broken.part, seconds)
        if not bought:
            return None
        mix = replace(mix, spare=(*mix.spare, *bought))


def _failure(task: Task, mix: Mix, kind: Part, part: str, seconds: float) -> Failure:
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
    for pod in mix.placement.cluster.pods:
        node = mix.placement.node_of.get(pod)
        spec = task.written.get(pod.key, pod.spec)
        if node is not None and node.name in names:
            pods.append(replace(pod, spec=spec, node=node.name))
        elif pod.movable:
            pods.append(replace(pod, spec=spec))
    return replace(task.workloads, nodes=left, pods=(*pods, *_daemons_of_spares(task.workloads, mix, names)))


def _daemons_of_spares(workloads: Cluster, mix: Mix, left: set[str]) -> list[Pod]:
    """Spare nodes run their DaemonSet pods, too."""
    spares = (node for node in mix.spare if node.name in left)
    return [
        replace(daemon_set.pod_for(node), node=node.name)
        for node in spares
        for daemon_set in workloads.daemon_sets
        if daemon_set.runs_on(node)
    ]


def _remedy(task: Task, mix: Mix, kind: Part, part: str, seconds: float) -> tuple[Node, ...]:
    """Further nodes with which this failure is survived, as cheap as found; none where there are no such nodes."""
    cluster = after(task, mix, kind, part)
    lost = len(cluster.pending)
    pools = (_further(offer, mix, kind, part, lost) for offer in _helpful(task, mix))
    cluster = replace(cluster, pools=tuple(pool for pool in pools if pool.templates))
    result = _run(task, replace(task.scenario, cluster=cluster, question=_PLACE_CHEAPLY), task.strategy, seconds)
    if result.placement.pending:
        return ()
    present = {node.name for node in cluster.nodes}
    return tuple(node for node in result.placement.used if node.name not in present)


def _helpful(task: Task, mix: Mix) -> list[Offer]:
    """The offers of the mix, and some that need least for the totals."""
    floor = Floor(task.offers, task.workloads)
    ranked = sorted(task.offers, key=floor.alone)[:_OTHERS]
    return list(dict.fromkeys((*(task.offer_of_pool[pool] for pool in mix.counts), *ranked)))


def _further(offer: Offer, mix: Mix, kind: Part, part: str, most: int) -> NodePool:
    """Nodes of the offer that are not in the mix yet, outside of a failed zone."""
    templates = tuple(node for node in offer.templates if kind is Part.NODE or kind.of(node) != part)
    names = {node.name for node in mix.nodes}
    taken = tuple(
        1 + max((at for at in range(len(names)) if numbered(node, at).name in names), default=-1) for node in templates
    )
    return NodePool(offer.pool, templates, taken, most)


def _run(task: Task, scenario: Scenario, strategy: str, seconds: float) -> Result:
    return run(scenario, strategy, time_limit_s=seconds, seed=task.seed, workers=task.workers)


def least_price(relaxed: Fraction, task: Task, kind: Part, zones: int) -> Fraction | None:
    """A bound for mixes that survive every failure; ``relaxed`` is one for `lenient` workloads without any failure.

    What is left after a failure has room for all pods, so it costs at least ``relaxed``. One node fails: the mix costs
    that and the cheapest node. One zone of Z fails, each in turn: added up, (Z - 1) times the price of the mix is at
    least Z times ``relaxed``. None: with a single zone nothing is left.
    """
    if kind is Part.NODE:
        return relaxed + min((Fraction(offer.price) for offer in task.offers), default=Fraction(0))
    return relaxed * Fraction(zones, zones - 1) if zones > 1 else None


def lenient(workloads: Cluster) -> Cluster:
    """Without spreading and required affinity: after a failure, pods that stay may break what new ones have to keep."""
    specs: dict[PodSpec, PodSpec] = {}
    for pod in workloads.pods:
        if pod.spec not in specs:
            affinity = replace(pod.spec.affinity, required=())
            specs[pod.spec] = replace(pod.spec, spread=(), affinity=affinity)
    return replace(workloads, pods=tuple(replace(pod, spec=specs[pod.spec]) for pod in workloads.pods))
