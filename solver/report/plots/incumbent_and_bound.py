"""How a level's incumbent fell and its bound rose while a strategy searched."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from solver.report.plots.style import QUIET, grid_along
from solver.report.wording import level_title

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from solver.objectives.question import Level
    from solver.result import Progress


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


def searches_of(progress: Sequence[Progress]) -> list[Search]:
    """One search per level, in the order in which the levels were worked on."""
    moments: dict[Level, list[Progress]] = {}
    for moment in progress:
        moments.setdefault(moment.level, []).append(moment)
    return [_search(level, sorted(found, key=lambda moment: moment.seconds)) for level, found in moments.items()]


def _search(level: Level, moments: Sequence[Progress]) -> Search:
    return Search(
        level,
        tuple(moment.seconds for moment in moments),
        tuple(float(moment.value) for moment in moments),
        tuple(None if moment.bound is None else float(moment.bound) for moment in moments),
    )


def draw_incumbent_and_bound(axes: Axes, search: Search, colour: str, until: float) -> None:
    """Steps over time: the incumbent from above, the bound from below, the gap shaded; ``until`` ends the axis."""
    end = max(until, search.seconds[-1])
    seconds = [*search.seconds, end]
    values = [*search.values, search.values[-1]]
    bounds = [float("nan") if bound is None else bound for bound in (*search.bounds, search.bounds[-1])]
    axes.fill_between(seconds, bounds, values, step="post", color=colour, alpha=0.12, linewidth=0)
    axes.step(seconds, bounds, where="post", color=QUIET, linewidth=1.3, linestyle=(0, (4, 2)))
    axes.step(seconds, values, where="post", color=colour, linewidth=2)
    axes.plot(search.seconds, search.values, linestyle="none", marker="o", markersize=3, color=colour)
    axes.set_title(level_title(search.level))
    axes.set_title(search.outcome, loc="right", color=QUIET, fontsize=8, fontweight="normal")
    axes.set_xlim(0, end * 1.02 or 1)
    axes.set_xlabel("seconds", color=QUIET)
    axes.margins(y=0.12)
    grid_along(axes, "y")
