"""The pictures of a comparison: which there are, how their axes are laid out, and what to see in them."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from solver.cluster.resources import CPU, MEMORY
from solver.compare.nodes import cost_per_hour
from solver.report.plots import captions
from solver.report.plots.incumbent_and_bound import draw_incumbent_and_bound, searches_of, worth_showing
from solver.report.plots.node_bars import (
    MOST_BARS,
    NODE_BOUND,
    REMAINING,
    draw_node_bars,
    draw_node_curve,
    node_bars_of,
    unit_of,
    workload_colours,
    workload_names,
)
from solver.report.plots.nodes_and_cost import draw_amounts
from solver.report.plots.placed_per_priority import draw_placed_per_priority, tiers_of
from solver.report.plots.style import (
    NODE_BOUND_PODS,
    QUIET,
    REMAINING_WORKLOADS,
    strategy_colour,
    styled,
    whole_numbers,
)
from solver.report.plots.zone_heat_map import draw_zone_heat_map, zone_rows_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from matplotlib.axes import Axes

    from solver.compare.comparison import Comparison
    from solver.placement import Placement
    from solver.result import Result

WIDTH = 10.0
"""Of every picture, in inches."""

DPI = 144

RESOURCES = (CPU, MEMORY)
MOST_SEARCHES = 4
"""Levels whose search is drawn, those with the most to see."""


@dataclass(frozen=True)
class Picture:
    """One drawn picture: ``name`` is its file's, ``caption`` says what to see."""

    name: str
    title: str
    caption: str
    png: bytes
    svg: bytes


def pictures(comparison: Comparison) -> list[Picture]:
    """All pictures that this comparison has something to show in."""
    with styled():
        return [picture for draw in (_nodes, _priorities, _cost, _search, _zones) for picture in draw(comparison)]


def _nodes(comparison: Comparison) -> Iterator[Picture]:
    results = comparison.results
    widest = max((len(result.placement.cluster.nodes) for result in results), default=0)
    if not widest:
        return
    if widest <= MOST_BARS:
        yield _picture("nodes", "Nodes and the pods on them", captions.NODE_BARS, _node_bars(results))
    else:
        yield _picture("nodes", "How full the nodes are", captions.NODE_CURVES, _node_curves(results))


def _node_bars(results: Sequence[Result]) -> Figure:
    order = list(dict.fromkeys(node.name for result in results for node in result.placement.cluster.nodes))
    colours = workload_colours(max((result.placement for result in results), key=_size))
    handles = _legend(colours)
    rows = -(-len(handles) // 4)
    figure = _figure(len(RESOURCES) * (0.62 + 0.21 * len(order)) + 0.35 + 0.2 * rows)
    grid = figure.subplots(len(RESOURCES), len(results), squeeze=False, sharey=True)
    for resource, line in zip(RESOURCES, grid, strict=True):
        bars = [node_bars_of(result.placement, resource) for result in results]
        highest = max((max(bar.allocatable, bar.requested) for some in bars for bar in some), default=1) or 1
        for axes, some, result in zip(line, bars, results, strict=True):
            draw_node_bars(axes, some, order, colours, highest)
            axes.set_xlabel(unit_of(resource), color=QUIET)
            if resource == RESOURCES[0]:
                _name_strategy(axes, result)
    figure.legend(handles=handles, loc="outside lower center", ncols=4, handlelength=1.2, columnspacing=1.6)
    return figure


def _size(placement: Placement) -> int:
    return len(placement.cluster.pods)


def _legend(colours: dict[str, str]) -> list[Patch]:
    """The workloads by name, then all the others, then what every node has."""
    named = [name for name, colour in colours.items() if colour not in (REMAINING_WORKLOADS, NODE_BOUND_PODS)]
    shown = dict(zip(workload_names(named), (colours[name] for name in named), strict=True))
    if REMAINING_WORKLOADS in colours.values():
        shown[REMAINING] = REMAINING_WORKLOADS
    if NODE_BOUND_PODS in colours.values():
        shown[NODE_BOUND] = NODE_BOUND_PODS
    return [Patch(color=colour, label=name) for name, colour in shown.items()]


def _node_curves(results: Sequence[Result]) -> Figure:
    widest = max(len(result.placement.cluster.nodes) for result in results)
    figure = _figure(1.75 * len(RESOURCES) + 0.5)
    grid = figure.subplots(len(RESOURCES), len(results), squeeze=False, sharex=True, sharey=True)
    for resource, line in zip(RESOURCES, grid, strict=True):
        for axes, result in zip(line, results, strict=True):
            bars = node_bars_of(result.placement, resource)
            draw_node_curve(axes, bars, strategy_colour(result.strategy), widest)
            if resource == RESOURCES[0]:
                _name_strategy(axes, result)
            if resource == RESOURCES[-1]:
                axes.set_xlabel("nodes, the fullest first", color=QUIET)
        line[0].set_ylabel(f"{resource} requested")
    return figure


def _priorities(comparison: Comparison) -> Iterator[Picture]:
    tiers = tiers_of(comparison.scenario.cluster, comparison.results)
    if not tiers:
        return
    strategies = [result.strategy for result in comparison.results]
    figure = _figure(0.75 + len(tiers) * (0.2 * len(strategies) + 0.1))
    axes = figure.subplots()
    draw_placed_per_priority(axes, tiers, strategies)
    handles = [Patch(color=strategy_colour(name), label=name) for name in strategies]
    figure.legend(handles=handles, loc="outside upper left", ncols=len(handles), handlelength=1.2)
    yield _picture("priorities", "Pods placed per priority", captions.PRIORITIES, figure)


def _cost(comparison: Comparison) -> Iterator[Picture]:
    results = comparison.results
    used = [(result.strategy, float(len(result.placement.used))) for result in results]
    costs = [(result.strategy, cost_per_hour(result.placement)) for result in results]
    priced = any(cost is not None for _, cost in costs)
    figure = _figure(0.55 + 0.34 * len(results))
    left, *right = figure.subplots(1, 2 if priced else 1, squeeze=False, sharey=True)[0]
    draw_amounts(left, used, "nodes used", "{:,.0f}")
    whole_numbers(left.xaxis)
    for axes in right:
        hourly = [(strategy, None if cost is None else float(cost)) for strategy, cost in costs]
        draw_amounts(axes, hourly, "cost per hour", "{:,.2f}")
    if priced:
        yield _picture("cost", "Nodes used, and what they cost", f"{captions.NODES_USED} {captions.COST}", figure)
    else:
        yield _picture("cost", "Nodes used", captions.NODES_USED, figure)


def _search(comparison: Comparison) -> Iterator[Picture]:
    searching = [result for result in comparison.results if result.progress]
    for result in searching:
        found = searches_of(result)
        shown = worth_showing(found, MOST_SEARCHES)
        until = max((search.seconds[-1] for search in found), default=0.0)
        figure = _figure(2.4)
        for axes, search in zip(figure.subplots(1, len(shown), squeeze=False)[0], shown, strict=True):
            draw_incumbent_and_bound(axes, search, strategy_colour(result.strategy), until)
        name = "search" if len(searching) == 1 else f"search-{result.strategy}"
        caption = captions.search(len(shown), len(found))
        yield _picture(name, f"The search of {result.strategy}", caption, figure)


def _zones(comparison: Comparison) -> Iterator[Picture]:
    rows = [zone_rows_of(result.placement) for result in comparison.results]
    if not any(rows):
        return
    highest = max((count for some in rows for row in some for count in row.counts), default=0)
    widest = max((len(row.counts) for some in rows for row in some), default=0)
    tallest = max(len(some) for some in rows)
    figure = _figure(0.75 + 0.36 * max(2, tallest))
    line = figure.subplots(1, len(rows), squeeze=False)[0]
    for axes, some, result in zip(line, rows, comparison.results, strict=True):
        image = draw_zone_heat_map(axes, some, highest, widest)
        _name_strategy(axes, result)
    bar = figure.colorbar(image, ax=list(line), shrink=0.9, pad=0.01, aspect=12)
    bar.set_label("pods", color=QUIET)
    bar.outline.set_visible(False)
    whole_numbers(bar.ax.yaxis)
    yield _picture("zones", "Pods per zone and node", captions.ZONES, figure)


def _name_strategy(axes: Axes, result: Result) -> None:
    axes.set_title(result.strategy, color=strategy_colour(result.strategy))


def _figure(height: float) -> Figure:
    return Figure(figsize=(WIDTH, height), dpi=DPI, layout="constrained")


def _picture(name: str, title: str, caption: str, figure: Figure) -> Picture:
    """Lay the figure out once and write it twice; saving in the usual way would lay it out four times."""
    png, svg = io.BytesIO(), io.BytesIO()
    agg = FigureCanvasAgg(figure)
    figure.draw_without_rendering()
    figure.set_layout_engine("none")
    agg.print_png(png, metadata={"Software": None})  # type: ignore[no-untyped-call]
    FigureCanvasSVG(figure).print_svg(svg, metadata={"Date": None})  # type: ignore[no-untyped-call]
    return Picture(name, title, caption, png.getvalue(), svg.getvalue())
