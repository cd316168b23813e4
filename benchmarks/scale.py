"""A large cluster: 5,000 nodes, 50,000 pods, spreading, anti-affinity, taints and priorities."""

from __future__ import annotations

from benchmarks.clusters import Size
from benchmarks.quality import Question

_SIZE = Size(nodes=5_000, pods=50_000, workloads=500, times=2, tainted=0.1, priorities=3)


def questions(smoke: bool) -> list[Question]:
    """Within 4 GiB; a smoke run has the same mix in small."""
    if smoke:
        return [Question("scale", Size(60, 500, 20, times=2, tainted=0.1, priorities=3), 4, 0.1, 4_096)]
    return [Question("scale", _SIZE, 120, 0.006, 4_096)]
