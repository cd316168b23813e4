"""Small clusters in a line or two, and models of them with where pods are pinned."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from solver.cluster.cluster import Cluster
from solver.cluster.labels import equals
from solver.cluster.node import Node
from solver.cluster.pod import Pod, PodSpec
from solver.cluster.pod_affinity import PodAffinity, PodAffinityTerm
from solver.cluster.topology import HOSTNAME, ZONE, SpreadConstraint
from solver.model.placing import PlacementModel
from solver.objectives.question import BoundPods
from solver.rules import RULES
from solver.strategies.cpsat.exact.backend import CpSatBackend, Effort, Verdict
from solver.strategies.cpsat.groundwork import groundwork

EFFORT = Effort(seconds=20, workers=1, seed=0)


def node(name: str, zone: str | None = None, cpu: int = 1000, pods: int = 10, **more: Any) -> Node:
    labels = {HOSTNAME: name, **({ZONE: zone} if zone else {}), **more.pop("labels", {})}
    allocatable = {"cpu": cpu, "memory": 2**30, "pods": pods, **more.pop("allocatable", {})}
    return Node(name, allocatable, labels, **more)


def spec(app: str = "web", cpu: int = 0, **more: Any) -> PodSpec:
    requests = {"cpu": cpu, **more.pop("requests", {})}
    return PodSpec("default", labels={"app": app}, requests=requests, **more)


def pods(spec: PodSpec, *names: str, on: str | None = None) -> tuple[Pod, ...]:
    return tuple(Pod(name, spec, node=on) for name in names)


def cluster(nodes: list[Node], *pods: tuple[Pod, ...], **more: Any) -> Cluster:
    return Cluster(tuple(nodes), tuple(pod for each in pods for pod in each), namespaces={"default": {}}, **more)


def term(app: str, key: str = HOSTNAME) -> PodAffinity:
    return PodAffinity((PodAffinityTerm(key, equals({"app": app}), frozenset({"default"})),))


def spread(app: str = "web", key: str = ZONE, max_skew: int = 1, **more: Any) -> SpreadConstraint:
    return SpreadConstraint(max_skew, key, more.pop("hard", True), equals({"app": app}), **more)


def model_of(asked: Cluster, policy: BoundPods = BoundPods.KEEP, **more: Any) -> PlacementModel:
    model = PlacementModel(groundwork(asked, policy).ground, **more)
    for rule in RULES:
        rule.constrain(model)
    return model


def pin(model: PlacementModel, where: dict[str, str]) -> None:
    """Exactly these pods are on exactly these nodes; whoever is not named has no node."""
    for group in model.groups:
        for place in model.nodes:
            placed = [pod for pod in group.pods if where.get(pod.name) == place.name]
            staying = [pod for pod in placed if pod.node == place.name]
            model.require(model.count(group, place).equals(len(placed)))
            model.require(model.stays(group, place).equals(len(staying)))


def vector(*numbers: int) -> tuple[Fraction | None, ...]:
    """Values, or bounds, of some levels."""
    return tuple(map(Fraction, numbers))


def permits(asked: Cluster, where: dict[str, str], policy: BoundPods = BoundPods.KEEP) -> bool:
    """Whether the model of a cluster has room for a placement."""
    model = model_of(asked, policy)
    pin(model, where)
    found = CpSatBackend(model.program).solve(None, EFFORT, {})
    assert found.verdict is Verdict.INFEASIBLE or model.program.holds(found.values)
    return found.verdict is not Verdict.INFEASIBLE
