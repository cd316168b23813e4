"""Where the money goes: a bar per mix, as long as it costs a month, in four pieces."""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.report.plots.style import INK, QUIET, grid_along
from solver.report.wording import share
from solver.studies.node_sizes.mix import per_month
from solver.studies.node_sizes.money import money

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from solver.studies.node_sizes.mix import Mix

PIECES = {"requested": "#0072B2", "DaemonSets": "#009E73", "kept by nodes": "#E69F00", "stranded": "#d5dbe1"}


def draw_money_bars(axes: Axes, names: Sequence[str], mixes: Sequence[Mix]) -> None:
    """The mixes from top to bottom; the whole price stands at the end of each bar, hatched where not proven."""
    for row, mix in enumerate(mixes):
        spent, left = money(mix), 0.0
        amounts = (spent.requested, spent.daemons, spent.reserved, spent.stranded)
        for amount, colour in zip(amounts, PIECES.values(), strict=True):
            width = float(per_month(amount))
            axes.barh(row, width, left=left, height=0.68, color=colour)
            left += width
        mark = "" if mix.proven else f" (gap {share(float(mix.gap))})"
        axes.annotate(
            f"{left:,.0f}{mark}", (left, row), (4, 0), textcoords="offset points", va="center", fontsize=8, color=INK
        )
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.set_xlim(0, max(float(per_month(mix.cost)) for mix in mixes) * 1.14)
    axes.set_xlabel("USD a month", color=QUIET)
    axes.xaxis.set_major_formatter(lambda amount, _: f"{amount:,.6g}")
    axes.spines["left"].set_visible(False)
    grid_along(axes, "x")
