"""One quantity, such as nodes used or cost per hour, for each strategy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.report.plots.style import QUIET, grid_along, strategy_colour

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes


def draw_amounts(axes: Axes, amounts: Sequence[tuple[str, float | None]], title: str, pattern: str) -> None:
    """A horizontal bar per strategy, its amount at its end as ``pattern`` writes it; None is not known."""
    highest = max((amount for _, amount in amounts if amount is not None), default=0) or 1
    for row, (strategy, amount) in enumerate(amounts):
        axes.barh(row, amount or 0, height=0.62, color=strategy_colour(strategy))
        words = "not known" if amount is None else pattern.format(amount)
        axes.annotate(words, (amount or 0, row), xytext=(5, 0), textcoords="offset points", va="center", fontsize=9)
    axes.set_yticks(range(len(amounts)), [strategy for strategy, _ in amounts])
    axes.set_ylim(len(amounts) - 0.5, -0.5)
    axes.set_xlim(0, highest * 1.2)
    axes.set_title(title)
    axes.xaxis.set_major_formatter(lambda amount, _: f"{amount:,.6g}")
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="x", labelcolor=QUIET)
    grid_along(axes, "x")
