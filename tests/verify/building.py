"""Small clusters by hand, and what the judge says of binds on them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from solver.cluster.cluster import Cluster
from solver.cluster.labels import LabelSelector, Operator, Requirement, equals
from solver.cluster.node import Node
from solver.cluster.pod import Pod, PodSpec
from solver.cluster.topology import HOSTNAME, ZONE, SpreadConstraint
from solver.objectives.question import BoundPods, Question
from solver.placement import Bind, Evict, Placement, Step
from solver.verify import Violation, verify

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

EVERYTHING = LabelSelector()


def node(name: str, zone: str | None = None, cpu: int = 4000, pods: int = 10, **fields: Any) -> Node:
    labels = {HOSTNAME: name, **({ZONE: zone} if zone else {}), **fields.pop("labels", {})}
    return Node(name, {"cpu": cpu, "memory": 8 << 30, "pods": pods, **fields.pop("more", {})}, labels, **fields)


def pod(name: str, on: str | None = None, cpu: int = 0, **spec: Any) -> Pod:
    requests = {"cpu": cpu, **spec.pop("requests", {})}
    return Pod(name, PodSpec(spec.pop("namespace", "default"), requests=requests, **spec), node=on)


def cluster(nodes: Iterable[Node], pods: Iterable[Pod], **fields: Any) -> Cluster:
    return Cluster(tuple(nodes), tuple(pods), **{"namespaces": {"default": {}}, **fields})


def app(name: str) -> LabelSelector:
    return equals({"app": name})


def pinned(name: str) -> Requirement:
    return Requirement("metadata.name", Operator.IN, frozenset({name}))


def spread(
    key: str = ZONE, max_skew: int = 1, selector: LabelSelector | None = EVERYTHING, **fields: Any
) -> SpreadConstraint:
    return SpreadConstraint(max_skew, key, True, selector, **fields)


def after(cluster: Cluster, steps: Sequence[Step]) -> Placement:
    """The placement that the steps lead to."""
    where = {pod: cluster.node_named[pod.node] for pod in cluster.bound if pod.node is not None}
    for step in steps:
        if isinstance(step, Evict):
            where.pop(step.pod, None)
        else:
            where[step.pod] = step.node
    return Placement(cluster, where)


def verdict(cluster: Cluster, *steps: Step, policy: BoundPods = BoundPods.KEEP) -> tuple[Violation, ...]:
    """What the judge says of these steps and the placement that they lead to."""
    return verify(after(cluster, steps), steps, Question(bound_pods=policy))


def rules(violations: Iterable[Violation]) -> set[str]:
    """Which rules are broken; each sentence must be one."""
    found = list(violations)
    assert all(violation.text.endswith(".") and str(violation).startswith(violation.rule) for violation in found)
    return {violation.rule for violation in found}


def broken(nodes: Iterable[Node], pods: Sequence[Pod], binds: dict[str, str], **fields: Any) -> set[str]:
    """The rules that these binds break, pod name to node name, in this order."""
    whole = cluster(nodes, pods, **fields)
    named = {pod.name: pod for pod in pods}
    return rules(verdict(whole, *(Bind(named[name], whole.node_named[where]) for name, where in binds.items())))
