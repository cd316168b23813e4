"""Sampled clusters with all else that kube-scheduler reads: odd sizes, all kinds of containers, owners, nominations.

What a sample has is kept; its dice are not touched, so the same seed still gives the same cluster to everybody else.
"""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import TYPE_CHECKING

from tests.sampling.containers import containers
from tests.sampling.making import ZONE, Raw
from tests.sampling.oddities import odd_claims
from tests.sampling.surroundings import budgets, owners

if TYPE_CHECKING:
    from collections.abc import Callable

IMAGES = ("example.com/app:1", "example.com/app:2", "app", "registry:5000/app", "app@sha256:1")


def enriched(objects: list[Raw], seed: int) -> list[Raw]:
    """The objects with more in them, and more of them; every pod keeps its node."""
    dice = Random(seed)
    richer(dice, objects)
    pods = [item for item in objects if item["kind"] == "Pod"]
    return [*objects, *owners(dice, pods), *budgets(dice)]


def richer(dice: Random, objects: list[Raw]) -> None:
    """More in the objects themselves, and in the storage around them."""
    pods = [item for item in objects if item["kind"] == "Pod"]
    nodes = [item for item in objects if item["kind"] == "Node"]
    for node in nodes:
        _dress(dice, node)
    there: Counter[str] = Counter()
    for pod in pods:
        for part in PARTS:
            if dice.random() < 0.3:
                part(dice, pod)
        where = pod["spec"].get("nodeName")
        if where:
            there[where] += 1
            pod["status"] = {**pod.get("status", {}), **_started(dice, there[where])}
        elif nodes and dice.random() < 0.15:
            chosen = dice.choice([*nodes, {"metadata": {"name": "absent"}}])
            pod["status"] = {"nominatedNodeName": chosen["metadata"]["name"]}
    odd_claims(dice, objects)


def _dress(dice: Random, node: Raw) -> None:
    """Further resources, some of them nothing; images under several names; empty labels."""
    amounts = node["status"]["allocatable"]
    if dice.random() < 0.5:
        amounts["ephemeral-storage"] = dice.choice(["0", "1Gi", "3G"])
    if dice.random() < 0.4:
        amounts["hugepages-2Mi"] = dice.choice(["0", "4Mi", "64Mi"])
    if dice.random() < 0.1:
        amounts[dice.choice(["cpu", "memory", "pods"])] = "0"
    if dice.random() < 0.3:
        amounts["memory"] = str(dice.randint(2**29, 2**33))
    names = {name: f"{name}:latest" if ":" not in name.rpartition("/")[2] else name for name in IMAGES}
    there = [[names[name] for name in IMAGES if dice.random() < 0.3] for _ in range(2)]
    node["status"]["images"] = [
        {"names": some, "sizeBytes": dice.randint(1, 2500) * 2**20 + dice.randint(0, 9)} for some in there if some
    ]
    if dice.random() < 0.1:
        node["metadata"]["labels"][ZONE] = ""


def _started(dice: Random, number: int) -> Raw:
    """Every pod of a node at a time of its own, in no order; few times at all, so that nodes tie."""
    return {"startTime": f"2026-01-{dice.randint(1, 2):02}T00:00:{number:02}Z"}


def _gates(dice: Random, pod: Raw) -> None:
    """Now and then a pod that is no candidate."""
    if dice.random() < 0.2:
        pod["spec"]["schedulingGates"] = [{"name": "example.com/wait"}]
    elif dice.random() < 0.2:
        pod["spec"]["schedulerName"] = "another"
    if pod["spec"].get("nodeName"):
        pod["spec"].pop("schedulingGates", None)


def _bare(dice: Random, pod: Raw) -> None:
    """No labels at all, or fewer."""
    if dice.random() < 0.3:
        pod["metadata"]["labels"] = {}


def _named_nodes(dice: Random, pod: Raw) -> None:
    """Terms that name nodes, all of them or some; names that contradict one another."""
    names = ["n0", "n1", "n2", "absent"]
    fields = [
        {"key": "metadata.name", "operator": "In", "values": [dice.choice(names)]}
        for _ in range(dice.choice([1, 1, 2]))
    ]
    terms: list[Raw] = [{"matchFields": fields}]
    if dice.random() < 0.5:
        terms.append({"matchFields": [{"key": "metadata.name", "operator": "In", "values": [dice.choice(names)]}]})
    if dice.random() < 0.3:
        terms[-1]["matchExpressions"] = [{"key": ZONE, "operator": "Exists"}]
    if dice.random() < 0.25:
        terms.append({"matchExpressions": [{"key": "disk", "operator": "In", "values": ["ssd"]}]})
    if dice.random() < 0.4:
        affinity = pod["spec"].setdefault("affinity", {}).setdefault("nodeAffinity", {})
        affinity["requiredDuringSchedulingIgnoredDuringExecution"] = {"nodeSelectorTerms": terms}


PARTS: tuple[Callable[[Random, Raw], None], ...] = (containers, _gates, _bare, _named_nodes)
