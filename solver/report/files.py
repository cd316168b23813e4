"""The files of a comparison: table, results, pictures, report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.report.result_file import result_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from solver.compare.comparison import Comparison


def comparison_files(comparison: Comparison, command: str = "") -> Iterator[tuple[str, str | bytes]]:
    """Name and content of each file, the quickest to make first; ``command`` is the one that makes them again."""
    from solver import __version__
    from solver.report.html import report_html
    from solver.report.plots.pictures import pictures

    yield "comparison.csv", comparison_csv(comparison.table)
    for result in comparison.results:
        yield f"result-{result.strategy}.json", result_text(result)
    drawn = pictures(comparison)
    for picture in drawn:
        yield f"{picture.name}.png", picture.png
        yield f"{picture.name}.svg", picture.svg
    yield "report.html", report_html(comparison, drawn, command, __version__)


def comparison_csv(table: pd.DataFrame) -> str:
    """One row per strategy; shares as fractions, what is not known left empty."""
    text: str = table.to_csv(float_format="%.10g", lineterminator="\n")
    return text
