"""Long-running containers of Alibaba's scheduling contest 2018 (Tianchi, preliminary data set A) as a cluster.

Machines are nodes, applications are ReplicaSets that request the mean of their CPU and memory over a day, and their
disk as ephemeral storage. An interference limit of 0 is required anti-affinity on the node: where app a runs there may
be none of app b, so neither beside the other; for an app and itself, one instance on a machine.

Left out: limits above 0, which Kubernetes cannot say; demand over time, of which only the mean is taken; the small
resources P, M and PM; and the machines that instances have at the start.
"""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

Json = dict[str, Any]

_HOSTNAME = "kubernetes.io/hostname"
_PODS = "500"


@dataclass(frozen=True, slots=True)
class Machine:
    """Cores, and GB of memory and disk."""

    cpu: int
    memory: int
    disk: int


@dataclass(frozen=True, slots=True)
class App:
    """Equal containers: mean cores, mean GB of memory, GB of disk; ``apart`` from these apps (itself, maybe)."""

    name: str
    instances: int
    cpu: float
    memory: float
    disk: float
    apart: tuple[str, ...] = ()


@dataclass(frozen=True)
class Containers:
    """A data set."""

    machines: tuple[Machine, ...]
    apps: tuple[App, ...]

    @property
    def pods(self) -> int:
        """Instances of all apps."""
        return sum(app.instances for app in self.apps)

    def write(self, path: Path) -> Path:
        """Write the scenario: all pods pending, the fewest machines asked for."""
        path.write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": list(self._documents())}))
        return path

    def _documents(self) -> Iterator[Json]:
        spec = {"objectives": ["pending", "cost"]}
        yield {"apiVersion": "podsolver/v1alpha1", "kind": "Scenario", "metadata": {"name": "containers"}, "spec": spec}
        for rank, machine in enumerate(self.machines):
            yield _node(f"machine-{rank:05}", machine)
        for app in self.apps:
            yield _replica_set(app)


def _node(name: str, machine: Machine) -> Json:
    offered = {
        "cpu": str(machine.cpu),
        "memory": f"{machine.memory}G",
        "ephemeral-storage": f"{machine.disk}G",
        "pods": _PODS,
    }
    metadata = {"name": name, "labels": {_HOSTNAME: name}}
    return {"apiVersion": "v1", "kind": "Node", "metadata": metadata, "status": {"allocatable": offered}}


def _replica_set(app: App) -> Json:
    labels = {"app": app.name}
    requests = {
        "cpu": f"{round(app.cpu * 1000)}m",
        "memory": f"{round(app.memory * 1000)}M",
        "ephemeral-storage": f"{app.disk:g}G",
    }
    spec: Json = {"containers": [{"name": "main", "image": "example.com/app:1", "resources": {"requests": requests}}]}
    if app.apart:
        chosen = {"matchExpressions": [{"key": "app", "operator": "In", "values": list(app.apart)}]}
        term = {"topologyKey": _HOSTNAME, "labelSelector": chosen}
        spec["affinity"] = {"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [term]}}
    template = {"metadata": {"labels": labels}, "spec": spec}
    wanted = {"replicas": app.instances, "selector": {"matchLabels": labels}, "template": template}
    return {"apiVersion": "apps/v1", "kind": "ReplicaSet", "metadata": {"name": app.name}, "spec": wanted}


def read(folder: Path) -> Containers:
    """The data set as published: ``machines.csv``, ``apps.csv``, ``app_interference.csv``."""
    machines = tuple(
        Machine(int(row["cpu"]), int(row["mem_gb"]), int(row["disk_gb"])) for row in _rows(folder / "machines.csv")
    )
    apart: defaultdict[str, list[str]] = defaultdict(list)
    for row in _rows(folder / "app_interference.csv"):
        if int(row["max_count"]) == 0:
            apart[row["app_a"]].append(_named(row["app_b"]))
    apps = tuple(
        App(
            _named(row["app"]),
            int(row["instances"]),
            float(row["cpu_mean"]),
            float(row["mem_mean_gb"]),
            float(row["disk_gb"]),
            tuple(dict.fromkeys(apart[row["app"]])),
        )
        for row in _rows(folder / "apps.csv")
    )
    return Containers(machines, apps)


def part(whole: Containers, every: int) -> Containers:
    """Each so-manieth machine and app; anti-affinity only among the apps that remain."""
    kept = whole.apps[::every]
    names = {app.name for app in kept}
    apps = tuple(
        App(app.name, app.instances, app.cpu, app.memory, app.disk, tuple(each for each in app.apart if each in names))
        for app in kept
    )
    return Containers(whole.machines[::every], apps)


def generated(machines: int, seed: int) -> Containers:
    """Own containers in the way of the contest: two sizes of machines, disk the tight resource, some apps apart."""
    dice = Random(seed)
    names = [f"app-{rank}" for rank in range(machines * 2)]
    apps = tuple(
        App(
            name,
            instances=min(1 + int(dice.paretovariate(1.2)), machines // 2),
            cpu=dice.uniform(0.2, 2.0),
            memory=dice.uniform(0.5, 8.0),
            disk=dice.choice((40, 60, 60, 60, 60, 60, 80, 100, 200)),
            apart=tuple(dice.sample(names, 2)) if dice.random() < 0.2 else (),
        )
        for name in names
    )
    return Containers(
        tuple(Machine(32, 64, 600) if rank % 2 else Machine(92, 288, 1024) for rank in range(machines)), apps
    )


def _rows(path: Path) -> Sequence[Mapping[str, str]]:
    with path.open() as lines:
        return list(csv.DictReader(lines))


def _named(name: str) -> str:
    return name.replace("_", "-")
