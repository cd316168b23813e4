"""The GPU cluster of "Beware of Fragmentation" (Weng et al., USENIX ATC 2023): read from its CSV files, or a small one.

The trace is Alibaba's (github.com/alibaba/clusterdata, cluster-trace-gpu-v2023) and may be used for research or study,
so it is not kept here. ``gpu_milli`` is of each GPU: a fraction is a share of one device, 1000 whole devices. The pods
come in the order of the file and none ever leaves, as in the paper. CPU in milli-CPU, memory in bytes.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass, replace
from random import Random
from typing import TYPE_CHECKING

from solver.cluster.cluster import Cluster
from solver.cluster.devices import DEVICE, GPU, GPU_MODEL, asked_milli, number_of_devices
from solver.cluster.node import Node
from solver.cluster.pod import CpuMemory, Pod, PodSpec
from solver.cluster.topology import HOSTNAME
from solver.objectives.question import BoundPods, Question, Unserved
from solver.scenario.scenario import Scenario

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

NODES = "openb_node_list_gpu_node.csv"
PODS = "openb_pod_list_default.csv"
PODS_WITH_MODELS = "openb_pod_list_gpuspec10.csv"
"""The same pods, a tenth of those with a GPU restricted to some models."""
QUESTION = Question((Unserved(GPU),), BoundPods.FIXED)
_MIB = 2**20
_PODS_PER_NODE = 1000
"""Alibaba's nodes set no limit of their own that the trace would know of."""


@dataclass(frozen=True)
class Trace:
    """Nodes, and pods in the order in which they come."""

    name: str
    nodes: tuple[Node, ...]
    pods: tuple[Pod, ...]

    @property
    def devices(self) -> int:
        """All GPUs."""
        return sum(map(number_of_devices, self.nodes))

    @property
    def asked(self) -> float:
        """What the pods ask for, in GPUs."""
        return sum(asked_milli(pod.spec) for pod in self.pods) / DEVICE

    def scenario(self) -> Scenario:
        """All pods pending; what of the GPUs they ask for stays unserved?"""
        cluster = Cluster(self.nodes, self.pods, namespaces={"default": {}})
        return Scenario(self.name, "", cluster, QUESTION, (), 0.0)

    def inflated(self, load: float, seed: int) -> Trace:
        """With further pods, drawn from the trace with replacement, up to ``load`` times all GPUs; then shuffled.

        As the authors do it: the first pod drawn that would exceed the load ends the drawing.
        """
        dice, pods = Random(seed), list(self.pods)
        left = int(load * self.devices * DEVICE) - sum(asked_milli(pod.spec) for pod in pods)
        while True:
            drawn = dice.choice(self.pods)
            left -= asked_milli(drawn.spec)
            if left < 0:
                break
            pods.append(replace(drawn, name=f"{drawn.name}-{len(pods)}"))
        dice.shuffle(pods)
        return Trace(f"{self.name}-inflated", self.nodes, tuple(pods))


def read(folder: Path, pod_list: str = PODS) -> Trace:
    """The 1,213 nodes with GPUs, and a list of pods."""
    with (folder / NODES).open() as nodes, (folder / pod_list).open() as pods:
        return _trace("alibaba-gpu-2023", list(csv.DictReader(nodes)), list(csv.DictReader(pods)))


def generated(nodes: int, pods: int, seed: int) -> Trace:
    """A small cluster of the same make: few sizes of nodes, shares that go badly together, whole devices."""
    dice = Random(seed)
    shapes = [("96000", "393216", "8", "G2"), ("104000", "524288", "2", "T4"), ("32000", "131072", "4", "V100M16")]
    node_keys, pod_keys = (
        ("cpu_milli", "memory_mib", "gpu", "model"),
        ("cpu_milli", "memory_mib", "num_gpu", "gpu_milli"),
    )
    kinds = [
        ("4000", "8192", "1", "810"),
        ("3000", "6144", "1", "470"),
        ("6000", "12288", "1", "650"),
        ("2000", "4096", "1", "320"),
    ]
    kinds += [("8000", "16384", "1", "1000"), ("16000", "32768", "2", "1000"), ("4000", "8192", "0", "0")]
    return _trace(
        "generated",
        [{"sn": f"node-{n}", **dict(zip(node_keys, dice.choice(shapes), strict=True))} for n in range(nodes)],
        [
            {"name": f"pod-{n}", "gpu_spec": "", **dict(zip(pod_keys, dice.choice(kinds), strict=True))}
            for n in range(pods)
        ],
    )


def _trace(name: str, nodes: Iterable[Mapping[str, str]], pods: Sequence[Mapping[str, str]]) -> Trace:
    specs: dict[tuple[str, ...], PodSpec] = {}
    made = []
    for row in pods:
        key = tuple(row[column] for column in ("cpu_milli", "memory_mib", "num_gpu", "gpu_milli", "gpu_spec"))
        made.append(Pod(row["name"], specs.setdefault(key, _spec(row))))
    return Trace(name, tuple(map(_node, nodes)), tuple(made))


def _node(row: Mapping[str, str]) -> Node:
    offer = {"cpu": int(row["cpu_milli"]), "memory": int(row["memory_mib"]) * _MIB, "pods": _PODS_PER_NODE}
    labels = {HOSTNAME: row["sn"], GPU_MODEL: row["model"]}
    return Node(row["sn"], {**offer, GPU: int(row["gpu"])}, labels)


def _spec(row: Mapping[str, str]) -> PodSpec:
    cpu, memory = int(row["cpu_milli"]), int(row["memory_mib"]) * _MIB
    number, milli = int(row["num_gpu"]), int(row["gpu_milli"])
    share = milli if number == 1 and milli < DEVICE else 0
    whole = {GPU: number} if number and not share else {}
    seen = CpuMemory(cpu, memory)
    return PodSpec(
        "default",
        requests={"cpu": cpu, "memory": memory, **whole},
        score_requests=seen,
        occupied=seen,
        gpu_milli=share,
        gpu_models=tuple(sorted(set(filter(None, row["gpu_spec"].split("|"))))),
    )
