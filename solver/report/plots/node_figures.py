"""The nodes of all strategies side by side, resource by resource."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.patches import Patch

from solver.report.plots.canvas import name_strategy, new_figure
from solver.report.plots.node_bars import draw_node_bars, node_bars_of, readable
from solver.report.plots.node_curve import draw_node_curve, node_curve_of
from solver.report.plots.style import QUIET, strategy_colour
from solver.report.plots.units import axis_title

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure

    from solver.report.plots.colouring import Colouring
    from solver.result import Result

LEGEND_COLUMNS = 4


def node_names(results: Sequence[Result]) -> list[str]:
    """The nodes of all strategies; some have opened others than others."""
    return list(dict.fromkeys(node.name for result in results for node in result.placement.cluster.nodes))


def node_bars_figure(
    results: Sequence[Result], resources: Sequence[str], colouring: Colouring, *, named: bool = True
) -> Figure:
    """A row per resource, a column per strategy, ``named`` or not; a node has the same place everywhere."""
    order = node_names(results)
    entries = [Patch(color=colour, label=name) for name, colour in colouring.legend.items()]
    lines = -(-len(entries) // LEGEND_COLUMNS)
    figure = new_figure(len(resources) * (0.62 + 0.21 * len(order)) + 0.35 + 0.2 * lines)
    grid = figure.subplots(len(resources), len(results), squeeze=False, sharey=True)
    for resource, row in zip(resources, grid, strict=True):
        bars = [readable(node_bars_of(result.placement, resource, colouring)) for result in results]
        highest = max((max(bar.allocatable, bar.requested) for some in bars for bar in some), default=1) or 1
        for axes, some in zip(row, bars, strict=True):
            draw_node_bars(axes, some, order, colouring.colours, highest)
            axes.set_xlabel(axis_title(resource), color=QUIET)
    for axes, result in zip(grid[0], results, strict=True) if named else ():
        name_strategy(axes, result)
    figure.legend(
        handles=entries, loc="outside lower center", ncols=LEGEND_COLUMNS, handlelength=1.2, columnspacing=1.6
    )
    return figure


def node_curves_figure(results: Sequence[Result], resources: Sequence[str], *, named: bool = True) -> Figure:
    """A row per resource, a column per strategy, ``named`` or not, on the same scales."""
    widest = max(len(result.placement.cluster.nodes) for result in results)
    figure = new_figure(1.75 * len(resources) + 0.5)
    grid = figure.subplots(len(resources), len(results), squeeze=False, sharex=True, sharey=True)
    for resource, row in zip(resources, grid, strict=True):
        for axes, result in zip(row, results, strict=True):
            draw_node_curve(axes, node_curve_of(result.placement, resource), strategy_colour(result.strategy), widest)
        row[0].set_ylabel(f"{resource} requested")
    for top, bottom, result in zip(grid[0], grid[-1], results, strict=True):
        if named:
            name_strategy(top, result)
        bottom.set_xlabel("nodes, the fullest first", color=QUIET)
    return figure
