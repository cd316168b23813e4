"""How a level's incumbent fell and its bound rose while a strategy searched."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

from solver.report.plots.style import QUIET, few_ticks, grid_along

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from solver.objectives.question import Level
    from solver.result import LevelResult, Progress, Result


@dataclass(frozen=True, slots=True)
class Search:
    """The moments of one level, in order of time: seconds, incumbent, bound.

    ``told``: the bounds that the strategy has spoken of; before the first one the bound is 0, as nothing is negative. A
    strategy without bounds has none anywhere.
    """

    level: Level
    seconds: tuple[float, ...]
    values: tuple[float, ...]
    bounds: tuple[float, ...]
    told: tuple[float, ...]

    @property
    def outcome(self) -> str:
        """What it came to, in words."""
        value = self.values[-1]
        if not self.bounds:
            return f"{value:,.6g}, no bound"
        return f"{value:,.6g}, proven" if value == self.bounds[-1] else f"{value:,.6g}, bound {self.bounds[-1]:,.6g}"

    @property
    def spread(self) -> float:
        """How much there is to see: how far the value fell, or the widest gap told, as a share of the first value."""
        gap = self.values[0] - min(self.told, default=self.values[0])
        return max(self.values[0] - self.values[-1], gap) / (self.values[0] or 1)


def searches_of(result: Result) -> list[Search]:
    """One search per level that the strategy told of, in the order worked on, each up to what it came to in the end."""
    moments: dict[Level, list[Progress]] = {}
    for moment in sorted(result.progress, key=lambda moment: moment.seconds):
        moments.setdefault(moment.level, []).append(moment)
    final = {level.level: level for level in result.levels}
    return [
        _search(_since_last_rise(found, final[level]), final[level], result.runtime.solve)
        for level, found in moments.items()
        if level in final
    ]


def _since_last_rise(moments: Sequence[Progress], final: LevelResult) -> Sequence[Progress]:
    """The moments from which on the value only falls: it rises where an earlier level got better at its expense."""
    values = [*(moment.value for moment in moments), final.value]
    rises = [number for number in range(1, len(values)) if values[number] > values[number - 1]]
    return moments[rises[-1] :] if rises else moments


def _search(moments: Sequence[Progress], final: LevelResult, end: float) -> Search:
    seconds = [moment.seconds for moment in moments]
    told = [] if final.bound is None else [moment.bound for moment in moments if moment.bound is not None]
    bounds = [] if final.bound is None else [*accumulate((moment.bound or 0 for moment in moments), max), final.bound]
    return Search(
        final.level,
        (*seconds, max([end, *seconds])),
        tuple(float(value) for value in (*(moment.value for moment in moments), final.value)),
        tuple(float(min(bound, bounds[-1])) for bound in bounds),
        tuple(float(min(bound, bounds[-1])) for bound in told),
    )


def worth_showing(searches: Sequence[Search], most: int) -> list[Search]:
    """Those with the most to see, in their order; what was zero from the beginning is not among them."""
    lively = [search for search in searches if search.values[0]]
    chosen = sorted(lively, key=lambda search: -search.spread)[:most]
    return [search for search in lively if search in chosen]


def draw_incumbent_and_bound(axes: Axes, search: Search, colour: str, until: float) -> None:
    """Steps over time: the incumbent from above, the bound from below, the gap shaded; ``until`` ends the axis."""
    if search.bounds:
        axes.fill_between(
            search.seconds, search.bounds, search.values, step="post", color=colour, alpha=0.12, linewidth=0
        )
        axes.step(search.seconds, search.bounds, where="post", color=QUIET, linewidth=1.3, linestyle=(0, (4, 2)))
    axes.step(search.seconds, search.values, where="post", color=colour, linewidth=2)
    axes.plot(search.seconds, search.values, linestyle="none", marker="o", markersize=3, color=colour)
    axes.set_title(str(search.level), pad=19)
    axes.annotate(search.outcome, (0, 1), (0, 5), "axes fraction", "offset points", color=QUIET, fontsize=8)
    axes.set_xlim(0, until * 1.02 or 1)
    axes.set_ylim(*_limits([*search.values, *search.told]))
    axes.set_xlabel("seconds", color=QUIET)
    few_ticks(axes.xaxis)
    few_ticks(axes.yaxis, whole=all(value.is_integer() for value in search.values))
    grid_along(axes, "y")


def _limits(amounts: Sequence[float]) -> tuple[float, float]:
    """From zero where that does not flatten everything, with some air."""
    lowest, highest = min(amounts), max(amounts)
    if highest == lowest or lowest <= highest / 2:
        return 0, highest * 1.15 or 1
    air = (highest - lowest) * 0.12
    return lowest - air, highest + air
