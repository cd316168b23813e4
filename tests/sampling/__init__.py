"""Small random clusters as raw Kubernetes objects: every rule mixed, the same ones for the same seed.

Names, labels, sizes and domains are few, so that pods meet: in domains, on ports, in volumes. Bound pods stand
anywhere, on nodes that would not take them too, as in real clusters whose labels and taints have changed.
"""

from __future__ import annotations

import json
from random import Random
from typing import TYPE_CHECKING

from hypothesis import strategies

from tests.sampling.making import MIXED, RULES, Knobs, Raw, Sample
from tests.sampling.nodes import node
from tests.sampling.pods import pod
from tests.sampling.pools import growing
from tests.sampling.storage import classes

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["MIXED", "RULES", "Knobs", "Raw", "clusters", "growing", "sample", "written"]


def sample(seed: int, knobs: Knobs = MIXED) -> list[Raw]:
    """Nodes, pods, and what they need, in a list as ``kubectl get`` would give it."""
    making = Sample(Random(seed), knobs)
    nodes = [node(making, number) for number in range(making.dice.randint(*knobs.nodes))]
    pods = [pod(making, number, nodes) for number in range(making.dice.randint(*knobs.pods))]
    spaces = [{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "other", "labels": {"team": "red"}}}]
    return [*spaces, *nodes, *making.storage, *classes(making, nodes), *pods]


def written(objects: list[Raw], folder: Path) -> Path:
    """The objects as a file that the loader reads."""
    file = folder / "cluster.json"
    file.write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": objects}))
    return file


def clusters(knobs: Knobs = MIXED) -> strategies.SearchStrategy[list[Raw]]:
    """Sampled clusters for property tests."""
    return strategies.integers(0, 2**32 - 1).map(lambda seed: sample(seed, knobs))
