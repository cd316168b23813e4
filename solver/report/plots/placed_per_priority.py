"""Pods placed in each priority tier, strategy by strategy, against all that wanted a place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from solver.compare.pods import placed, priorities, wanted
from solver.report.plots.style import EMPTY, INK, OUTLINE, QUIET, grid_along, strategy_colour, whole_numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from solver.cluster.cluster import Cluster
    from solver.result import Result

GROUP = 0.8
"""The part of a tier's room that its bars take."""


MOST_TIERS = 12
"""Lower tiers than the first so many are drawn as one."""


@dataclass(frozen=True, slots=True)
class Tier:
    """One priority, or all lower ones: its pods, and how many of them each strategy places, in their order."""

    title: str
    wanted: int
    placed: tuple[int, ...]


def tiers_of(cluster: Cluster, results: Sequence[Result]) -> list[Tier]:
    """The tiers from the top."""
    tiers = [
        Tier(f"priority {tier:,}", len(wanted(cluster, tier)), tuple(placed(cluster, each, tier) for each in results))
        for tier in priorities(cluster)
    ]
    return tiers if len(tiers) <= MOST_TIERS else [*tiers[: MOST_TIERS - 1], _together(tiers[MOST_TIERS - 1 :])]


def _together(tiers: Sequence[Tier]) -> Tier:
    per_strategy = zip(*(tier.placed for tier in tiers), strict=True)
    everybody = sum(tier.wanted for tier in tiers)
    return Tier(f"{len(tiers):,} lower priorities", everybody, tuple(sum(counts) for counts in per_strategy))


def draw_placed_per_priority(axes: Axes, tiers: Sequence[Tier], strategies: Sequence[str]) -> None:
    """Horizontal bars, one group per tier; the pale bar behind is everyone who wanted a place."""
    height = GROUP / max(1, len(strategies))
    for row, tier in enumerate(tiers):
        for number, strategy in enumerate(strategies):
            y = row - GROUP / 2 + (number + 0.5) * height
            axes.barh(y, tier.wanted, height=height * 0.86, color=EMPTY, edgecolor=OUTLINE, linewidth=0.6)
            axes.barh(y, tier.placed[number], height=height * 0.86, color=strategy_colour(strategy))
            axes.annotate(
                f"{tier.placed[number]:,} of {tier.wanted:,}",
                (tier.wanted, y),
                xytext=(4, 0),
                textcoords="offset points",
                va="center",
                fontsize=8,
                color=INK if tier.placed[number] == tier.wanted else "#B03A00",
            )
    axes.set_yticks(range(len(tiers)), [tier.title for tier in tiers])
    axes.set_ylim(len(tiers) - 0.5, -0.5)
    axes.set_xlim(0, max((tier.wanted for tier in tiers), default=1) * 1.18)
    axes.set_xlabel("pods", color=QUIET)
    axes.spines["left"].set_visible(False)
    whole_numbers(axes.xaxis)
    grid_along(axes, "x")
