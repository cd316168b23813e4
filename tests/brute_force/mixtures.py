"""Tiny scenarios: rules mixed in several ways, on few and tight nodes, with a question; the same ones for a seed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from random import Random

from tests.oracle.growth import PRICE
from tests.oracle.objects import Raw, of_kind
from tests.sampling import RULES, Knobs, sample
from tests.sampling.enriching import richer
from tests.sampling.pools import daemon_set

OBJECTIVES: tuple[list[object], ...] = (
    ["pending", "disruption", "cost", "preferences"],
    ["pending", "disruption", "cost"],
    ["pending", "cost", "preferences", "disruption"],
    ["pending", "preferences", "disruption", "cost"],
    [{"perPriorityTier": ["pending", "disruption"]}, "cost"],
    [{"perPriorityTier": ["pending", {"unserved": "memory"}]}, "preferences"],
    [{"unserved": "cpu"}, "pending", "cost", "disruption"],
    [{"unserved": "nvidia.com/gpu"}, "pending", "disruption", "preferences"],
    ["disruption", "pending", "cost", "preferences"],
)


@dataclass(frozen=True)
class Mixture:
    """Which rules take part and how densely; whether pools may open nodes, and whether rare fields are written.

    ``wide``: nodes have room, so that other rules decide. ``alike``: fewer labels, so that pods speak of one another.
    ``urgent``: large pods of higher priority wait, and those that have a node are in their way.
    """

    rules: frozenset[str]
    density: tuple[float, ...] = (0.2, 0.4, 0.6)
    bound: float = 0.35
    grows: bool = False
    rare: bool = False
    wide: bool = False
    alike: bool = False
    urgent: bool = False


MIXTURES = {
    "everything": Mixture(RULES, (0.08, 0.15, 0.25)),
    "everything, rare fields": Mixture(RULES, (0.05, 0.12), rare=True),
    "everything, pools": Mixture(RULES, (0.08, 0.15), grows=True),
    "room": Mixture(frozenset({"resources", "priorities", "taints", "node_affinity"}), bound=0.5),
    "between pods": Mixture(frozenset({"affinity", "anti_affinity", "priorities"}), wide=True, alike=True),
    "spreading": Mixture(frozenset({"spread", "priorities"}), (0.5, 0.9), bound=0.2, wide=True, alike=True),
    "spread and affinity": Mixture(frozenset({"spread", "affinity", "taints"}), (0.4, 0.7), wide=True, alike=True),
    "preemption": Mixture(
        frozenset({"resources", "priorities", "spread", "anti_affinity"}), (0.1, 0.3), bound=0.5, urgent=True
    ),
    "making room": Mixture(frozenset({"resources", "taints", "gpus"}), (0.1, 0.2), bound=0.6, urgent=True),
    "storage": Mixture(frozenset({"volumes", "priorities"}), (0.6, 0.9), bound=0.2, wide=True),
    "ports and disks": Mixture(frozenset({"ports", "disks", "cordons", "priorities"}), (0.6, 0.9), wide=True),
    "devices": Mixture(frozenset({"gpus", "priorities"}), (0.9,), wide=True),
    "preferences": Mixture(frozenset({"preferences", "spread", "affinity", "anti_affinity", "taints"}), wide=True),
    "pools": Mixture(frozenset({"resources", "spread", "anti_affinity", "taints", "priorities"}), grows=True),
}


def sampled(mixture: str, seed: int) -> list[Raw]:
    """A whole scenario, the Scenario document with its question included."""
    made, dice = MIXTURES[mixture], Random(f"{mixture} {seed}")
    few = {"nodes": (0, 2), "pods": (1, 3)} if made.grows else {"nodes": (1, 3), "pods": (2, 5)}
    knobs = Knobs(**few, rules=made.rules, density=dice.choice(made.density), bound=made.bound)
    objects = sample(dice.randrange(2**32), knobs)
    for node in of_kind(objects, "Node"):
        tighten(dice, node, wide=made.wide)
    if made.rare:
        richer(dice, objects)
    if made.alike:
        objects = json.loads(json.dumps(objects).replace('"z"', '"x"'))
    for pod in of_kind(objects, "Pod"):
        own(dice, pod)
        if made.urgent:
            press(dice, pod)
    spec = {"objectives": dice.choice(OBJECTIVES), "boundPods": "keep"}
    scenario: Raw = {"apiVersion": "podsolver/v1alpha1", "kind": "Scenario", "metadata": {"name": f"{mixture} {seed}"}}
    if made.grows:
        spec["nodePools"] = dice.choice([[pool(dice, "extra", 2)], [pool(dice, "extra", 1), pool(dice, "more", 1)]])
        objects += [daemon_set()] if dice.random() < 0.3 else []
    if dice.random() < 0.5:
        price(dice, objects, spec)
    return [{**scenario, "spec": spec}, *objects]


def any_objectives(dice: Random) -> list[object]:
    """Up to six of all that can be asked for, in any order, some of them tier by tier."""
    keys: list[object] = ["pending", "disruption", "cost", "preferences"]
    keys += [{"unserved": resource} for resource in ("cpu", "memory", "nvidia.com/gpu")]
    chosen = dice.sample(keys, dice.randint(1, 6))
    if "cost" in chosen and "pending" not in chosen[: chosen.index("cost")]:
        chosen = ["pending", *(key for key in chosen if key != "pending")]
    asked: list[object] = []
    while chosen:
        number = dice.randint(1, 3) if dice.random() < 0.35 else 0
        asked.append({"perPriorityTier": chosen[:number]} if number else chosen[0])
        chosen = chosen[number or 1 :]
    return asked


def tighten(dice: Random, node: Raw, *, wide: bool) -> None:
    """Room for one to three pods, so that it matters; with ``wide`` for most."""
    amounts = node["status"]["allocatable"]
    amounts["cpu"] = dice.choice(["2", "3"] if wide else ["500m", "1", "1500m", "2"])
    amounts["memory"] = dice.choice(["4Gi", "8Gi"] if wide else ["1Gi", "2Gi", "3Gi"])
    amounts["pods"] = str(dice.randint(2, 5) if wide else dice.randint(1, 4))


def own(dice: Random, pod: Raw) -> None:
    """Now and then a pod that belongs to its node, to another scheduler, or waits behind a gate."""
    if pod["spec"].get("nodeName"):
        owner = {"apiVersion": "apps/v1", "kind": "DaemonSet", "name": "absent", "uid": "u", "controller": True}
        draw = dice.random()
        if draw < 0.06:
            pod["metadata"]["ownerReferences"] = [owner]
        elif draw < 0.12:
            pod["metadata"].setdefault("annotations", {})["kubernetes.io/config.mirror"] = "m"
        elif draw < 0.16:
            pod["spec"]["schedulerName"] = "another"
        elif draw < 0.18:
            pod["spec"]["nodeName"] = "absent"
    elif dice.random() < 0.03:
        pod["spec"]["schedulingGates"] = [{"name": "example.com/wait"}]


def press(dice: Random, pod: Raw) -> None:
    """Sizes and priorities by which some have to make way for others."""
    bound = "nodeName" in pod["spec"]
    if "priority" in pod["spec"]:
        pod["spec"]["priority"] = dice.choice([0, 0, 5] if bound else [0, 5, 9])
    first = pod["spec"]["containers"][0]
    devices = {name: amount for name, amount in first["resources"].get("limits", {}).items() if "/" in name}
    cpu = dice.choice(["250m", "500m"] if bound else ["500m", "1"])
    first["resources"] = {"requests": {"cpu": cpu}, "limits": devices}


def pool(dice: Random, name: str, most: int) -> Raw:
    """So many nodes more at most, in up to two zones."""
    made: Raw = {
        "name": name,
        "shape": {"cpu": dice.choice(["1", "2"]), "memory": "4Gi", "pods": dice.randint(1, 3)},
        "min": dice.randint(0, 1),
        "zones": dice.sample("abc", dice.randint(0, 2)),
    }
    made["max"] = made["min"] + most
    if dice.random() < 0.2:
        made["taints"] = [{"key": "gpu", "value": "yes", "effect": "NoSchedule"}]
    if dice.random() < 0.5:
        made["labels"] = {"rack": dice.choice("12"), "disk": "ssd"}
    return made


def price(dice: Random, objects: list[Raw], spec: Raw) -> None:
    """On everything that could be paid for."""
    for node in of_kind(objects, "Node"):
        node["metadata"].setdefault("annotations", {})[PRICE] = dice.choice(["0.1", "0.25", "1"])
    for each in spec.get("nodePools", ()):
        each["pricePerHour"] = dice.choice([0.1, 0.25, 0.3])
