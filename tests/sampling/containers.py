"""Sampled containers: several, with init containers and sidecars, requests of all kinds, resizes in progress."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random

    from tests.sampling.making import Raw

AMOUNTS = {
    "cpu": ["0", "1m", "100m", "0.3", "1", "1500u"],
    "memory": ["0", "64Mi", "200M", "1Gi", "1e9", "100000001"],
    "ephemeral-storage": ["0", "100Mi", "2G"],
    "hugepages-2Mi": ["2Mi", "6Mi"],
}
IMAGES = ("example.com/app:1", "app", "registry:5000/app", "app@sha256:1", "nowhere")


def containers(dice: Random, pod: Raw) -> None:
    """More containers, what the pod itself requests, overhead; a pod on a node may be in the middle of a resize."""
    spec = pod["spec"]
    spec["containers"] += [_container(dice, f"more{number}") for number in range(dice.randint(0, 2))]
    if dice.random() < 0.5:
        spec["initContainers"] = [_init(dice, f"init{number}") for number in range(dice.randint(1, 3))]
    if dice.random() < 0.2:
        spec["overhead"] = {"cpu": "50m", "memory": "10Mi"}
    if dice.random() < 0.2:
        spec["resources"] = {"requests": {"cpu": "2", "memory": "3Gi"}}
        if dice.random() < 0.5:
            del spec["resources"]["requests"][dice.choice(["cpu", "memory"])]
    if dice.random() < 0.15:
        spec["hostNetwork"] = True
    if spec.get("nodeName") and dice.random() < 0.3:
        pod["status"] = _resized(dice, spec)


def _container(dice: Random, name: str) -> Raw:
    named = [resource for resource in AMOUNTS if dice.random() < (0.6 if resource in ("cpu", "memory") else 0.15)]
    requests = {resource: dice.choice(AMOUNTS[resource]) for resource in named}
    resources: Raw = {"requests": requests}
    if "hugepages-2Mi" in requests:
        resources["limits"] = {"hugepages-2Mi": requests["hugepages-2Mi"]}
    elif dice.random() < 0.2:
        resources = {"limits": requests}
    return {"name": name, "image": dice.choice(IMAGES), "resources": resources}


def _init(dice: Random, name: str) -> Raw:
    one = _container(dice, name)
    if dice.random() < 0.5:
        one["restartPolicy"] = "Always"
    if dice.random() < 0.3:
        one["ports"] = [{"containerPort": 443, "hostPort": 443}]
    return one


def _resized(dice: Random, spec: Raw) -> Raw:
    """What the node reports of the first container; its devices cannot be resized."""
    first = spec["containers"][0]
    said = {**first["resources"].get("limits", {}), **first["resources"].get("requests", {})}
    devices = {name: amount for name, amount in said.items() if "/" in name}
    report = {
        "name": first["name"],
        "resources": {"requests": {"cpu": dice.choice(["100m", "900m"]), "memory": "512Mi", **devices}},
        "allocatedResources": {"cpu": dice.choice(["200m", "700m"]), "memory": "600Mi", **devices},
    }
    status: Raw = {"containerStatuses": [report]}
    if dice.random() < 0.5:
        reason = dice.choice(["Infeasible", "Deferred"])
        status["conditions"] = [{"type": "PodResizePending", "status": "True", "reason": reason}]
    return status
