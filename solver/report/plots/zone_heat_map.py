"""Pods per zone and node: a row for each zone, a cell for each of its nodes, the darker the more pods."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from solver.report.plots.style import EMPTY, INK, PAPER

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.colors import Colormap
    from matplotlib.image import AxesImage

    from solver.placement import Placement

NO_ZONE = "no zone"
MOST_NUMBERS = 16
"""Cells carry their number as long as a row has no more than this many."""


@dataclass(frozen=True, slots=True)
class ZoneRow:
    """One zone and the number of pods on each of its nodes, most first."""

    zone: str
    counts: tuple[int, ...]


def zone_rows_of(placements: Sequence[Placement]) -> list[list[ZoneRow]]:
    """The rows of each placement: the zones of all of them by name, nodes without one last.

    DaemonSet and static pods do not count: they are everywhere.
    """
    counts = [_counts(placement) for placement in placements]
    zones = sorted({zone for some in counts for zone in some}, key=lambda zone: (zone == NO_ZONE, zone))
    return [[ZoneRow(zone, tuple(sorted(some.get(zone, ()), reverse=True))) for zone in zones] for some in counts]


def _counts(placement: Placement) -> dict[str, list[int]]:
    """Per zone, the pods on each node."""
    counts: dict[str, list[int]] = {}
    for node, pods in placement.pods_on.items():
        counts.setdefault(node.zone or NO_ZONE, []).append(sum(pod.movable for pod in pods))
    return counts


def draw_zone_heat_map(axes: Axes, rows: Sequence[ZoneRow], highest: int, widest: int) -> AxesImage:
    """One image; ``highest`` has the darkest colour and ``widest`` is the longest row, the same for all strategies."""
    cells = np.full((len(rows), max(1, widest)), np.nan)
    for number, row in enumerate(rows):
        cells[number, : len(row.counts)] = row.counts
    image = axes.imshow(cells, cmap=_colours(), vmin=0, vmax=max(1, highest), aspect="auto", interpolation="nearest")
    axes.set_yticks(range(len(rows)), [f"{row.zone}: {sum(row.counts):,}" for row in rows])
    axes.set_xticks([])
    axes.tick_params(length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)
    for border in range(1, len(rows)):
        axes.axhline(border - 0.5, color=PAPER, linewidth=3)
    if widest <= MOST_NUMBERS:
        _write_numbers(axes, rows, highest)
    return image


def _colours() -> Colormap:
    from matplotlib.colors import LinearSegmentedColormap

    return LinearSegmentedColormap.from_list("pods", [EMPTY, "#9ecae1", "#3182bd", "#08306b"]).with_extremes(bad=PAPER)


def _write_numbers(axes: Axes, rows: Sequence[ZoneRow], highest: int) -> None:
    for y, row in enumerate(rows):
        for x, count in enumerate(row.counts):
            colour = PAPER if count > highest * 0.55 else INK
            axes.text(x, y, f"{count}", ha="center", va="center", color=colour, fontsize=8)
    widest = max((len(row.counts) for row in rows), default=1)
    axes.set_xticks(np.arange(-0.5, widest), minor=True)
    axes.grid(which="minor", axis="x", color=PAPER, linewidth=2)
    axes.tick_params(which="minor", length=0)
