"""The files of a comparison: table, results, pictures, report."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from solver.report.result_file import result_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from solver.compare.comparison import Comparison


def comparison_files(comparison: Comparison, command: str = "") -> Iterator[tuple[str, str | bytes]]:
    """Name and content of each file, the quickest to make first; ``command`` is the one that makes them again."""
    from solver import __version__
    from solver.report.html import report_html
    from solver.report.plots.pictures import pictures

    yield "comparison.csv", comparison_csv(comparison)
    for result in comparison.results:
        yield f"result-{result.strategy}.json", result_text(result)
    drawn = pictures(comparison)
    for picture in drawn:
        yield f"{picture.name}.png", picture.png
        yield f"{picture.name}.svg", picture.svg
    yield "report.html", report_html(comparison, drawn, command, __version__)


def comparison_csv(comparison: Comparison) -> str:
    """One row per strategy, one column per measure; shares as fractions, what is not known left empty."""
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\n")
    lines.writerow(["strategy", *comparison.values])
    for result, *values in zip(comparison.results, *comparison.values.values(), strict=True):
        lines.writerow([result.strategy, *(f"{value:.10g}" if isinstance(value, float) else value for value in values)])
    return text.getvalue()
