"""Clusters of any size for consolidation: two node shapes, zones, workloads with spreading and anti-affinity.

All pods are pending, or on nodes taken in turns; nodes are enough and to spare, so the question is which of them to
use. The same seed gives the same cluster.
"""

from __future__ import annotations

import json
from collections import deque
from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

Json = dict[str, Any]

ZONE = "topology.kubernetes.io/zone"
HOSTNAME = "kubernetes.io/hostname"
PRICE = "podsolver/price-per-hour"

_SHAPES = ((4, 16, Decimal("0.20")), (8, 32, Decimal("0.39")))
"""Cores, GiB and price of the two node shapes."""
_POOLS = (
    *(("small", *_SHAPES[0]), ("large", *_SHAPES[1])),
    *(("compute", 16, 32, Decimal("0.68")), ("memory", 8, 64, Decimal("0.52"))),
)
"""Pools of an elastic cluster: name, cores, GiB, price."""
_CPU = (100, 250, 500, 750, 1000, 1500, 2000)
_CPU_WEIGHTS = (4, 6, 6, 3, 3, 1, 1)
_CPU_STEP = 25
_MIB_PER_CORE = (1024, 8192)
_MIB_STEP = 32
"""Requests: about one of the usual sizes, so that hardly two workloads ask for the same."""
_SPREAD, _ALONE = 1 / 3, 1 / 8
"""Shares of the workloads that spread over zones, and of those small enough for it, that keep apart."""


@dataclass(frozen=True)
class Size:
    """How much of what; nodes are ``times`` as large as the shapes say.

    ``tainted``: the share of nodes set apart, for a share of workloads that tolerates it. ``elastic``: instead of nodes
    there are pools of four shapes, each of which may grow to this number of nodes. ``running``: every pod has a node
    and may be moved to another one, but cost counts before moves.
    """

    nodes: int
    pods: int
    workloads: int
    times: int = 1
    tainted: float = 0.0
    priorities: int = 1
    elastic: bool = False
    running: bool = False


def write(path: Path, size: Size, seed: int = 0) -> Path:
    """Write the cluster as a list of Kubernetes objects, its pools as a scenario among them."""
    dice = Random(seed)
    items = [_pools(size)] if size.elastic else [_node(index, size) for index in range(size.nodes)]
    counts = _counts(size, dice)
    for workload, count in enumerate(counts):
        made = _workload(workload, size, dice, alone=count * 6 <= size.nodes and dice.random() < _ALONE)
        items += [{**made, "metadata": {**made["metadata"], "name": f"app-{workload}-{pod}"}} for pod in range(count)]
    if size.running:
        _bind(items)
        items.append(_scenario({"boundPods": "evictable", "objectives": ["pending", "cost", "disruption"]}))
    path.write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": items}))
    return path


def _bind(items: list[Json]) -> None:
    """Zones in turn, and in each zone the next node with room; nodes are so many that nobody meets an equal pod."""
    nodes = [item for item in items if item["kind"] == "Node"]
    turns = [deque(nodes[zone::3]) for zone in range(3)]
    room = {node["metadata"]["name"]: _amounts(node["status"]["allocatable"]) for node in nodes}
    for number, pod in enumerate(item for item in items if item["kind"] == "Pod"):
        cpu, memory = _amounts(pod["spec"]["containers"][0]["resources"]["requests"])
        turn = turns[number % 3]
        for _ in range(len(turn)):
            name = turn[0]["metadata"]["name"]
            turn.rotate(-1)
            if cpu <= room[name][0] and memory <= room[name][1]:
                room[name] = (room[name][0] - cpu, room[name][1] - memory)
                pod["spec"] = {**pod["spec"], "nodeName": name}
                pod["status"] = {"phase": "Running"}
                break


def _amounts(resources: Json) -> tuple[int, int]:
    """Milli-CPU and MiB."""
    cpu, memory = resources["cpu"], resources["memory"]
    milli = int(cpu[:-1]) if cpu.endswith("m") else int(cpu) * 1000
    return milli, int(memory[:-2]) * (1024 if memory.endswith("Gi") else 1)


def _counts(size: Size, dice: Random) -> list[int]:
    """Pods of each workload: many small ones, few large ones."""
    weights = [dice.paretovariate(1.2) for _ in range(size.workloads)]
    limit = 8 * sum(weights) / size.workloads
    capped = [min(weight, limit) for weight in weights]
    counts = [max(1, round(size.pods * weight / sum(capped))) for weight in capped]
    counts[0] = max(1, counts[0] + size.pods - sum(counts))
    return counts


def _node(index: int, size: Size) -> Json:
    cpu, memory, price = _SHAPES[index // 3 % 2]
    name = f"node-{index:05}"
    allocatable = {"cpu": str(cpu * size.times), "memory": f"{memory * size.times}Gi", "pods": str(58 * size.times)}
    labels = {HOSTNAME: name, ZONE: f"zone-{'abc'[index % 3]}"}
    apart = index < size.nodes * size.tainted
    taints = [{"key": "team", "value": "batch", "effect": "NoSchedule"}] if apart else []
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": name, "labels": labels, "annotations": {PRICE: str(price * size.times)}},
        "spec": {"taints": taints},
        "status": {"allocatable": allocatable},
    }


def _pools(size: Size) -> Json:
    pools = [
        {
            "name": name,
            "shape": {"cpu": str(cpu * size.times), "memory": f"{memory * size.times}Gi", "pods": 58 * size.times},
            "zones": [f"zone-{zone}" for zone in "abc"],
            "pricePerHour": float(price * size.times),
            "max": size.nodes,
        }
        for name, cpu, memory, price in _POOLS
    ]
    return _scenario({"nodePools": pools})


def _scenario(spec: Json) -> Json:
    return {"apiVersion": "podsolver/v1alpha1", "kind": "Scenario", "metadata": {"name": "cluster"}, "spec": spec}


def _workload(number: int, size: Size, dice: Random, *, alone: bool) -> Json:
    """A pod of the workload, without a name: many spread over zones; ``alone``: no two on a node."""
    cpu = dice.choices(_CPU, _CPU_WEIGHTS)[0] + _CPU_STEP * dice.randrange(4)
    memory = cpu * dice.randint(*_MIB_PER_CORE) // 1000 // _MIB_STEP * _MIB_STEP
    labels = {"app": f"app-{number}"}
    selector = {"matchLabels": labels}
    requests = {"cpu": f"{cpu}m", "memory": f"{memory}Mi"}
    spec: Json = {"containers": [{"name": "main", "image": "example.com/app:1", "resources": {"requests": requests}}]}
    if dice.random() < _SPREAD:
        spread = {"maxSkew": 1, "topologyKey": ZONE, "whenUnsatisfiable": "DoNotSchedule", "labelSelector": selector}
        spec["topologySpreadConstraints"] = [spread]
    if alone:
        term = {"topologyKey": HOSTNAME, "labelSelector": selector}
        spec["affinity"] = {"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [term]}}
    if dice.random() < size.tainted:
        spec["tolerations"] = [{"key": "team", "operator": "Exists"}]
    if size.priorities > 1:
        spec["priority"] = 100 * dice.randrange(size.priorities)
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"namespace": "default", "labels": labels}, "spec": spec}
