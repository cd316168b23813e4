"""The pictures of a comparison: which there are, how their axes are laid out, and what to see in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.patches import Patch

from solver.compare.nodes import cost_per_hour
from solver.report.plots import alternatives, captions
from solver.report.plots.canvas import Picture, finished, name_strategy, new_figure
from solver.report.plots.colouring import colouring_of
from solver.report.plots.incumbent_and_bound import draw_incumbent_and_bound, searches_of, worth_showing
from solver.report.plots.node_figures import node_bars_figure, node_curves_figure, node_names
from solver.report.plots.nodes_and_cost import draw_amounts
from solver.report.plots.placed_per_priority import draw_placed_per_priority, tiers_of
from solver.report.plots.style import QUIET, strategy_colour, styled, whole_numbers
from solver.report.plots.zone_heat_map import draw_zone_heat_map, zone_rows_of
from solver.report.wording import prices

if TYPE_CHECKING:
    from collections.abc import Iterator

    from solver.compare.comparison import Comparison

MOST_BARS = 40
"""More nodes than this are drawn as a curve."""

MOST_SEARCHES = 3
"""Levels whose search is drawn, those with the most to see."""


def pictures(comparison: Comparison) -> list[Picture]:
    """All pictures that this comparison has something to show in."""
    with styled():
        return [picture for draw in (_nodes, _priorities, _cost, _search, _zones) for picture in draw(comparison)]


def _nodes(comparison: Comparison) -> Iterator[Picture]:
    results, resources = comparison.results, comparison.resources
    number = len(node_names(results))
    alt = alternatives.nodes(results, resources)
    if 0 < number <= MOST_BARS:
        colouring = colouring_of(max((result.placement for result in results), key=lambda each: len(each.cluster.pods)))
        caption = captions.node_bars(resources, by_workload=colouring.by_workload)
        figure = node_bars_figure(results, resources, colouring)
        yield finished("nodes", "Nodes and the pods on them", caption, alt, figure)
    elif number:
        figure = node_curves_figure(results, resources)
        yield finished("nodes", "How full the nodes are", captions.node_curves(resources), alt, figure)


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
    alt = alternatives.priorities(tiers, strategies)
    yield finished("priorities", "Pods placed per priority", captions.PRIORITIES, alt, figure)


def _cost(comparison: Comparison) -> Iterator[Picture]:
    placements = [result.placement for result in comparison.results]
    strategies = [result.strategy for result in comparison.results]
    used = [len(placement.used) for placement in placements]
    costs = [None if cost is None else float(cost) for cost in map(cost_per_hour, placements)]
    priced = any(cost is not None for cost in costs)
    figure = new_figure(0.55 + 0.34 * len(strategies))
    left, *right = figure.subplots(1, 2 if priced else 1, squeeze=False, sharey=True)[0]
    draw_amounts(left, strategies, used, [f"{number:,}" for number in used], "nodes used")
    whole_numbers(left.xaxis)
    for axes in right:
        draw_amounts(axes, strategies, costs, prices(costs), "cost per hour")
    title = "Nodes used, and what they cost" if priced else "Nodes used"
    caption = f"{captions.NODES_USED} {captions.COST}" if priced else captions.NODES_USED
    yield finished("cost", title, caption, alternatives.cost(strategies, used, costs), figure)


def _search(comparison: Comparison) -> Iterator[Picture]:
    searching = [result for result in comparison.results if result.progress]
    for result in searching:
        found = searches_of(result)
        shown = worth_showing(found, MOST_SEARCHES)
        if not shown:
            continue
        until = max(search.seconds[-1] for search in found)
        figure = new_figure(2.4)
        for axes, search in zip(figure.subplots(1, len(shown), squeeze=False)[0], shown, strict=True):
            draw_incumbent_and_bound(axes, search, strategy_colour(result.strategy), until)
        name = "search" if len(searching) == 1 else f"search-{result.strategy}"
        caption = captions.search(len(shown), len(found))
        yield finished(name, f"The search of {result.strategy}", caption, alternatives.search(shown), figure)


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
    alt = alternatives.zones([result.strategy for result in comparison.results], rows)
    yield finished("zones", "Pods per zone and node", captions.ZONES, alt, figure)
