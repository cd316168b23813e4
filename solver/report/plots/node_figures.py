"""The nodes of all strategies side by side, resource by resource."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.patches import Patch

from solver.cluster.resources import CPU, MEMORY
from solver.report.plots.canvas import name_strategy, new_figure
from solver.report.plots.node_bars import (
    MOST_PIECES,
    NODE_BOUND,
    REMAINING,
    draw_node_bars,
    draw_node_curve,
    merged,
    node_bars_of,
    unit_of,
    workload_colours,
    workload_names,
)
from solver.report.plots.style import NODE_BOUND_PODS, QUIET, REMAINING_WORKLOADS, strategy_colour

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure

    from solver.placement import Placement
    from solver.report.plots.node_bars import NodeBar
    from solver.result import Result

RESOURCES = (CPU, MEMORY)


def node_bars_figure(results: Sequence[Result]) -> Figure:
    """A row per resource, a column per strategy; a node has the same place everywhere."""
    order = node_names(results)
    colours = workload_colours(max((result.placement for result in results), key=_size))
    entries = legend(colours)
    rows = -(-len(entries) // 4)
    figure = new_figure(len(RESOURCES) * (0.62 + 0.21 * len(order)) + 0.35 + 0.2 * rows)
    grid = figure.subplots(len(RESOURCES), len(results), squeeze=False, sharey=True)
    for resource, line in zip(RESOURCES, grid, strict=True):
        bars = [_readable(node_bars_of(result.placement, resource)) for result in results]
        highest = max((max(bar.allocatable, bar.requested) for some in bars for bar in some), default=1) or 1
        for axes, some, result in zip(line, bars, results, strict=True):
            draw_node_bars(axes, some, order, colours, highest)
            axes.set_xlabel(unit_of(resource), color=QUIET)
            if resource == RESOURCES[0]:
                name_strategy(axes, result)
    figure.legend(handles=entries, loc="outside lower center", ncols=4, handlelength=1.2, columnspacing=1.6)
    return figure


def node_names(results: Sequence[Result]) -> list[str]:
    """The nodes of all strategies; some have opened others than others."""
    return list(dict.fromkeys(node.name for result in results for node in result.placement.cluster.nodes))


def _readable(bars: list[NodeBar]) -> list[NodeBar]:
    return merged(bars) if sum(len(bar.requests) for bar in bars) > MOST_PIECES else bars


def _size(placement: Placement) -> int:
    return len(placement.cluster.pods)


def legend(colours: dict[str, str]) -> list[Patch]:
    """The workloads by name, then all the others, then what every node has."""
    named = [name for name, colour in colours.items() if colour not in (REMAINING_WORKLOADS, NODE_BOUND_PODS)]
    shown = dict(zip(workload_names(named), (colours[name] for name in named), strict=True))
    if REMAINING_WORKLOADS in colours.values():
        shown[REMAINING] = REMAINING_WORKLOADS
    if NODE_BOUND_PODS in colours.values():
        shown[NODE_BOUND] = NODE_BOUND_PODS
    return [Patch(color=colour, label=name) for name, colour in shown.items()]


def node_curves_figure(results: Sequence[Result]) -> Figure:
    """A row per resource, a column per strategy, on the same scales."""
    widest = max(len(result.placement.cluster.nodes) for result in results)
    figure = new_figure(1.75 * len(RESOURCES) + 0.5)
    grid = figure.subplots(len(RESOURCES), len(results), squeeze=False, sharex=True, sharey=True)
    for resource, line in zip(RESOURCES, grid, strict=True):
        for axes, result in zip(line, results, strict=True):
            bars = node_bars_of(result.placement, resource)
            draw_node_curve(axes, bars, strategy_colour(result.strategy), widest)
            if resource == RESOURCES[0]:
                name_strategy(axes, result)
            if resource == RESOURCES[-1]:
                axes.set_xlabel("nodes, the fullest first", color=QUIET)
        line[0].set_ylabel(f"{resource} requested")
    return figure
