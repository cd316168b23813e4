"""Hand-made clusters, placements and results, for everything that only looks at them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from solver.cluster.cluster import Cluster
from solver.cluster.node import Node
from solver.cluster.pod import Pod, PodSpec
from solver.cluster.pool import NodePool
from solver.cluster.resources import CPU, MEMORY, PODS
from solver.cluster.topology import HOSTNAME, ZONE
from solver.objectives.question import Level, ObjectiveName, Question
from solver.placement import Bind, Placement, initial, plan
from solver.result import LevelResult, Result, Runtime, Termination
from solver.scenario import Scenario
from solver.scenario.problems import Notice

GIB = 2**30
QUESTION = Question()


def sampled(
    cluster: Cluster,
    name: str = "sample",
    *,
    question: Question = QUESTION,
    question_text: str = "",
    notices: tuple[str, ...] = (),
    load_seconds: float = 0.0,
) -> Scenario:
    """A scenario as the loader gives it."""
    return Scenario(name, question_text, cluster, question, tuple(map(Notice, notices)), load_seconds)


def node(
    name: str, cpu: int = 4000, memory: int = 8 * GIB, *, zone: str | None = "a", price: str | None = None, **more
):
    labels = {HOSTNAME: name} | ({ZONE: zone} if zone else {}) | more.pop("labels", {})
    allocatable = {CPU: cpu, MEMORY: memory, PODS: 110} | more.pop("also", {})
    return Node(name, allocatable, labels, price_per_hour=None if price is None else Decimal(price), **more)


def spec(cpu: int = 1000, memory: int = GIB, *, namespace: str = "shop", **more) -> PodSpec:
    return PodSpec(namespace, requests={CPU: cpu, MEMORY: memory}, **more)


def replicas(name: str, number: int, shared: PodSpec, *, on: str | None = None) -> list[Pod]:
    workload = f"Deployment {shared.namespace}/{name}"
    return [Pod(f"{name}-{i}", shared, node=on, workload=workload) for i in range(number)]


def pool(name: str = "general", openable: int = 3, price: str | None = "0.4") -> NodePool:
    template = node(f"{name}-a", price=price, pool=name, declared=False)
    return NodePool(name, (template,), (0,), openable)


def placement(cluster: Cluster, **where: str) -> Placement:
    """Pods by name (``_`` for ``-``) to node names; bound pods that are not named stay."""
    named = {pod.name: pod for pod in cluster.pods}
    node_of = dict(initial(cluster).node_of)
    for name, target in where.items():
        pod = named[name.replace("_", "-")]
        if target:
            node_of[pod] = cluster.node_named[target]
        else:
            node_of.pop(pod, None)
    return Placement(cluster, node_of)


@dataclass(frozen=True)
class Row:
    """A level in short."""

    objective: str
    value: int | str | Fraction
    bound: int | str | Fraction | None = None
    priority: int | None = None

    def level(self) -> LevelResult:
        bound = None if self.bound is None else Fraction(self.bound)
        return LevelResult(Level(ObjectiveName(self.objective), self.priority), Fraction(self.value), bound)


def result_of(placement: Placement, strategy: str = "cpsat", *levels: Row, **more) -> Result:
    """A result with defaults for what most tests do not care about."""
    known = tuple(row.level() for row in levels)
    fields = {
        "scenario": "sample",
        "strategy": strategy,
        "termination": Termination.OPTIMAL if all(level.proven for level in known) else Termination.FEASIBLE,
        "limit": None,
        "levels": known,
        "placement": placement,
        "steps": plan(placement, placement.newly_bound),
        "runtime": Runtime(0.1, 0.2, 0.3, 0.4, 1.0),
    }
    return Result(**(fields | more))


def shop(nodes: int = 3) -> Cluster:
    """Three pods of a cluster-wide priority and two of a higher one, on nodes of 4 cores and 8 GiB."""
    zones = "abc"
    machines = tuple(node(f"n{i}", zone=zones[i % 3]) for i in range(nodes))
    front = replicas("front", 3, spec(1000, 2 * GIB))
    paid = replicas("paid", 2, spec(2000, 2 * GIB, priority=1000))
    return Cluster(machines, (*front, *paid))


def binds(placement: Placement, *pods: Pod) -> tuple[Bind, ...]:
    return tuple(Bind(pod, placement.node_of[pod]) for pod in pods)


def initial_shop() -> Placement:
    """The shop with nothing placed."""
    return initial(shop())
