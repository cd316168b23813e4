"""One quantity, such as nodes used or cost per hour, for each strategy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.report.plots.style import QUIET, grid_along, strategy_colour

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes


def draw_amounts(
    axes: Axes, strategies: Sequence[str], amounts: Sequence[float | None], words: Sequence[str], title: str
) -> None:
    """A horizontal bar per strategy with its amount in words at its end; None is not known."""
    highest = max((amount for amount in amounts if amount is not None), default=0) or 1
    for row, (strategy, amount, text) in enumerate(zip(strategies, amounts, words, strict=True)):
        axes.barh(row, amount or 0, height=0.62, color=strategy_colour(strategy))
        axes.annotate(text, (amount or 0, row), xytext=(5, 0), textcoords="offset points", va="center", fontsize=9)
    axes.set_yticks(range(len(amounts)), strategies)
    axes.set_ylim(len(amounts) - 0.5, -0.5)
    axes.set_xlim(0, highest * 1.2)
    axes.set_title(title)
    axes.xaxis.set_major_formatter(lambda amount, _: f"{amount:,.6g}")
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="x", labelcolor=QUIET)
    grid_along(axes, "x")
