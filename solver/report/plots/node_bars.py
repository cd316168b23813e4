"""Every node as a bar, filled with the requests of its pods; many nodes as a curve, the fullest first."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from solver.cluster.resources import CPU, MEMORY
from solver.report.plots.style import (
    EMPTY,
    NODE_BOUND_PODS,
    OUTLINE,
    PAPER,
    QUIET,
    REMAINING_WORKLOADS,
    WORKLOAD_COLOURS,
    few_ticks,
    grid_along,
    short_names,
    shortened,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from matplotlib.axes import Axes

    from solver.cluster.pod import Pod
    from solver.placement import Placement

MOST_BARS = 40
"""More nodes than this are drawn as a curve."""

MOST_PIECES = 800
"""More pods than this on the bars of one strategy are drawn workload by workload."""

NODE_BOUND = "DaemonSet and static pods"
REMAINING = "other workloads"

_SCALE = {CPU: (1000, "cores"), MEMORY: (2**30, "GiB")}


@dataclass(frozen=True, slots=True)
class NodeBar:
    """One node: what it offers, and what each of its pods requests, with the pod's workload. In cores, GiB or pieces.

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


def node_bars_of(placement: Placement, resource: str) -> list[NodeBar]:
    """A bar for each node of the cluster, opened ones included; the pods of one workload stand together."""
    factor = _SCALE.get(resource, (1, ""))[0]
    bars = []
    for node, pods in placement.pods_on.items():
        amounts = [(workload_of(pod), pod.spec.requests.get(resource, 0) / factor) for pod in pods]
        ordered = sorted((pair for pair in amounts if pair[1]), key=_workload_order)
        used = any(pod.movable for pod in pods)
        bars.append(NodeBar(node.name, node.allocatable.get(resource, 0) / factor, tuple(ordered), used))
    return bars


def merged(bars: Sequence[NodeBar]) -> list[NodeBar]:
    """The same bars with one piece per workload: hundreds of slivers show less than their sum."""
    return [replace(bar, requests=_together(bar.requests)) for bar in bars]


def _together(requests: Sequence[tuple[str, float]]) -> tuple[tuple[str, float], ...]:
    sums: dict[str, float] = {}
    for workload, amount in requests:
        sums[workload] = sums.get(workload, 0.0) + amount
    return tuple(sums.items())


def _workload_order(segment: tuple[str, float]) -> tuple[bool, str, float]:
    """By workload, larger pods first; what belongs to the node itself comes last."""
    workload, amount = segment
    return workload == NODE_BOUND, workload, -amount


def unit_of(resource: str) -> str:
    """The unit of the axis: ``cpu (cores)``."""
    unit = _SCALE.get(resource, (1, ""))[1]
    return f"{resource} ({unit})" if unit else resource


def workload_of(pod: Pod) -> str:
    """The label under which a pod is coloured."""
    return pod.workload or f"Pod {pod.key}" if pod.movable else NODE_BOUND


def workload_names(workloads: Sequence[str]) -> list[str]:
    """``Deployment shop/front`` as people call it: ``front``, or as much more as tells it from the others."""
    without_kind = [workload.partition(" ")[2] or workload for workload in workloads]
    names = [text.rpartition("/")[2] for text in without_kind]
    shown = next(some for some in (names, without_kind, list(workloads)) if len(set(some)) == len(workloads))
    return [shortened(text, 30) for text in shown]


def workload_colours(placement: Placement) -> dict[str, str]:
    """A colour for each workload with one of the largest shares of anything; one for all the others together."""
    cluster = placement.cluster
    everything = {name: sum(node.allocatable.get(name, 0) for node in cluster.nodes) for name in _SCALE}
    weight: defaultdict[str, float] = defaultdict(float)
    for pod in cluster.pods:
        shares = (pod.spec.requests.get(name, 0) / amount for name, amount in everything.items() if amount)
        weight[workload_of(pod)] += max(shares, default=0)
    everywhere = {NODE_BOUND: NODE_BOUND_PODS} if NODE_BOUND in weight else {}
    names = sorted(weight.keys() - everywhere.keys(), key=lambda name: (-weight[name], name))
    colours = dict(zip(sorted(names[: len(WORKLOAD_COLOURS)]), WORKLOAD_COLOURS, strict=False))
    return colours | dict.fromkeys(names[len(WORKLOAD_COLOURS) :], REMAINING_WORKLOADS) | everywhere


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
    for workload, amount in bar.requests:
        yield row, start, amount, colours.get(workload, REMAINING_WORKLOADS)
        start += amount


def draw_node_curve(axes: Axes, bars: Sequence[NodeBar], colour: str, widest: int) -> None:
    """The share of each node that is requested, the fullest first; ``widest``: the most nodes that any strategy has."""
    shares = sorted((bar.requested / bar.allocatable for bar in bars if bar.allocatable), reverse=True)
    steps, edges = _runs([round(share, 3) for share in shares])
    axes.stairs([1.0], [0, len(shares)], fill=True, color=EMPTY)
    axes.stairs(steps, edges, fill=True, color=colour, alpha=0.9)
    axes.stairs([1.0], [0, len(shares)], color=OUTLINE, linewidth=0.8)
    axes.set_xlim(0, widest)
    axes.set_ylim(0, 1.2)
    axes.set_yticks([0, 0.25, 0.5, 0.75, 1])
    axes.yaxis.set_major_formatter(lambda share, _: f"{share * 100:.0f} %")
    axes.xaxis.set_major_formatter(lambda number, _: f"{number:,.0f}")
    axes.spines["left"].set_visible(False)
    axes.annotate(_summary(bars), (0, 1.0), xytext=(0, 4), textcoords="offset points", color=QUIET, fontsize=8)
    grid_along(axes, "y")


def _runs(values: Sequence[float]) -> tuple[list[float], list[int]]:
    """Neighbours of one value as one step: the values, and where each begins and the last one ends."""
    starts = [number for number, value in enumerate(values) if number == 0 or values[number - 1] != value]
    return [values[start] for start in starts], [*starts, len(values)]


def _summary(bars: Sequence[NodeBar]) -> str:
    """How many nodes carry workloads, and how full these are together."""
    used = [bar for bar in bars if bar.used]
    allocatable = sum(bar.allocatable for bar in used)
    full = sum(bar.requested for bar in used) / allocatable if allocatable else 0.0
    return f"{len(used):,} of {len(bars):,} nodes used, {full * 100:.0f} % full"
