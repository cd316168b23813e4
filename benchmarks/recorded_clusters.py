"""``python -m benchmarks.recorded_clusters FILE``: whole clusters that kube-scheduler v1.34.1 has placed, placed again.

FILE holds one cluster a line: equal nodes, ReplicaSets of equal pods in the order of their arrival, and the recorded
``kube_scheduler_placement`` (pod to node, null: pending). Nobody preempts, ties went to the first node by name, and
so each placement must come out the same, pod for pod; exit code 1 where one does not.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from solver.scenario import load_scenario
from solver.strategies.kube_scheduler.scheduler import Scheduler

Fields = dict[str, Any]


def main() -> int:
    """Place every cluster of the file and count the pods that go elsewhere."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.recorded_clusters", description=__doc__)
    parser.add_argument("file", type=Path, help="instances.jsonl")
    began = time.perf_counter()
    recorded = [json.loads(line) for line in parser.parse_args().file.read_text().splitlines()]
    elsewhere = [_elsewhere(fields) for fields in recorded]
    pods = sum(len(fields["kube_scheduler_placement"]) for fields in recorded)
    alike = elsewhere.count(0)
    took = time.perf_counter() - began
    sys.stdout.write(f"{alike} of {len(recorded)} clusters alike, {pods - sum(elsewhere):,} of {pods:,} pods")
    sys.stdout.write(f" on the recorded node; {took:.1f} s\n")
    return 0 if alike == len(recorded) else 1


def _elsewhere(fields: Fields) -> int:
    """How many pods of a cluster are not where they were recorded."""
    wanted, found = fields["kube_scheduler_placement"], placed(fields)
    return sum(found.get(pod) != node for pod, node in wanted.items())


def placed(fields: Fields) -> dict[str, str]:
    """Pod to node, of the pods that find one."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "cluster.json"
        file.write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": objects(fields)}))
        cluster = load_scenario(file, expand=False).cluster
    scheduler = Scheduler(cluster)
    scheduler.run(cluster.queue)
    return {pod.name: scheduler.state.nodes[place].name for pod, place in scheduler.state.place_of.items()}


def objects(fields: Fields) -> list[Fields]:
    """The cluster as Kubernetes objects; all pods are of one priority, so that they come in the order of the list."""
    offer = {"cpu": f"{fields['node_cpu_m']}m", "memory": str(fields["node_mem_bytes"]), "pods": "512"}
    names = [f"kwok-node-{rank}" for rank in range(1, fields["nodes"] + 1)]
    nodes = [
        {
            "apiVersion": "v1",
            "kind": "Node",
            "metadata": {"name": name, "labels": {"kubernetes.io/hostname": name}},
            "status": {"allocatable": offer, "capacity": offer},
        }
        for name in names
    ]
    return [*nodes, *(item for each in fields["replicasets"] for item in _replica_set(each))]


def _replica_set(each: Fields) -> list[Fields]:
    """The object that selects the pods, and the pods."""
    labels = {"app": each["name"]}
    requests = {"cpu": f"{each['cpu_m']}m", "memory": str(each["mem_bytes"])}
    containers = [{"name": "main", "image": "app", "resources": {"requests": requests}}]
    owner = {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": each["name"], "uid": each["name"]}
    template = {"metadata": {"labels": labels}, "spec": {"containers": containers}}
    spec = {"replicas": each["replicas"], "selector": {"matchLabels": labels}, "template": template}
    metadata = {"name": each["name"], "namespace": "default"}
    pods = [
        {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {
                "name": f"{each['name']}-{rank}",
                "namespace": "default",
                "labels": labels,
                "ownerReferences": [{**owner, "controller": True}],
            },
            "spec": {"containers": containers, "preemptionPolicy": "Never"},
        }
        for rank in range(1, each["replicas"] + 1)
    ]
    return [{"apiVersion": "apps/v1", "kind": "ReplicaSet", "metadata": metadata, "spec": spec}, *pods]


if __name__ == "__main__":
    sys.exit(main())
