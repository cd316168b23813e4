"""The files of a comparison: table, results, pictures, report."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

from solver.report.result_file import result_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from solver.compare.comparison import Comparison


def comparison_files(comparison: Comparison, command: str = "") -> Iterator[tuple[str, str | bytes]]:
    """Name and content of each file, the quickest to make first; ``command`` is the one that makes them again."""
    from solver import __version__
    from solver.report.html import report_html
    from solver.report.plots.pictures import pictures

    yield "comparison.csv", comparison_csv(comparison)
    names = result_names([result.strategy for result in comparison.results])
    for name, result in zip(names, comparison.results, strict=True):
        yield f"{name}.json", result_text(result)
    drawn = pictures(comparison)
    for picture in drawn:
        yield f"{picture.name}.png", picture.png
        yield f"{picture.name}.svg", picture.svg
    yield "report.html", report_html(comparison, drawn, command, __version__)


def result_names(strategies: Sequence[str]) -> list[str]:
    """File names without ending: ``result-cpsat``, or ``result-kube-scheduler-mine`` for one with a profile's path."""
    names: list[str] = []
    for strategy in strategies:
        name = f"result-{re.sub(r'[^A-Za-z0-9]+', '-', strategy.removesuffix('.yaml'))}"
        names.append(name if name not in names else f"{name}-{len(names)}")
    return names


def comparison_csv(comparison: Comparison) -> str:
    """One row per strategy, one column per measure; shares as fractions, what is not known left empty."""
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\n")
    lines.writerow(["strategy", *comparison.values])
    for result, *values in zip(comparison.results, *comparison.values.values(), strict=True):
        lines.writerow([result.strategy, *(f"{value:.10g}" if isinstance(value, float) else value for value in values)])
    return text.getvalue()
