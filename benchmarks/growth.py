"""How time and gap grow with the cluster: 10 to 5,000 nodes, six pods a node."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.clusters import Size
from benchmarks.quality import Question

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from benchmarks.quality import Outcome

_NODES = (10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000)
_PODS_PER_NODE = 6
_LIMIT_S = 30.0


def questions(smoke: bool) -> list[Question]:
    """The same time limit for all; no goal but that all is placed. A smoke run has the smallest cluster only."""
    return [
        Question(f"growth-{nodes}", Size(nodes, nodes * _PODS_PER_NODE, _workloads(nodes)), _LIMIT_S, None)
        for nodes in (_NODES[:1] if smoke else _NODES)
    ]


def _workloads(nodes: int) -> int:
    return min(200, max(4, nodes // 5))


def draw(outcomes: Sequence[Outcome], path: Path) -> None:
    """Seconds until an incumbent is within 1 %, seconds in all, and the gap at the end, over the number of nodes."""
    from matplotlib.figure import Figure

    nodes = [found.nodes for found in outcomes]
    figure = Figure(figsize=(7, 5), layout="constrained")
    times, gaps = figure.subplots(2, 1, sharex=True)
    times.plot(nodes, [found.seconds for found in outcomes], marker="o", label="until proven, or the time limit")
    near = [(found.nodes, found.near_s) for found in outcomes if found.near_s]
    times.plot(*zip(*near, strict=True), marker="s", label="until within 1 % of the bound")
    times.set(yscale="log", ylabel="seconds")
    times.legend(frameon=False)
    gaps.plot(nodes, [100 * found.gap for found in outcomes], marker="o")
    gaps.set(xscale="log", xlabel="nodes (six pods each)", ylabel="gap in %", ylim=(0, None))
    figure.savefig(path, dpi=120)
