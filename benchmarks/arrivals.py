"""Empty clusters and the pods that arrive at them: what the scheduling loop is measured on.

Nodes are of a few sizes, over three zones; pods come from workloads in turn. The same arguments give the same objects.
"""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]

SIZES = (("3920m", "14Gi"), ("7910m", "29Gi"), ("15890m", "58Gi"), ("31850m", "118Gi"))
CPU = ("50m", "100m", "250m", "333m", "500m")
MEMORY = ("64Mi", "128Mi", "200Mi", "512Mi", "750Mi")
ZONE, HOSTNAME = "topology.kubernetes.io/zone", "kubernetes.io/hostname"
SPOT = {"key": "spot", "value": "true", "effect": "NoSchedule"}


def nodes(number: int) -> list[Json]:
    """Every tenth is a spot node, tainted; two pools."""
    return [_node(index) for index in range(number)]


def plain(number: int, workloads: int) -> list[Json]:
    """Pods with requests and nothing else."""
    return [_pod(index, index % workloads) for index in range(number)]


def spread(number: int, workloads: int) -> list[Json]:
    """Pods spread evenly over the zones; those of every third workload preferably over the nodes as well."""
    found = plain(number, workloads)
    for index, pod in enumerate(found):
        pod["spec"]["topologySpreadConstraints"] = [_constraint(pod, ZONE, "DoNotSchedule")]
        if index % workloads % 3 == 1:
            pod["spec"]["topologySpreadConstraints"].append(_constraint(pod, HOSTNAME, "ScheduleAnyway"))
    return found


def mixed(number: int, workloads: int) -> list[Json]:
    """Pods of which each workload says something else: spreading, (anti-)affinity, node affinity, tolerations."""
    found = plain(number, workloads)
    for index, pod in enumerate(found):
        _give_traits(pod, index % workloads)
    return found


ARRIVALS = {"plain": plain, "spread": spread, "mixed": mixed}
"""By the name of the mix."""


def cluster(mix: str, node_number: int, pod_number: int, workloads: int) -> Json:
    """Nodes and pending pods as one list object."""
    items = [*nodes(node_number), *ARRIVALS[mix](pod_number, workloads)]
    return {"apiVersion": "v1", "kind": "List", "items": items}


def _node(index: int) -> Json:
    name = f"node-{index:05d}"
    cpu, memory = SIZES[index % len(SIZES)]
    labels = {HOSTNAME: name, ZONE: f"zone-{'abc'[index % 3]}", "pool": "batch" if index % 5 == 0 else "general"}
    amounts = {"cpu": cpu, "memory": memory, "pods": "110"}
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": name, "labels": labels},
        "spec": {"taints": [SPOT]} if index % 10 == 9 else {},
        "status": {"allocatable": amounts, "capacity": amounts},
    }


def _pod(index: int, workload: int) -> Json:
    requests = {"cpu": CPU[workload % len(CPU)], "memory": MEMORY[workload // len(CPU) % len(MEMORY)]}
    app = f"app-{workload}"
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": f"{app}-{index:05d}", "labels": {"app": app}},
        "spec": {
            "containers": [
                {"name": "main", "image": f"registry.example.com/{app}:1.0", "resources": {"requests": requests}}
            ]
        },
    }


def _constraint(pod: Json, key: str, when: str) -> Json:
    return {"maxSkew": 1, "topologyKey": key, "whenUnsatisfiable": when, "labelSelector": _same_app(pod)}


def _same_app(pod: Json) -> Json:
    return {"matchLabels": {"app": pod["metadata"]["labels"]["app"]}}


def _give_traits(pod: Json, workload: int) -> None:
    """One in six of the workloads stays plain."""
    spec = pod["spec"]
    near_others = {"topologyKey": HOSTNAME, "labelSelector": _same_app(pod)}
    match workload % 6:
        case 1:
            spec["topologySpreadConstraints"] = [_constraint(pod, ZONE, "DoNotSchedule")]
        case 2:
            apart = [{"weight": 100, "podAffinityTerm": near_others}]
            spec["affinity"] = {"podAntiAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": apart}}
        case 3:
            general = {"matchExpressions": [{"key": "pool", "operator": "In", "values": ["general"]}]}
            required = {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [general]}}
            spec["affinity"] = {"nodeAffinity": required}
        case 4:
            spec["affinity"] = {"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [near_others]}}
        case 5:
            spec["tolerations"] = [{"key": "spot", "operator": "Exists"}]
