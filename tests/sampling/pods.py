"""Sampled pods: what one pod says of itself and of nodes."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from tests.sampling.making import ZONE, Raw, Sample
from tests.sampling.neighbours import affinity, pod_terms, spread
from tests.sampling.storage import disks, volumes

if TYPE_CHECKING:
    from collections.abc import Callable


def pod(making: Sample, number: int, nodes: list[Raw]) -> Raw:
    dice = making.dice
    labels = {"app": dice.choice("xyz")} | ({"tier": dice.choice("12")} if dice.random() < 0.5 else {})
    metadata = {"name": f"p{number}", "namespace": dice.choice(["default", "default", "other"]), "labels": labels}
    spec: Raw = {"containers": [container(making)]}
    if nodes and dice.random() < making.knobs.bound:
        spec["nodeName"] = dice.choice(nodes)["metadata"]["name"]
    if "priorities" in making.knobs.rules:
        spec["priority"] = dice.choice([0, 0, 5, 9])
        if dice.random() < 0.1:
            spec["preemptionPolicy"] = "Never"
    whole = {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}
    for rule, add in PARTS.items():
        if making.has(rule):
            add(making, whole)
    if "gpus" in making.knobs.rules:
        gpus(Random(repr(whole)), making.knobs.density, whole, nodes)
    return whole


def gpus(dice: Random, density: float, pod: Raw, nodes: list[Raw]) -> None:
    """A share of a device, or whole ones, by dice of their own: as a request, an annotation, or both.

    Now and then a pod that has a node says which devices it has, be they free or not.
    """
    if dice.random() >= density:
        return
    notes = pod["metadata"].setdefault("annotations", {})
    milli = dice.choice([0, 200, 334, 400, 500, 501, 600, 700, 1000, 2000])
    if milli:
        notes["podsolver/gpu-milli"] = str(milli)
    if not milli or dice.random() < 0.3:
        wanted = str(milli // 1000) if milli > 1000 else "1"
        pod["spec"]["containers"][0]["resources"].setdefault("limits", {})["nvidia.com/gpu"] = wanted
    if dice.random() < 0.2:
        notes["podsolver/gpu-model"] = dice.choice(["T4", "A10", "A10|T4"])
    home = [node for node in nodes if node["metadata"]["name"] == pod["spec"].get("nodeName")]
    there = sum(int(node["status"]["allocatable"].get("nvidia.com/gpu", 0)) for node in home)
    number = max(1, milli // 1000)
    if there >= number and dice.random() < 0.4:
        notes["podsolver/gpu-device"] = ",".join(map(str, sorted(dice.sample(range(there), number))))


def container(making: Sample) -> Raw:
    dice = making.dice
    requests = {
        "cpu": dice.choice(["0", "250m", "500m", "1", "1500m"]),
        "memory": dice.choice(["0", "256Mi", "1Gi", "2Gi"]),
    }
    for resource in list(requests):
        if dice.random() < 0.2:
            del requests[resource]
    if making.has("resources", 0.5):
        requests["example.com/gpu"] = "1"
    resources: Raw = {"requests": requests}
    if dice.random() < 0.1:
        resources = {"limits": requests}
    return {"name": "main", "image": "example.com/app:1", "resources": resources}


def tolerations(making: Sample, pod: Raw) -> None:
    dice = making.dice
    chosen = []
    for _ in range(dice.randint(1, 2)):
        one: Raw = {"operator": dice.choice(["Exists", "Equal"])}
        if one["operator"] == "Equal" or dice.random() < 0.7:
            one["key"] = dice.choice(["gpu", "spot", "node.kubernetes.io/unschedulable"])
        if one["operator"] == "Equal":
            one["value"] = dice.choice(["", "yes"])
        if dice.random() < 0.6:
            one["effect"] = dice.choice(["NoSchedule", "NoExecute", "PreferNoSchedule"])
            if one["effect"] == "NoExecute" and dice.random() < 0.3:
                one["tolerationSeconds"] = 0
        chosen.append(one)
    pod["spec"]["tolerations"] = chosen


def node_choice(making: Sample, pod: Raw) -> None:
    dice = making.dice
    if dice.random() < 0.4:
        pod["spec"]["nodeSelector"] = {dice.choice([ZONE, "rack", "disk"]): dice.choice(["a", "1", "ssd", ""])}
    if dice.random() < 0.8:
        terms = [node_term(dice) for _ in range(dice.randint(1, 2))]
        required = {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": terms}}
        affinity(pod)["nodeAffinity"] = required


def node_term(dice: Random) -> Raw:
    if dice.random() < 0.15:
        names = dice.sample(["n0", "n1", "n2", "absent"], 1)
        return {"matchFields": [{"key": "metadata.name", "operator": dice.choice(["In", "NotIn"]), "values": names}]}
    return {"matchExpressions": [node_expression(dice) for _ in range(dice.randint(0, 2))]}


def node_expression(dice: Random) -> Raw:
    operator = dice.choice(["In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"])
    if operator in ("Gt", "Lt"):
        return {"key": "size", "operator": operator, "values": [dice.choice(["0", "5"])]}
    expression: Raw = {"key": dice.choice([ZONE, "rack", "disk", "size"]), "operator": operator}
    if operator in ("In", "NotIn"):
        expression["values"] = dice.sample(["a", "b", "1", "ssd", ""], 2)
    return expression


def ports(making: Sample, pod: Raw) -> None:
    dice = making.dice
    port: Raw = {"containerPort": 80, "hostPort": dice.choice([80, 80, 443])}
    if dice.random() < 0.4:
        port["hostIP"] = dice.choice(["10.0.0.1", "10.0.0.2", "0.0.0.0"])
    if dice.random() < 0.3:
        port["protocol"] = "UDP"
    pod["spec"]["containers"][0]["ports"] = [port]


def preferences(making: Sample, pod: Raw) -> None:
    term = {"weight": making.dice.randint(1, 100), "preference": node_term(making.dice)}
    affinity(pod).setdefault("nodeAffinity", {})["preferredDuringSchedulingIgnoredDuringExecution"] = [term]


PARTS: dict[str, Callable[[Sample, Raw], None]] = {
    "taints": tolerations,
    "node_affinity": node_choice,
    "ports": ports,
    "spread": spread,
    "affinity": pod_terms("podAffinity"),
    "anti_affinity": pod_terms("podAntiAffinity"),
    "volumes": volumes,
    "disks": disks,
    "preferences": preferences,
}
