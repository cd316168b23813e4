"""The files of a study: result, tables, node pools, pictures, report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.report.node_sizes.pools import pools_yaml
from solver.report.node_sizes.tables import tables
from solver.report.result_file import result_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from solver.studies.node_sizes import NodeSizes


def study_files(study: NodeSizes, command: str = "") -> Iterator[tuple[str, str | bytes]]:
    """Name and content of each file, the quickest to make first; ``command`` is the one that makes them again."""
    from solver import __version__
    from solver.report.node_sizes.page import page
    from solver.report.plots.node_sizes.pictures import pictures

    yield "result.json", result_text(study.mix.result)
    yield "pools.yaml", pools_yaml(study)
    for table in tables(study):
        yield f"{table.name}.csv", table.csv()
    drawn = pictures(study)
    for picture in drawn:
        yield f"{picture.name}.png", picture.png
        yield f"{picture.name}.svg", picture.svg
    yield "report.html", page(study, drawn, command, __version__)
