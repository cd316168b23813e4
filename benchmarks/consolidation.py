"""How few nodes do the pods need: 1,500 nodes of two shapes and prices, spreading over zones, anti-affinity."""

from __future__ import annotations

from benchmarks.clusters import Size
from benchmarks.quality import Question

_SIZE = Size(nodes=1_500, pods=8_500, workloads=200)


def questions(smoke: bool) -> list[Question]:
    """In a time that people wait, and three times that; a smoke run has a small cluster."""
    if smoke:
        return [Question("consolidation", Size(nodes=60, pods=300, workloads=20), 4, 0.1)]
    return [Question(f"consolidation-{seconds}s", _SIZE, seconds, goal) for seconds, goal in ((20, 0.004), (60, 0.004))]
