"""Clusters as ``kubectl get nodes,pods -A -o yaml`` (or ``-o json``) prints them: long, and with status."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from pathlib import Path

Json = dict[str, Any]


def node(index: int) -> Json:
    """One of the cluster's nodes; zones in turn."""
    name = f"ip-10-0-{index // 250}-{index % 250}.ec2.internal"
    labels = {
        "kubernetes.io/hostname": name,
        "kubernetes.io/os": "linux",
        "kubernetes.io/arch": "amd64",
        "node.kubernetes.io/instance-type": "m7i.4xlarge",
        "topology.kubernetes.io/zone": f"us-east-1{'abc'[index % 3]}",
        "topology.kubernetes.io/region": "us-east-1",
    }
    amounts = {"cpu": "15890m", "memory": "58567Mi", "pods": "110", "ephemeral-storage": "95551679124"}
    conditions = [
        {"type": "Ready", "status": "True", "lastHeartbeatTime": "2026-11-01T10:00:00Z", "reason": "KubeletReady"}
    ]
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": name, "labels": labels, "uid": f"node-{index}", "resourceVersion": str(index)},
        "spec": {"providerID": f"aws:///{name}"},
        "status": {"allocatable": amounts, "capacity": amounts, "conditions": conditions},
    }


def pod(index: int, nodes: int, workloads: int) -> Json:
    """One running pod of a Deployment, with what a server adds to it."""
    app = f"app-{index % workloads}"
    token = f"kube-api-access-{index:05x}"
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": f"{app}-6d9f7c9b5d-{index:05x}",
            "namespace": f"team-{index % workloads % 20}",
            "uid": f"pod-{index}",
            "creationTimestamp": "2026-11-01T10:00:00Z",
            "labels": {"app": app, "pod-template-hash": "6d9f7c9b5d"},
            "ownerReferences": [
                {
                    "apiVersion": "apps/v1",
                    "kind": "ReplicaSet",
                    "name": f"{app}-6d9f7c9b5d",
                    "uid": f"rs-{app}",
                    "controller": True,
                }
            ],
        },
        "spec": {
            "nodeName": node(index % nodes)["metadata"]["name"],
            "schedulerName": "default-scheduler",
            "restartPolicy": "Always",
            "priority": 0,
            "preemptionPolicy": "PreemptLowerPriority",
            "serviceAccountName": "default",
            "containers": [_container(index % workloads, token)],
            "tolerations": [
                {
                    "key": f"node.kubernetes.io/{condition}",
                    "operator": "Exists",
                    "effect": "NoExecute",
                    "tolerationSeconds": 300,
                }
                for condition in ("not-ready", "unreachable")
            ],
            "volumes": [{"name": token, "projected": {"sources": [{"serviceAccountToken": {"path": "token"}}]}}],
        },
        "status": {
            "phase": "Running",
            "podIP": f"10.1.{index // 250 % 250}.{index % 250}",
            "startTime": "2026-11-01T10:00:00Z",
            "conditions": [
                {"type": kind, "status": "True", "lastTransitionTime": "2026-11-01T10:00:00Z"}
                for kind in ("Initialized", "Ready", "ContainersReady", "PodScheduled")
            ],
        },
    }


def _replica_set(app: str) -> Json:
    name = f"{app}-6d9f7c9b5d"
    return {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": name, "uid": f"rs-{app}", "controller": True}


def _container(workload: int, token: str) -> Json:
    requests = {"cpu": f"{50 + workload % 40 * 25}m", "memory": f"{64 + workload % 60 * 32}Mi"}
    mounts = [{"name": token, "mountPath": "/var/run/secrets/kubernetes.io/serviceaccount", "readOnly": True}]
    probe = {"httpGet": {"path": "/healthz", "port": 8080}, "periodSeconds": 10}
    return {
        "name": "main",
        "image": f"registry.example.com/app-{workload}:1.2.3",
        "ports": [{"containerPort": 8080, "protocol": "TCP"}],
        "env": [{"name": f"SETTING_{setting}", "value": "some value"} for setting in range(8)],
        "resources": {"requests": requests, "limits": requests},
        "readinessProbe": probe,
        "livenessProbe": probe,
        "volumeMounts": mounts,
    }


def write(path: Path, pods: int, workloads: int = 200) -> Path:
    """Write a dump of ``pods`` running pods, about forty a node, as YAML or JSON by the path's ending."""
    nodes = max(1, pods // 40)
    items = [*(node(index) for index in range(nodes)), *(pod(index, nodes, workloads) for index in range(pods))]
    dump = {"apiVersion": "v1", "kind": "List", "items": items}
    with path.open("w") as file:
        if path.suffix == ".json":
            json.dump(dump, file, indent=4)
        else:
            yaml.dump(dump, file, Dumper=_NoAliases, sort_keys=True)
    return path


class _NoAliases(yaml.CSafeDumper):
    """As kubectl writes: every value in full."""

    def ignore_aliases(self, data: object) -> bool:
        return True
