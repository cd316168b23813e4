"""Cost against blast radius: the front of the cheapest mixes, and single types around it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.ticker import FixedLocator, NullLocator

from solver.report.plots.node_sizes.labels import name_marks
from solver.report.plots.style import INK, OUTLINE, QUIET
from solver.studies.node_sizes.mix import per_month
from solver.studies.node_sizes.risk import Part, blast_radius

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from solver.report.plots.node_sizes.labels import Box
    from solver.studies.node_sizes.front import Point
    from solver.studies.node_sizes.sweep import Single

FRONT, SINGLE = "#0072B2", "#E69F00"
_WIDE = 2.2
"""Single types that cost more than so many times the front's dearest mix would only press the rest together."""
_BESIDE = 1.75
"""Times the largest share: there is room for names beside what loses most."""
_BASES, _MORE_BASES = (1, 1.5, 2, 3, 5, 7), (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 7, 8)
"""Of the ticks of costs, and where these lie close together."""
_CLOSE = 4
"""Times the least cost."""
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
    alone = [single for single in _alone(singles) if single[2] <= limit]
    axes.plot([share for _, share, _ in alone], [cost for *_, cost in alone], "D", color=SINGLE, markersize=4, zorder=1)
    most = max(share for share in (*shares, *(share for _, share, _ in alone)))
    _scales(axes, (min(shares) * 0.8, most * _BESIDE), (min(bounds) * 0.85, limit * 1.15))
    marks = [(share, cost, share, cost) for _, share, cost in alone]
    name_marks(_laid_out(axes), alone, [*marks, *_steps(shares, costs, bounds)], QUIET)


def _scales(axes: Axes, shares: tuple[float, float], costs: tuple[float, float]) -> None:
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.xaxis.set_major_locator(FixedLocator(_TICKS))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(lambda share, _: f"{share:g} %")
    bases = _BASES if costs[1] > _CLOSE * costs[0] else _MORE_BASES
    axes.yaxis.set_major_locator(FixedLocator([base * 10**power for power in range(7) for base in bases]))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_formatter(lambda cost, _: f"{cost:,.0f}")
    axes.set_xlim(*shares)
    axes.set_ylim(*costs)
    axes.set_xlabel("share of all pods lost with one node", color=QUIET)
    axes.set_ylabel("USD a month", color=QUIET)
    axes.grid(color=OUTLINE, alpha=0.35)
    axes.tick_params(length=0, labelcolor=INK)


def _laid_out(axes: Axes) -> Axes:
    """The axes, at their place in the figure."""
    axes.get_figure(root=True).draw_without_rendering()  # type: ignore[union-attr]
    return axes


def _steps(shares: Sequence[float], costs: Sequence[float], bounds: Sequence[float]) -> list[Box]:
    """The front's marks, whiskers and lines, as boxes without width."""
    found = [(share, bound, share, cost) for share, cost, bound in zip(shares, costs, bounds, strict=True)]
    for at in range(len(shares) - 1):
        found.append((shares[at], costs[at], shares[at + 1], costs[at]))
        found.append((shares[at + 1], costs[at], shares[at + 1], costs[at + 1]))
    return found


def _alone(singles: Sequence[Single]) -> list[tuple[str, float, float]]:
    """Name, percent of the pods lost with a node and USD a month of each single type, the cheapest first."""
    known = [(single.offer.title, single.mix) for single in singles if single.mix is not None]
    found = [
        (title, float(blast_radius(mix, Part.NODE).pods) * 100, float(per_month(mix.cost))) for title, mix in known
    ]
    return sorted(found, key=lambda entry: entry[2])
