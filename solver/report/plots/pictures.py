"""The pictures of a comparison: which there are, how their axes are laid out, and what to see in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.patches import Patch

from solver.compare.nodes import cost_per_hour
from solver.report.plots import captions
from solver.report.plots.canvas import Picture, finished, name_strategy, new_figure
from solver.report.plots.incumbent_and_bound import draw_incumbent_and_bound, searches_of, worth_showing
from solver.report.plots.node_bars import (
    MOST_BARS,
)
from solver.report.plots.node_figures import node_bars_figure, node_curves_figure, node_names
from solver.report.plots.nodes_and_cost import draw_amounts
from solver.report.plots.placed_per_priority import draw_placed_per_priority, tiers_of
from solver.report.plots.style import (
    QUIET,
    strategy_colour,
    styled,
    whole_numbers,
)
from solver.report.plots.zone_heat_map import draw_zone_heat_map, zone_rows_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from solver.compare.comparison import Comparison

MOST_SEARCHES = 4
"""Levels whose search is drawn, those with the most to see."""


def pictures(comparison: Comparison) -> list[Picture]:
    """All pictures that this comparison has something to show in."""
    with styled():
        return [picture for draw in (_nodes, _priorities, _cost, _search, _zones) for picture in draw(comparison)]


def _nodes(comparison: Comparison) -> Iterator[Picture]:
    results = comparison.results
    number = len(node_names(results))
    if 0 < number <= MOST_BARS:
        yield finished("nodes", "Nodes and the pods on them", captions.NODE_BARS, node_bars_figure(results))
    elif number:
        yield finished("nodes", "How full the nodes are", captions.NODE_CURVES, node_curves_figure(results))


def _priorities(comparison: Comparison) -> Iterator[Picture]:
    tiers = tiers_of(comparison.scenario.cluster, comparison.results)
    if not tiers:
        return
    strategies = [result.strategy for result in comparison.results]
    figure = new_figure(0.75 + len(tiers) * (0.2 * len(strategies) + 0.1))
    axes = figure.subplots()
    draw_placed_per_priority(axes, tiers, strategies)
    handles = [Patch(color=strategy_colour(name), label=name) for name in strategies]
    figure.legend(handles=handles, loc="outside upper left", ncols=len(handles), handlelength=1.2)
    yield finished("priorities", "Pods placed per priority", captions.PRIORITIES, figure)


def _cost(comparison: Comparison) -> Iterator[Picture]:
    results = comparison.results
    used = [(result.strategy, float(len(result.placement.used))) for result in results]
    costs = [(result.strategy, cost_per_hour(result.placement)) for result in results]
    priced = any(cost is not None for _, cost in costs)
    figure = new_figure(0.55 + 0.34 * len(results))
    left, *right = figure.subplots(1, 2 if priced else 1, squeeze=False, sharey=True)[0]
    draw_amounts(left, used, "nodes used", "{:,.0f}")
    whole_numbers(left.xaxis)
    for axes in right:
        hourly = [(strategy, None if cost is None else float(cost)) for strategy, cost in costs]
        draw_amounts(axes, hourly, "cost per hour", "{:,.2f}")
    if priced:
        yield finished("cost", "Nodes used, and what they cost", f"{captions.NODES_USED} {captions.COST}", figure)
    else:
        yield finished("cost", "Nodes used", captions.NODES_USED, figure)


def _search(comparison: Comparison) -> Iterator[Picture]:
    searching = [result for result in comparison.results if result.progress]
    for result in searching:
        found = searches_of(result)
        shown = worth_showing(found, MOST_SEARCHES)
        until = max((search.seconds[-1] for search in found), default=0.0)
        figure = new_figure(2.4)
        for axes, search in zip(figure.subplots(1, len(shown), squeeze=False)[0], shown, strict=True):
            draw_incumbent_and_bound(axes, search, strategy_colour(result.strategy), until)
        name = "search" if len(searching) == 1 else f"search-{result.strategy}"
        caption = captions.search(len(shown), len(found))
        yield finished(name, f"The search of {result.strategy}", caption, figure)


def _zones(comparison: Comparison) -> Iterator[Picture]:
    rows = zone_rows_of([result.placement for result in comparison.results])
    if not any(rows):
        return
    highest = max((count for some in rows for row in some for count in row.counts), default=0)
    widest = max((len(row.counts) for some in rows for row in some), default=0)
    tallest = max(len(some) for some in rows)
    figure = new_figure(0.75 + 0.36 * max(2, tallest))
    line = figure.subplots(1, len(rows), squeeze=False)[0]
    for axes, some, result in zip(line, rows, comparison.results, strict=True):
        image = draw_zone_heat_map(axes, some, highest, widest)
        name_strategy(axes, result)
    bar = figure.colorbar(image, ax=list(line), shrink=0.9, pad=0.01, aspect=12)
    bar.set_label("pods", color=QUIET)
    bar.outline.set_visible(False)
    whole_numbers(bar.ax.yaxis)
    yield finished("zones", "Pods per zone and node", captions.ZONES, figure)
