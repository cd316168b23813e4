"""Figures of one width, and a finished one as files."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from solver.report.plots.style import strategy_colour

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from solver.result import Result

WIDTH = 10.0
"""Of every picture, in inches."""

DPI = 144


@dataclass(frozen=True)
class Picture:
    """One drawn picture: ``name`` is its file's, ``caption`` says what to see."""

    name: str
    title: str
    caption: str
    png: bytes
    svg: bytes


def name_strategy(axes: Axes, result: Result) -> None:
    """The strategy above its column, in its colour."""
    axes.set_title(result.strategy, color=strategy_colour(result.strategy))


def new_figure(height: float) -> Figure:
    """Inches high."""
    return Figure(figsize=(WIDTH, height), dpi=DPI, layout="constrained")


def finished(name: str, title: str, caption: str, figure: Figure) -> Picture:
    """Lay the figure out once and write it twice; saving in the usual way would lay it out four times."""
    png, svg = io.BytesIO(), io.BytesIO()
    agg = FigureCanvasAgg(figure)
    figure.draw_without_rendering()
    figure.set_layout_engine("none")
    agg.print_png(png, metadata={"Software": None})  # type: ignore[no-untyped-call]
    FigureCanvasSVG(figure).print_svg(svg, metadata={"Date": None})  # type: ignore[no-untyped-call]
    return Picture(name, title, caption, png.getvalue(), svg.getvalue())
