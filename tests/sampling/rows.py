"""Sampled clusters in which equal pods follow one another, as those of a workload do."""

from __future__ import annotations

import copy
from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.sampling.making import Raw


def in_rows(objects: list[Raw], seed: int, most: int = 5) -> list[Raw]:
    """The objects, every pending pod with up to so many others of its kind behind it, and as many again at the end."""
    dice = Random(seed)
    rows = [each for item in objects for each in (item, *_others(item, dice.randint(0, most), "near"))]
    return rows + [each for item in objects for each in _others(item, dice.randint(0, most), "late")]


def _others(item: Raw, number: int, suffix: str) -> list[Raw]:
    if item["kind"] != "Pod" or item["spec"].get("nodeName"):
        return []
    made = [copy.deepcopy(item) for _ in range(number)]
    for place, pod in enumerate(made):
        pod["metadata"]["name"] += f"-{suffix}-{place}"
        pod.pop("status", None)
    return made
