"""Figures of one width, and a finished one as files."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from solver.report.plots.style import strategy_colour

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from solver.result import Result

WIDTH = 10.0
"""Of every picture, in inches."""

DPI = 144

TITLE_PAD = 6
"""Points between axes and title."""


@dataclass(frozen=True)
class Picture:
    """One drawn picture: ``name`` is its file's, ``caption`` says how to read it, ``alt`` what it shows, in words."""

    name: str
    title: str
    caption: str
    alt: str
    png: bytes
    svg: bytes


def name_strategy(axes: Axes, result: Result) -> None:
    """The strategy above its column, with its colour; the name itself stays as dark as all text."""
    axes.set_title(f"    {result.strategy}", pad=TITLE_PAD)
    axes.annotate("■", (0, 1), (0, TITLE_PAD), "axes fraction", "offset points", color=strategy_colour(result.strategy))


def new_figure(height: float) -> Figure:
    """Inches high; neighbouring axes far enough apart for the outermost numbers of their scales."""
    return Figure(figsize=(WIDTH, height), dpi=DPI, layout=ConstrainedLayoutEngine(wspace=0.05))


def finished(name: str, title: str, caption: str, alt: str, figure: Figure) -> Picture:
    """Lay the figure out once and write it twice; saving in the usual way would lay it out four times."""
    png, svg = io.BytesIO(), io.BytesIO()
    agg = FigureCanvasAgg(figure)
    figure.draw_without_rendering()
    figure.set_layout_engine("none")
    words = {"Title": title, "Description": alt}
    agg.print_png(png, metadata=words | {"Software": None})  # type: ignore[no-untyped-call]
    FigureCanvasSVG(figure).print_svg(svg, metadata=words | {"Date": None})  # type: ignore[no-untyped-call]
    return Picture(name, title, caption, alt, png.getvalue(), svg.getvalue())
