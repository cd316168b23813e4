"""What a rule costs: the least price with it, less the least price without it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from math import ceil
from typing import TYPE_CHECKING

from solver.cluster.node_affinity import NodeAffinity
from solver.cluster.resources import CPU, MEMORY
from solver.studies.node_sizes.offers import with_taints
from solver.studies.node_sizes.search import attempted

if TYPE_CHECKING:
    from collections.abc import Callable

    from solver.cluster.cluster import Cluster
    from solver.cluster.pod import Pod, PodSpec
    from solver.studies.node_sizes.mix import Mix
    from solver.studies.node_sizes.task import Task

EVERYBODY = "all workloads"
WITHOUT = "without "


class Kind(StrEnum):
    """Rules as workloads write them; preferences cost nothing here."""

    ANTI_AFFINITY = "pod anti-affinity"
    AFFINITY = "pod affinity"
    SPREAD = "topology spread"
    NODE_AFFINITY = "node affinity"
    HOST_PORTS = "host ports"


@dataclass(frozen=True, slots=True)
class RulePrice:
    """One change of the workloads; ``mix`` is the cheapest one found with it, None where none took all pods.

    ``least`` and ``most`` are USD per hour between which the saving lies; equal where both prices are proven.
    """

    workload: str
    change: str
    mix: Mix | None
    nodes: int
    least: Fraction
    most: Fraction


def prices_of_rules(task: Task, base: Mix, seconds: float) -> tuple[RulePrice, ...]:
    """Every kind of rule that some workload has, for each workload alone and, where there are several, for all.

    The nodes' taints are one such rule, for all workloads.
    """
    found = []
    for kind in Kind:
        owners = _owners(task.workloads, kind)
        everybody = (EVERYBODY,) if len(owners) > 1 else ()
        found += [_priced(task, base, owner, kind, seconds) for owner in (*everybody, *owners) if not task.stopped()]
    if any(offer.template.taints for offer in task.offers) and not task.stopped():
        bare = task.over([with_taints(offer, ()) for offer in task.offers])
        found.append(_compared(bare, base, EVERYBODY, f"{WITHOUT}taints of nodes", seconds))
    return tuple(found)


def price_of_requests(task: Task, base: Mix, factor: Fraction, seconds: float) -> RulePrice:
    """All cpu and memory requests times a factor, rounded up."""
    workloads = changed(task.workloads, lambda pod: True, lambda spec: _scaled(spec, factor))
    return _compared(task.with_workloads(workloads), base, EVERYBODY, f"requests x {float(factor):g}", seconds)


def _priced(task: Task, base: Mix, owner: str, kind: Kind, seconds: float) -> RulePrice:
    chosen = changed(
        task.workloads,
        lambda pod: owner == EVERYBODY or title_of(pod) == owner,
        lambda spec: _without(spec, kind),
    )
    return _compared(task.with_workloads(chosen), base, owner, f"{WITHOUT}{kind}", seconds)


def _compared(task: Task, base: Mix, owner: str, change: str, seconds: float) -> RulePrice:
    mix = attempted(task.within(seconds))
    if mix is None:
        return RulePrice(owner, change, None, 0, Fraction(0), Fraction(0))
    return RulePrice(owner, change, mix, len(base.nodes) - len(mix.nodes), base.bound - mix.cost, base.cost - mix.bound)


def changed(workloads: Cluster, chosen: Callable[[Pod], bool], change: Callable[[PodSpec], PodSpec]) -> Cluster:
    """The workloads with other specs for some pods; pods that shared a spec still do."""
    specs: dict[PodSpec, PodSpec] = {}
    pods = []
    for pod in workloads.pods:
        if chosen(pod):
            if pod.spec not in specs:
                specs[pod.spec] = change(pod.spec)
            pod = replace(pod, spec=specs[pod.spec])
        pods.append(pod)
    return replace(workloads, pods=tuple(pods))


def title_of(pod: Pod) -> str:
    """The workload that wanted the pod, or the pod itself."""
    return pod.workload or f"Pod {pod.key}"


def _owners(workloads: Cluster, kind: Kind) -> tuple[str, ...]:
    having = (pod for pod in workloads.pending if _has(pod.spec, kind))
    return tuple(dict.fromkeys(title_of(pod) for pod in having))


def _has(spec: PodSpec, kind: Kind) -> bool:
    match kind:
        case Kind.ANTI_AFFINITY:
            return bool(spec.anti_affinity.required)
        case Kind.AFFINITY:
            return bool(spec.affinity.required)
        case Kind.SPREAD:
            return any(constraint.hard for constraint in spec.spread)
        case Kind.NODE_AFFINITY:
            return bool(spec.node_selector) or spec.node_affinity.required is not None
        case Kind.HOST_PORTS:
            return bool(spec.host_ports)


def _without(spec: PodSpec, kind: Kind) -> PodSpec:
    match kind:
        case Kind.ANTI_AFFINITY:
            return replace(spec, anti_affinity=replace(spec.anti_affinity, required=()))
        case Kind.AFFINITY:
            return replace(spec, affinity=replace(spec.affinity, required=()))
        case Kind.SPREAD:
            return replace(spec, spread=tuple(constraint for constraint in spec.spread if not constraint.hard))
        case Kind.NODE_AFFINITY:
            return replace(spec, node_selector={}, node_affinity=NodeAffinity(None, spec.node_affinity.preferred))
        case Kind.HOST_PORTS:
            return replace(spec, host_ports=())


def _scaled(spec: PodSpec, factor: Fraction) -> PodSpec:
    requests = {
        name: ceil(amount * factor) if name in (CPU, MEMORY) else amount for name, amount in spec.requests.items()
    }
    return replace(spec, requests=requests)
