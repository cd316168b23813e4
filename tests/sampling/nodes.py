"""Sampled nodes."""

from __future__ import annotations

from random import Random

from tests.sampling.making import HOSTNAME, ZONE, Raw, Sample

IMAGES = ("example.com/app:1", "example.com/app:2")


def node(making: Sample, number: int) -> Raw:
    dice, name = making.dice, f"n{number}"
    labels = {
        HOSTNAME: name,
        ZONE: dice.choice("abc"),
        "rack": dice.choice("12"),
        "disk": dice.choice(["ssd", "hdd", ""]),
    }
    for key in list(labels):
        if dice.random() < (0.05 if key == HOSTNAME else 0.15):
            del labels[key]
    if dice.random() < 0.5:
        labels["size"] = dice.choice(["1", "7", "-3", "big"])
    spec: Raw = {}
    if making.has("taints"):
        spec["taints"] = [taint(dice) for _ in range(dice.randint(1, 2))]
    if making.has("cordons", 0.5):
        spec["unschedulable"] = True
    amounts = {"cpu": f"{dice.randint(2, 9) * 500 - dice.choice([0, 0, 70])}m", "memory": f"{dice.randint(1, 8)}Gi"}
    amounts["pods"] = str(dice.randint(2, 6))
    if making.has("resources"):
        amounts["example.com/gpu"] = str(dice.randint(0, 3))
    if "gpus" in making.knobs.rules:
        add_gpus(Random(f"{number} {amounts} {labels}"), amounts, labels)
    return {"apiVersion": "v1", "kind": "Node", "metadata": {"name": name, "labels": labels}, "spec": spec} | {
        "status": {"allocatable": amounts, "capacity": amounts, "images": images(Random(f"{number} {amounts}"))}
    }


def images(dice: Random) -> list[Raw]:
    """Some of the pods' images, by dice of their own; their sizes differ from node to node."""
    names = [name for name in IMAGES if dice.random() < 0.6]
    return [{"names": [name], "sizeBytes": dice.choice([1, 40, 300, 2000]) * 1024 * 1024} for name in names]


def taint(dice: Random) -> Raw:
    effect = dice.choice(["NoSchedule", "NoSchedule", "NoExecute", "PreferNoSchedule"])
    return {"key": dice.choice(["gpu", "spot"]), "value": dice.choice(["", "yes"]), "effect": effect}


def add_gpus(dice: Random, amounts: dict[str, str], labels: dict[str, str]) -> None:
    """Few devices, of few models, by dice of their own."""
    if dice.random() < 0.6:
        amounts["nvidia.com/gpu"] = str(dice.choice([0, 1, 1, 2, 3]))
        labels["nvidia.com/gpu.product"] = dice.choice(["T4", "A10"])
