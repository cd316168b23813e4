"""Many nodes as one curve: how much of each is requested, the fullest first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from solver.compare.requested import requested_on
from solver.report.plots.style import EMPTY, OUTLINE, QUIET, grid_along

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from solver.placement import Placement


@dataclass(frozen=True, slots=True)
class NodeCurve:
    """The requested share of each node that has the resource, descending; ``used`` of ``nodes`` are paid for.

    ``full``: requested / allocatable over the used nodes.
    """

    shares: tuple[float, ...]
    used: int
    nodes: int
    full: float

    @property
    def summary(self) -> str:
        """How many nodes carry workloads, and how full these are together."""
        return f"{self.used:,} of {self.nodes:,} nodes used, {self.full * 100:.0f} % full"


def node_curve_of(placement: Placement, resource: str) -> NodeCurve:
    """The curve of one resource over all nodes."""
    requested = {node: requested_on(placement, node).get(resource, 0) for node in placement.cluster.nodes}
    offered = {node: node.allocatable.get(resource, 0) for node in requested}
    shares = sorted((requested[node] / amount for node, amount in offered.items() if amount), reverse=True)
    paid_for = sum(offered[node] for node in placement.used)
    full = sum(requested[node] for node in placement.used) / paid_for if paid_for else 0.0
    return NodeCurve(tuple(shares), len(placement.used), len(offered), full)


def draw_node_curve(axes: Axes, curve: NodeCurve, colour: str, widest: int) -> None:
    """Steps from the left; ``widest``: the most nodes that any strategy has."""
    steps, edges = _runs([round(share, 3) for share in curve.shares])
    everything = [0, len(curve.shares)]
    axes.stairs([1.0], everything, fill=True, color=EMPTY)
    axes.stairs(steps, edges, fill=True, color=colour, alpha=0.9)
    axes.stairs([1.0], everything, color=OUTLINE, linewidth=0.8)
    axes.set_xlim(0, widest)
    axes.set_ylim(0, 1.2)
    axes.set_yticks([0, 0.25, 0.5, 0.75, 1])
    axes.yaxis.set_major_formatter(lambda share, _: f"{share * 100:.0f} %")
    axes.xaxis.set_major_formatter(lambda number, _: f"{number:,.0f}")
    axes.spines["left"].set_visible(False)
    axes.annotate(curve.summary, (0, 1.0), xytext=(0, 4), textcoords="offset points", color=QUIET, fontsize=8)
    grid_along(axes, "y")


def _runs(values: Sequence[float]) -> tuple[list[float], list[int]]:
    """Neighbours of one value as one step: the values, and where each begins and the last one ends."""
    starts = [number for number, value in enumerate(values) if number == 0 or values[number - 1] != value]
    return [values[start] for start in starts], [*starts, len(values)]
