"""Sampled node pools that may grow, and a DaemonSet that comes with every node."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.sampling.making import Raw


def growing(seed: int) -> list[Raw]:
    """A Scenario with one pool; every other one with a DaemonSet."""
    dice = Random(seed)
    pool: Raw = {
        "name": "extra",
        "shape": {"cpu": str(dice.randint(1, 3)), "memory": "4Gi", "pods": dice.randint(2, 5)},
        "min": dice.randint(0, 1),
        "max": dice.randint(1, 4),
        "zones": dice.sample("abc", dice.randint(1, 3)),
    }
    if dice.random() < 0.3:
        pool["taints"] = [{"key": "gpu", "value": "yes", "effect": "NoSchedule"}]
    if dice.random() < 0.5:
        pool["labels"] = {"rack": dice.choice("12"), "disk": "ssd"}
    own = {"apiVersion": "podsolver/v1alpha1", "kind": "Scenario", "metadata": {"name": "growing"}}
    return [{**own, "spec": {"nodePools": [pool]}}, *([daemon_set()] if dice.random() < 0.5 else [])]


def daemon_set() -> Raw:
    container = {"name": "agent", "image": "example.com/agent:1", "resources": {"requests": {"cpu": "100m"}}}
    template = {"metadata": {"labels": {"app": "x"}}, "spec": {"containers": [container]}}
    metadata = {"name": "agent", "namespace": "default"}
    spec = {"selector": {"matchLabels": {"app": "x"}}, "template": template}
    return {"apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": metadata, "spec": spec}
