"""How a level's incumbent fell and its bound rose while a strategy searched."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from solver.report.plots.style import QUIET, few_ticks, grid_along
from solver.report.wording import level_title

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from solver.objectives.question import Level
    from solver.result import LevelResult, Progress, Result


@dataclass(frozen=True, slots=True)
class Search:
    """The moments of one level, in order of time: seconds, incumbent, bound (None: none yet)."""

    level: Level
    seconds: tuple[float, ...]
    values: tuple[float, ...]
    bounds: tuple[float | None, ...]

    @property
    def outcome(self) -> str:
        """What it came to, in words."""
        value, bound = self.values[-1], self.bounds[-1]
        if bound is None:
            return f"{value:,.6g}, no bound"
        return f"{value:,.6g}, proven" if value == bound else f"{value:,.6g}, bound {bound:,.6g}"

    @property
    def spread(self) -> float:
        """How much there is to see: the widest gap, as a share of the first value."""
        gaps = [value - bound for value, bound in zip(self.values, self.bounds, strict=True) if bound is not None]
        fall = self.values[0] - self.values[-1]
        return max([fall, *gaps]) / (abs(self.values[0]) or 1)


def searches_of(result: Result) -> list[Search]:
    """One search per level that the strategy told of, in the order worked on, each up to what it came to in the end."""
    moments: dict[Level, list[Progress]] = {}
    for moment in result.progress:
        moments.setdefault(moment.level, []).append(moment)
    final = {level.level: level for level in result.levels}
    return [
        _search(level, found, final[level], result.runtime.solve) for level, found in moments.items() if level in final
    ]


def _search(level: Level, moments: Sequence[Progress], final: LevelResult, end: float) -> Search:
    told = sorted(moments, key=lambda moment: moment.seconds)
    seconds = [moment.seconds for moment in told]
    values = [*(moment.value for moment in told), final.value]
    bounds = [*(moment.bound for moment in told), final.bound]
    return Search(
        level,
        (*seconds, max(end, seconds[-1])),
        tuple(float(value) for value in values),
        tuple(None if bound is None else float(bound) for bound in bounds),
    )


def worth_showing(searches: Sequence[Search], most: int) -> list[Search]:
    """Those with the most to see, in their order; where nothing ever changed, one that is not zero, or the last."""
    lively = sorted((search for search in searches if search.spread), key=lambda search: -search.spread)[:most]
    quiet = [search for search in searches if search.values[-1]] or list(searches)
    chosen = lively or quiet[-1:]
    return [search for search in searches if search in chosen]


def draw_incumbent_and_bound(axes: Axes, search: Search, colour: str, until: float) -> None:
    """Steps over time: the incumbent from above, the bound from below, the gap shaded; ``until`` ends the axis."""
    bounds = [float("nan") if bound is None else bound for bound in search.bounds]
    axes.fill_between(search.seconds, bounds, search.values, step="post", color=colour, alpha=0.12, linewidth=0)
    axes.step(search.seconds, bounds, where="post", color=QUIET, linewidth=1.3, linestyle=(0, (4, 2)))
    axes.step(search.seconds, search.values, where="post", color=colour, linewidth=2)
    axes.plot(search.seconds, search.values, linestyle="none", marker="o", markersize=3, color=colour)
    axes.set_title(level_title(search.level), pad=19)
    axes.annotate(search.outcome, (0, 1), (0, 5), "axes fraction", "offset points", color=QUIET, fontsize=8)
    axes.set_xlim(0, until * 1.02 or 1)
    axes.set_ylim(*_limits([*search.values, *(bound for bound in search.bounds if bound is not None)]))
    axes.set_xlabel("seconds", color=QUIET)
    for axis in (axes.xaxis, axes.yaxis):
        few_ticks(axis)
    grid_along(axes, "y")


def _limits(amounts: Sequence[float]) -> tuple[float, float]:
    """From zero where that does not flatten everything, with some air."""
    lowest, highest = min(amounts), max(amounts)
    if highest == lowest or lowest < highest / 2:
        return 0, highest * 1.15 or 1
    air = (highest - lowest) * 0.12
    return lowest - air, highest + air
