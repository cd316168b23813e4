"""Every node as a bar, filled with the requests of its pods."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from solver.cluster.resources import PODS
from solver.report.plots.style import EMPTY, OUTLINE, PAPER, few_ticks, grid_along, short_names
from solver.report.plots.units import in_units

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from matplotlib.axes import Axes

    from solver.placement import Placement
    from solver.report.plots.colouring import Colouring

MOST_PIECES = 800
"""More pods than this on the bars of one strategy are drawn group by group."""


@dataclass(frozen=True, slots=True)
class NodeBar:
    """One node: what it offers, and what each of its pods requests, with the pod's group. In cores, GiB or pieces.

    ``used``: it holds a pod that is neither a DaemonSet's nor a static one.
    """

    name: str
    allocatable: float
    requests: tuple[tuple[str, float], ...]
    used: bool

    @property
    def requested(self) -> float:
        """The sum of the requests."""
        return sum(amount for _, amount in self.requests)


def node_bars_of(placement: Placement, resource: str, colouring: Colouring) -> list[NodeBar]:
    """A bar for each node of the cluster, opened ones included; pods of one group stand together, larger ones first."""
    place = {group: number for number, group in enumerate(colouring.colours)}
    bars = []
    for node, pods in placement.pods_on.items():
        amounts = [
            (colouring.group_of(pod), 1 if resource == PODS else pod.spec.requests.get(resource, 0)) for pod in pods
        ]
        ordered = sorted((piece for piece in amounts if piece[1]), key=lambda piece: (place[piece[0]], -piece[1]))
        pieces = tuple((group, in_units(resource, amount)) for group, amount in ordered)
        offered = in_units(resource, node.allocatable.get(resource, 0))
        bars.append(NodeBar(node.name, offered, pieces, any(pod.movable for pod in pods)))
    return bars


def readable(bars: list[NodeBar]) -> list[NodeBar]:
    """The same bars; where there are very many pieces, one per group: hundreds of slivers show less than their sum."""
    if sum(len(bar.requests) for bar in bars) <= MOST_PIECES:
        return bars
    return [replace(bar, requests=_together(bar.requests)) for bar in bars]


def _together(requests: Sequence[tuple[str, float]]) -> tuple[tuple[str, float], ...]:
    sums: dict[str, float] = {}
    for group, amount in requests:
        sums[group] = sums.get(group, 0.0) + amount
    return tuple(sums.items())


def draw_node_bars(
    axes: Axes, bars: Sequence[NodeBar], order: Sequence[str], colours: Mapping[str, str], highest: float
) -> None:
    """Bars from the left, one row per name in ``order``; ``highest`` ends the scale, the same for all strategies."""
    row_of = {name: row for row, name in enumerate(order)}
    rows = [row_of[bar.name] for bar in bars]
    axes.barh(rows, [bar.allocatable for bar in bars], height=0.78, color=EMPTY, edgecolor=OUTLINE, linewidth=0.7)
    segments = [segment for bar, row in zip(bars, rows, strict=True) for segment in _segments(bar, row, colours)]
    if segments:
        y, start, width, colour = zip(*segments, strict=True)
        axes.barh(y, width, left=start, height=0.78, color=colour, edgecolor=PAPER, linewidth=0.6)
    axes.set_ylim(len(order) - 0.4, -0.6)
    axes.set_xlim(0, highest * 1.04)
    few_ticks(axes.xaxis)
    axes.set_yticks(range(len(order)), short_names(order))
    axes.spines["left"].set_visible(False)
    grid_along(axes, "x")


def _segments(bar: NodeBar, row: int, colours: Mapping[str, str]) -> Iterator[tuple[int, float, float, str]]:
    """Row, start, width and colour of each pod's piece, from the left."""
    start = 0.0
    for group, amount in bar.requests:
        yield row, start, amount, colours[group]
        start += amount
