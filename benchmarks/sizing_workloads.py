"""Workloads to size machines for, drawn with a seed: deployments as clusters have them, and three DaemonSets."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from solver.cluster.cluster import Cluster
from solver.cluster.labels import equals
from solver.cluster.pod import Pod, PodSpec
from solver.cluster.pod_affinity import PodAffinity, PodAffinityTerm
from solver.cluster.topology import HOSTNAME, ZONE, SpreadConstraint
from solver.cluster.workloads import DaemonSet
from solver.objectives.question import Question
from solver.scenario import Scenario

if TYPE_CHECKING:
    from collections.abc import Sequence

MIB = 2**20
NAMESPACE = "default"
DAEMONS = (("log-agent", 100, 200), ("network", 50, 64), ("metrics", 100, 180))
"""Name, milli-CPU and MiB."""


def workloads(pods: int, groups: int, seed: int, *, ruled: float = 0.3, agents: bool = True) -> Scenario:
    """``groups`` deployments with ``pods`` replicas in all; of these groups a share is ``ruled``.

    Two thirds of those are spread over zones, one third keeps its replicas on different nodes. ``agents``: with the
    DaemonSets.
    """
    draw = Random(seed)
    found: list[Pod] = []
    for group, replicas in enumerate(_replicas(pods, groups, draw)):
        name = f"app-{group}"
        spec = _spec(name, replicas, draw, ruled=draw.random() < ruled)
        found += [Pod(f"{name}-{at}", spec, workload=f"Deployment {NAMESPACE}/{name}") for at in range(replicas)]
    daemons = (
        ()
        if not agents
        else tuple(
            DaemonSet(name, PodSpec(NAMESPACE, {"app": name}, {"cpu": cpu, "memory": mib * MIB}, daemon=True))
            for name, cpu, mib in DAEMONS
        )
    )
    cluster = Cluster((), tuple(found), daemon_sets=daemons, namespaces={NAMESPACE: {}})
    return Scenario(f"{pods}-pods-in-{groups}-groups", "", cluster, Question(), (), 0.0)


def _replicas(pods: int, groups: int, draw: Random) -> Sequence[int]:
    """Few large deployments and many small ones, each with one replica at least."""
    weights = [draw.paretovariate(1.2) for _ in range(groups)]
    left, found = pods - groups, []
    for at, weight in enumerate(weights):
        share = round(left * weight / sum(weights[at:]))
        found.append(1 + share)
        left -= share
    return found


def _spec(name: str, replicas: int, draw: Random, *, ruled: bool) -> PodSpec:
    cpu = draw.choice((50, 100, 100, 200, 250, 400, 500, 800, 1000, 1500, 2000, 3000))
    memory = round(cpu * draw.choice((0.5, 1, 2, 2, 3, 4, 6, 8)) / 64) * 64 * MIB or 64 * MIB
    requests = {"cpu": cpu, "memory": memory}
    if not ruled:
        return PodSpec(NAMESPACE, {"app": name}, requests)
    if draw.random() < 1 / 3 and replicas <= _MOST_APART:
        term = PodAffinityTerm(HOSTNAME, equals({"app": name}), frozenset({NAMESPACE}))
        return PodSpec(NAMESPACE, {"app": name}, requests, anti_affinity=PodAffinity((term,)))
    constraint = SpreadConstraint(1, ZONE, True, equals({"app": name}))
    return PodSpec(NAMESPACE, {"app": name}, requests, spread=(constraint,))


_MOST_APART = 30
"""Replicas that are still kept on different nodes."""
