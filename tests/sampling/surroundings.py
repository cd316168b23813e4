"""Sampled objects around the pods: Services, the controllers that own them, budgets that protect them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random

    from tests.sampling.making import Raw

KINDS = {"ReplicaSet": "apps/v1", "StatefulSet": "apps/v1", "ReplicationController": "v1"}


def owners(dice: Random, pods: list[Raw]) -> list[Raw]:
    """Some controllers, and Services; pods are owned by one, by none, by an object of another group."""
    made = [_controller(dice, number) for number in range(dice.randint(0, 3))]
    for pod in pods:
        if made and dice.random() < 0.5:
            pod["metadata"]["ownerReferences"] = [_reference(dice, dice.choice(made))]
    return [*made, *(_service(dice, number) for number in range(dice.randint(0, 2)))]


def _controller(dice: Random, number: int) -> Raw:
    kind = dice.choice(list(KINDS))
    wanted = {"app": dice.choice("xyz")}
    labels = dict(wanted)
    selector: Raw = {"matchLabels": wanted}
    if dice.random() < 0.3:
        labels |= dice.choice([{}, {"tier": "1"}])
        operator = "Exists" if "tier" in labels else "DoesNotExist"
        selector = {**selector, "matchExpressions": [{"key": "tier", "operator": operator}]}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "main", "image": "app"}]}}
    spec = {"selector": wanted if kind == "ReplicationController" else selector, "template": template}
    metadata = {"name": f"c{number}", "namespace": dice.choice(["default", "other"])}
    return {"apiVersion": KINDS[kind], "kind": kind, "metadata": metadata, "spec": spec}


def _reference(dice: Random, owner: Raw) -> Raw:
    version = owner["apiVersion"] if dice.random() < 0.9 else "example.com/v1"
    whole = {"apiVersion": version, "kind": owner["kind"], "name": owner["metadata"]["name"], "uid": "u"}
    return whole | ({"controller": True} if dice.random() < 0.8 else {})


def _service(dice: Random, number: int) -> Raw:
    metadata = {"name": f"s{number}", "namespace": dice.choice(["default", "other"])}
    selector = dice.choice([{"app": "x"}, {"app": "y"}, {"tier": "1"}, {"app": "x", "tier": "2"}, {}, None])
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": metadata,
        "spec": {"selector": selector} if selector else {},
    }


def budgets(dice: Random) -> list[Raw]:
    """Up to three, that overlap."""
    return [_budget(dice, number) for number in range(dice.randint(0, 3))]


def _budget(dice: Random, number: int) -> Raw:
    selector = dice.choice(
        [
            {"matchLabels": {"app": dice.choice("xyz")}},
            {"matchLabels": {"tier": "1"}},
            {"matchExpressions": [{"key": "app", "operator": "NotIn", "values": ["x"]}]},
            {},
        ]
    )
    status: Raw = {"disruptionsAllowed": dice.randint(0, 2)}
    if dice.random() < 0.3:
        status["disruptedPods"] = {f"p{dice.randint(0, 5)}": "2026-01-01T00:00:00Z"}
    metadata = {"name": f"b{number}", "namespace": dice.choice(["default", "default", "other"])}
    spec = {"selector": selector, "minAvailable": 1}
    return {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": metadata,
        "spec": spec,
        "status": status,
    }
