"""How few nodes do the pods need: 1,500 nodes of two shapes and prices, spreading over zones, anti-affinity."""

from __future__ import annotations

from dataclasses import replace

from benchmarks.clusters import Size
from benchmarks.quality import Question

_SIZE = Size(nodes=1_500, pods=8_500, workloads=200)
ELASTIC = replace(_SIZE, elastic=True)
"""No node is there; of each of four pools up to 1,500 may be, in three zones."""
_RUNNING = replace(_SIZE, running=True)
"""All pods have nodes, and may move."""


def questions(smoke: bool) -> list[Question]:
    """In a time that people wait, and three times that; a smoke run has small clusters."""
    if smoke:
        small = Size(nodes=60, pods=300, workloads=20)
        return [
            Question("consolidation", small, 4, 0.1),
            Question("consolidation-elastic", replace(small, elastic=True), 4, 0.2),
            Question("consolidation-running", replace(small, running=True), 6, 0.1),
        ]
    return [
        *(Question(f"consolidation-{seconds}s", _SIZE, seconds, 0.004) for seconds in (20, 60)),
        Question("consolidation-elastic-60s", ELASTIC, 60, 0.01),
        Question("consolidation-running-60s", _RUNNING, 60, 0.004),
    ]
