"""The pictures of a study: which there are, how their axes are laid out, and what to see in them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from solver.compare.requested import telling_resources
from solver.report.plots import captions
from solver.report.plots.canvas import Picture, finished, new_figure
from solver.report.plots.colouring import colouring_of
from solver.report.plots.node_figures import node_bars_figure, node_curves_figure
from solver.report.plots.node_sizes.front_curve import FRONT, SINGLE, draw_front
from solver.report.plots.node_sizes.money_bars import PIECES, draw_money_bars
from solver.report.plots.style import styled
from solver.studies.node_sizes.mix import per_month

if TYPE_CHECKING:
    from collections.abc import Iterator

    from solver.studies.node_sizes import NodeSizes
    from solver.studies.node_sizes.mix import Mix

MOST_BARS, FEWEST_BARS = 14, 5
"""Single types in the picture, the cheapest ones; the table has all."""
_WIDE = 4
"""So many times as dear as the mix are further ones at most: longer bars would only press the rest together."""
MOST_NODES = 40
"""More nodes than this are drawn as a curve."""

MONEY = (
    "Each bar is a mix, as long as it costs a month. Half of a node's price is taken to be for cpu, half for memory. "
    "Blue is what pods request; what DaemonSets and the nodes themselves take grows with the number of nodes; grey is "
    "bought and not asked for by anyone. The cheapest single types are shown."
)
FRONT_CAPTION = (
    "Each blue dot is the cheapest mix found for its blast radius; filled where that is proven, else with a line down "
    "to the bound. Diamonds run everything on one type, named where there is room. Left is safer, low is cheaper."
)


def pictures(study: NodeSizes) -> list[Picture]:
    """All pictures that this study has something to show in."""
    with styled():
        return [picture for draw in (_money, _front, _nodes) for picture in draw(study)]


def _money(study: NodeSizes) -> Iterator[Picture]:
    singles = sorted(
        ((single.offer.title, single.mix) for single in study.singles if single.mix is not None),
        key=lambda pair: pair[1].cost,
    )
    named: list[tuple[str, Mix]] = [("this mix", study.mix)]
    if study.mix is not study.free:
        named.append(("cheapest mix", study.free))
    named += [(f"best of {number} types", mix) for number, mix in study.few if number > 1 and mix is not study.free]
    widest = _WIDE * max(mix.cost for _, mix in named)
    named += [pair for at, pair in enumerate(singles[:MOST_BARS]) if at < FEWEST_BARS or pair[1].cost <= widest]
    figure = new_figure(0.9 + 0.27 * len(named))
    draw_money_bars(figure.subplots(), [name for name, _ in named], [mix for _, mix in named])
    handles = [Patch(color=colour, label=name) for name, colour in PIECES.items()]
    figure.legend(handles=handles, loc="outside upper left", ncols=len(handles), handlelength=1.2)
    alt = "; ".join(f"{name}: {float(per_month(mix.cost)):,.0f} USD a month" for name, mix in named)
    yield finished("money", "Where the money goes", MONEY, alt, figure)


def _front(study: NodeSizes) -> Iterator[Picture]:
    if len(study.front) < 2:
        return
    figure = new_figure(4.2)
    axes = figure.subplots()
    handles = [
        Line2D([], [], color=FRONT, marker="o", label="cheapest mix, proven"),
        Line2D([], [], color=FRONT, marker="o", markerfacecolor="white", label="cheapest mix found, line to its bound"),
        Line2D([], [], color=SINGLE, marker="D", markersize=4, linestyle="", label="one type alone"),
    ]
    figure.legend(handles=handles, loc="outside upper left", ncols=len(handles))
    draw_front(axes, study.front, study.singles)
    alt = "; ".join(
        f"{float(point.lost):.1%} of all pods on one node: {float(per_month(point.mix.cost)):,.0f} USD a month"
        for point in study.front
    )
    yield finished("front", "Cost against blast radius", FRONT_CAPTION, alt, figure)


def _nodes(study: NodeSizes) -> Iterator[Picture]:
    result = replace(study.mix.result, placement=study.mix.standing)
    resources = telling_resources([result.placement])
    alt = f"{len(study.mix.nodes):,} nodes and the pods on them"
    if len(study.mix.nodes) <= MOST_NODES:
        colouring = colouring_of(result.placement)
        caption = captions.node_bars(resources, by_workload=colouring.by_workload)
        figure = node_bars_figure([result], resources, colouring, named=False)
        yield finished("nodes", "The nodes and their pods", caption, alt, figure)
    else:
        figure = node_curves_figure([result], resources, named=False)
        yield finished("nodes", "How full the nodes are", captions.node_curves(resources), alt, figure)
