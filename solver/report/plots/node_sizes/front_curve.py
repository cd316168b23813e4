"""Cost against blast radius: the front of the cheapest mixes, and single types around it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.ticker import FixedLocator, NullLocator

from solver.report.plots.style import INK, OUTLINE, QUIET
from solver.studies.node_sizes.mix import per_month
from solver.studies.node_sizes.risk import Part, blast_radius

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from solver.studies.node_sizes.front import Point
    from solver.studies.node_sizes.sweep import Single

FRONT, SINGLE = "#0072B2", "#E69F00"
_WIDE = 2.2
"""Single types that cost more than so many times the front's dearest mix would only press the rest together."""
_BESIDE, _ABOVE = 1.6, 1.12
"""Ratios of shares and of costs within which a second name would lie on the first."""
_TICKS = (1, 2, 5, 10, 20, 50, 100)


def draw_front(axes: Axes, points: Sequence[Point], singles: Sequence[Single]) -> None:
    """Shares of pods on a logarithmic axis; a whisker below a point reaches down to its bound."""
    shares = [float(point.lost) * 100 for point in points]
    costs = [float(per_month(point.mix.cost)) for point in points]
    bounds = [float(per_month(point.mix.bound)) for point in points]
    axes.step(shares, costs, where="post", color=FRONT, linewidth=1.2, alpha=0.5, zorder=2)
    axes.vlines(shares, bounds, costs, color=FRONT, linewidth=1.6, zorder=2)
    proven = [point.mix.proven for point in points]
    for share, cost, sure in zip(shares, costs, proven, strict=True):
        axes.plot(share, cost, "o", color=FRONT, markerfacecolor=FRONT if sure else "white", markersize=6, zorder=3)
    limit = max(costs) * 1.05 if len(costs) > 1 else max(costs) * _WIDE
    on_front, named = set(zip(shares, costs, strict=True)), list[tuple[float, float]]()
    for title, share, cost in _alone(singles):
        if cost <= limit:
            axes.plot(share, cost, "D", color=SINGLE, markersize=4, zorder=1)
            if (share, cost) not in on_front and not any(_close(share, cost, other) for other in named):
                axes.annotate(title, (share, cost), (6, -3), textcoords="offset points", fontsize=7.5, color=QUIET)
                named.append((share, cost))
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.xaxis.set_major_locator(FixedLocator(_TICKS))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(lambda share, _: f"{share:g} %")
    axes.yaxis.set_major_locator(
        FixedLocator([base * 10**power for power in range(7) for base in (1, 1.5, 2, 3, 5, 7)])
    )
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_formatter(lambda cost, _: f"{cost:,.0f}")
    axes.set_xlim(min(shares) * 0.8, 135)
    axes.set_ylim(min(bounds) * 0.85, limit * 1.15)
    axes.set_xlabel("share of all pods lost with one node", color=QUIET)
    axes.set_ylabel("USD a month", color=QUIET)
    axes.grid(color=OUTLINE, alpha=0.35)
    axes.tick_params(length=0, labelcolor=INK)


def _close(share: float, cost: float, other: tuple[float, float]) -> bool:
    """Whether two names would lie on one another; both axes are logarithmic."""
    return max(share, other[0]) < _BESIDE * min(share, other[0]) and max(cost, other[1]) < _ABOVE * min(cost, other[1])


def _alone(singles: Sequence[Single]) -> list[tuple[str, float, float]]:
    """Name, percent of the pods lost with a node and USD a month of each single type, the cheapest first."""
    known = [(single.offer.title, single.mix) for single in singles if single.mix is not None]
    found = [
        (title, float(blast_radius(mix, Part.NODE).pods) * 100, float(per_month(mix.cost))) for title, mix in known
    ]
    return sorted(found, key=lambda entry: entry[2])
