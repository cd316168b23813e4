"""Sampled storage in states that are rare: lost, leaving, half bound, missing, of another mode, asked for by label."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.sampling.making import ZONE

if TYPE_CHECKING:
    from random import Random

    from tests.sampling.making import Raw

OLD_CLASS = "volume.beta.kubernetes.io/storage-class"


def odd_claims(dice: Random, objects: list[Raw]) -> None:
    """Change some of the claims and volumes; some volumes vanish, and pods get volumes of their own."""
    for item in list(objects):
        if item["kind"] == "PersistentVolumeClaim" and dice.random() < 0.25:
            dice.choice(CLAIMS)(item)
        if item["kind"] == "PersistentVolume" and dice.random() < 0.3:
            _change_volume(dice, item, objects)
        if item["kind"] == "Pod" and dice.random() < 0.08:
            objects.extend(_ephemeral(dice, item))
    if any(item["kind"] == "PersistentVolumeClaim" for item in objects):
        objects.append(_class())


def _lost(claim: Raw) -> None:
    claim["status"] = {"phase": "Lost"}


def _leaving(claim: Raw) -> None:
    claim["metadata"]["deletionTimestamp"] = "2026-01-01T00:00:00Z"


def _half_bound(claim: Raw) -> None:
    claim["metadata"].pop("annotations", None)


def _by_annotation(claim: Raw) -> None:
    claim["metadata"].setdefault("annotations", {})[OLD_CLASS] = "wait"


def _block(claim: Raw) -> None:
    claim["spec"]["volumeMode"] = "Block"


def _by_label(claim: Raw) -> None:
    claim["spec"]["selector"] = {"matchLabels": {"speed": "fast"}}


def _without_class(claim: Raw) -> None:
    claim["spec"].pop("storageClassName", None)


CLAIMS = (_lost, _leaving, _half_bound, _by_annotation, _block, _by_label, _without_class)


def _change_volume(dice: Random, volume: Raw, objects: list[Raw]) -> None:
    draw = dice.random()
    if draw < 0.1:
        objects.remove(volume)
    elif draw < 0.3:
        volume["metadata"].setdefault("labels", {})["speed"] = "fast"
    elif draw < 0.4:
        volume["spec"]["volumeMode"] = "Block"
    elif draw < 0.5:
        volume["metadata"]["deletionTimestamp"] = "2026-01-01T00:00:00Z"
    elif draw < 0.6:
        volume["status"] = {"phase": "Released"}
    elif draw < 0.7:
        volume["metadata"].setdefault("labels", {})["topology.kubernetes.io/region"] = "a"
    else:
        in_a = [{"key": ZONE, "operator": "In", "values": ["a"]}]
        operator = dice.choice(["In", "NotIn"])
        by_name = {"matchFields": [{"key": "metadata.name", "operator": operator, "values": ["n0"]}]}
        terms = dice.choice([[{"matchExpressions": in_a}, {}], [by_name], [{**by_name, "matchExpressions": in_a}]])
        volume["spec"]["nodeAffinity"] = {"required": {"nodeSelectorTerms": terms}}


def _ephemeral(dice: Random, pod: Raw) -> list[Raw]:
    """A volume that the pod's own template makes, and mostly its claim; now and then somebody else's."""
    spec = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}, "storageClassName": "own"}
    pod["spec"].setdefault("volumes", []).append({"name": "own", "ephemeral": {"volumeClaimTemplate": {"spec": spec}}})
    name = pod["metadata"]["name"]
    metadata: Raw = {"name": f"{name}-own", "namespace": pod["metadata"]["namespace"]}
    if dice.random() < 0.85:
        owner = {"apiVersion": "v1", "kind": "Pod", "name": name, "uid": "u", "controller": True}
        metadata["ownerReferences"] = [owner]
    claim = {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": metadata, "spec": dict(spec)}
    return [claim] if dice.random() < 0.8 else []


def _class() -> Raw:
    """The class of the pods' own volumes: made by a driver, for the node."""
    known = {"apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": {"name": "own"}}
    return {**known, "provisioner": "own.example.com", "volumeBindingMode": "WaitForFirstConsumer"}
