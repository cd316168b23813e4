"""Clusters of "Priority Matters" (Christensen, Giallorenzo, Mauro; arXiv 2511.08373): read, or generated from a seed.

All nodes are equal; pods come as ReplicaSets of up to four. CPU is in milli-CPU, memory in bytes.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from hashlib import blake2b
from math import ceil
from random import Random
from typing import TYPE_CHECKING, Any

from solver.cluster.cluster import Cluster
from solver.cluster.node import Node
from solver.cluster.pod import Pod, PodSpec
from solver.cluster.topology import HOSTNAME
from solver.objectives.question import BoundPods, ObjectiveName, PerPriorityTier, Question
from solver.scenario.scenario import Scenario

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

QUESTION = Question((PerPriorityTier((ObjectiveName.PENDING, ObjectiveName.DISRUPTION)),), BoundPods.EVICTABLE)
RECORDED = "@recorded"
"""What ends the name of an instance that begins where the published solver began."""
_PODS_PER_NODE = 512


@dataclass(frozen=True, slots=True)
class ReplicaSet:
    """Equal pods."""

    name: str
    replicas: int
    cpu: int
    memory: int
    priority: int


@dataclass(frozen=True, slots=True)
class Cell:
    """A slice of the table: how many nodes, pods and priorities, and total request over capacity."""

    nodes: int
    pods: int
    priorities: int
    usage: float


@dataclass(frozen=True, slots=True)
class PeerResult:
    """What the published solver reached from the same start in so many ``seconds``, all levels ``proven`` or not."""

    seconds: int
    proven: bool
    placed: Mapping[int, int]
    moved: int
    evicted: int


@dataclass(frozen=True)
class Instance:
    """One cluster; ``start`` names the node of each pod that has one."""

    name: str
    cell: Cell
    node_cpu: int
    node_memory: int
    replica_sets: tuple[ReplicaSet, ...]
    start: Mapping[str, str]
    peer: PeerResult | None = None

    @property
    def pending(self) -> int:
        """How many pods have no node at the start."""
        return sum(each.replicas for each in self.replica_sets) - len(self.start)

    def scenario(self) -> Scenario:
        """Pods with a node are bound there, all others pending."""
        offer = {"cpu": self.node_cpu, "memory": self.node_memory, "pods": _PODS_PER_NODE}
        names = [f"kwok-node-{rank}" for rank in range(1, self.cell.nodes + 1)]
        nodes = tuple(Node(name, offer, {HOSTNAME: name}) for name in names)
        pods = tuple(pod for each in self.replica_sets for pod in self._pods(each))
        return Scenario(self.name, "", Cluster(nodes, pods, namespaces={"default": {}}), QUESTION, (), 0.0)

    def _pods(self, replica_set: ReplicaSet) -> Iterator[Pod]:
        requests = {"cpu": replica_set.cpu, "memory": replica_set.memory}
        labels = {"app": replica_set.name}
        spec = PodSpec("default", labels=labels, requests=requests, priority=replica_set.priority)
        for rank in range(1, replica_set.replicas + 1):
            name = f"{replica_set.name}-{rank}"
            yield Pod(name, spec, node=self.start.get(name), workload=f"ReplicaSet default/{replica_set.name}")


def read(folder: Path) -> Iterator[Instance]:
    """Those of ``instances.jsonl``, once each, from every start that leaves pods pending."""
    with (folder / "instances.jsonl").open() as lines:
        found = (instance for line in lines for instance in _recorded(json.loads(line)) if instance.pending)
        yield from {instance.name: instance for instance in found}.values()


def _recorded(fields: Mapping[str, Any]) -> Iterator[Instance]:
    """From kube-scheduler's placement, and from the start that the published solver was given, where that is known."""
    sets = tuple(
        ReplicaSet(each["name"], each["replicas"], each["cpu_m"], each["mem_bytes"], each["priority"])
        for each in fields["replicasets"]
    )
    cell = Cell(fields["nodes"], fields["pods"], fields["priorities"], fields["usage"])
    name = f"{fields['cell']}_{fields['seed']}"
    size = (fields["node_cpu_m"], fields["node_mem_bytes"])
    yield Instance(name, cell, *size, sets, _bound(fields["kube_scheduler_placement"]))
    if fields["default_placement"] and fields["peer_result"]:
        start = _bound(fields["default_placement"])
        yield Instance(f"{name}{RECORDED}", cell, *size, sets, start, _peer(fields["peer_result"]))


def _bound(placement: Mapping[str, str | None]) -> dict[str, str]:
    return {pod: node for pod, node in placement.items() if node is not None}


def _peer(fields: Mapping[str, Any]) -> PeerResult:
    placed = {int(priority): number for priority, number in fields["placed_by_priority"].items()}
    return PeerResult(fields["window_s"], fields["status"] == "OPTIMAL", placed, fields["moved"], fields["evicted"])


def generated(seed: int, cell: Cell) -> Instance:
    """The instance of a seed; it starts with what first fit places in the order of the ReplicaSets."""
    sizes = list(_sizes(_stream(seed, "rs-sizes"), cell.pods))
    cpu, memory, base = (_stream(seed, label) for label in ("rs-cpu", "rs-mem", "base"))
    cpus = [cpu.randint(100, 1000) for _ in sizes]
    memories = [memory.randint(10**8, 10**9) for _ in sizes]
    tiers = [base.randint(1, cell.priorities) for _ in sizes]
    sets = tuple(
        ReplicaSet(f"rs-{rank:02}-p{tier}", replicas, cpu, memory, tier)
        for rank, (replicas, cpu, memory, tier) in enumerate(zip(sizes, cpus, memories, tiers, strict=True), 1)
    )
    node_cpu, node_memory = (_node_size(sizes, amounts, cell) for amounts in (cpus, memories))
    name = f"nodes{cell.nodes}_pods{cell.pods}_prio{cell.priorities}_util{round(cell.usage * 100):03}_{seed}"
    return Instance(name, cell, node_cpu, node_memory, sets, _first_fit(sets, cell.nodes, node_cpu, node_memory))


def _stream(seed: int, label: str) -> Random:
    digest = blake2b(seed.to_bytes(16, "big") + b"\0" + label.encode(), digest_size=16).digest()
    return Random(int.from_bytes(digest, "big"))


def _sizes(dice: Random, pods: int) -> Iterator[int]:
    while pods:
        size = dice.randint(1, min(4, pods))
        pods -= size
        yield size


def _node_size(sizes: list[int], amounts: list[int], cell: Cell) -> int:
    total = sum(size * amount for size, amount in zip(sizes, amounts, strict=True))
    return max(*amounts, ceil(ceil(total / cell.usage) / cell.nodes))


def _first_fit(sets: tuple[ReplicaSet, ...], nodes: int, cpu: int, memory: int) -> dict[str, str]:
    used: list[Counter[str]] = [Counter() for _ in range(nodes)]
    start: dict[str, str] = {}
    for each in sets:
        for rank in range(1, each.replicas + 1):
            for place, taken in enumerate(used, 1):
                if taken["cpu"] + each.cpu <= cpu and taken["memory"] + each.memory <= memory:
                    taken.update(cpu=each.cpu, memory=each.memory)
                    start[f"{each.name}-{rank}"] = f"kwok-node-{place}"
                    break
    return start
