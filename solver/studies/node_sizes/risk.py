"""The blast radius: what is lost at once with one node, or with one zone."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING

from solver.cluster.resources import CPU, MEMORY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from solver.cluster.node import Node
    from solver.cluster.pod import Pod
    from solver.studies.node_sizes.mix import Mix


class Part(StrEnum):
    """What fails as a whole."""

    NODE = "node"
    ZONE = "zone"

    def of(self, node: Node) -> str:
        """The part that the node belongs to."""
        return node.name if self is Part.NODE else node.zone or ""


@dataclass(frozen=True, slots=True)
class Loss:
    """Shares lost with one part: of all pods, of some workload's replicas (the worst one), of cpu or memory bought."""

    part: str
    pods: Fraction
    replicas: Fraction
    workload: str
    capacity: Fraction


@dataclass(frozen=True, slots=True)
class BlastRadius:
    """The largest of each share over all parts of a kind; ``single`` workloads have one replica and no share here."""

    kind: Part
    losses: tuple[Loss, ...]
    single: int

    @property
    def pods(self) -> Fraction:
        """Of all pods of workloads."""
        return max((loss.pods for loss in self.losses), default=Fraction(0))

    @property
    def replicas(self) -> Fraction:
        """Of the replicas of one workload that has more than one."""
        return max((loss.replicas for loss in self.losses), default=Fraction(0))

    @property
    def workload(self) -> str:
        """The workload that loses most; empty where each has one replica."""
        return max(self.losses, key=lambda loss: loss.replicas).workload if self.losses else ""

    @property
    def capacity(self) -> Fraction:
        """Of what is allocatable, cpu or memory, whichever is more."""
        return max((loss.capacity for loss in self.losses), default=Fraction(0))


def blast_radius(mix: Mix, kind: Part) -> BlastRadius:
    """What every single failure of that kind takes; DaemonSet pods are no loss, they go with their node."""
    nodes_of: defaultdict[str, list[Node]] = defaultdict(list)
    for node in mix.nodes:
        nodes_of[kind.of(node)].append(node)
    replicas = Counter(_workload(pod) for pod in mix.placement.node_of if pod.movable)
    losses = tuple(_loss(mix, name, nodes, replicas) for name, nodes in nodes_of.items())
    return BlastRadius(kind, losses, sum(number == 1 for number in replicas.values()))


def _loss(mix: Mix, name: str, nodes: Sequence[Node], replicas: Counter[str]) -> Loss:
    pods = [pod for node in nodes for pod in mix.placement.pods_on.get(node, ()) if pod.movable]
    lost = Counter(_workload(pod) for pod in pods)
    shares = {workload: Fraction(gone, replicas[workload]) for workload, gone in lost.items() if replicas[workload] > 1}
    worst = max(shares, key=lambda workload: (shares[workload], workload), default="")
    return Loss(
        name,
        Fraction(len(pods), max(replicas.total(), 1)),
        shares.get(worst, Fraction(0)),
        worst,
        max(_capacity_share(mix, nodes, resource) for resource in (CPU, MEMORY)),
    )


def _capacity_share(mix: Mix, nodes: Sequence[Node], resource: str) -> Fraction:
    everything = sum(node.allocatable.get(resource, 0) for node in mix.nodes)
    return Fraction(sum(node.allocatable.get(resource, 0) for node in nodes), max(everything, 1))


def _workload(pod: Pod) -> str:
    return pod.workload or f"Pod {pod.key}"
