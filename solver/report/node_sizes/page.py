"""The study as one self-contained HTML file: nothing is fetched, nothing is executed."""

from __future__ import annotations

from base64 import b64encode
from importlib import resources
from typing import TYPE_CHECKING

from jinja2 import Environment, StrictUndefined

from solver.report.node_sizes.tables import Unit, tables
from solver.report.node_sizes.text import headline

if TYPE_CHECKING:
    from collections.abc import Sequence

    from solver.report.plots.canvas import Picture
    from solver.studies.node_sizes import NodeSizes

MOST_ROWS = 60
"""Rows of a table on the page; its file has all."""


def page(study: NodeSizes, pictures: Sequence[Picture], command: str = "", version: str = "") -> str:
    """The whole page. ``command`` is the one that makes the report again."""
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters["image"] = lambda picture: f"data:image/svg+xml;base64,{b64encode(picture.svg).decode()}"
    template = environment.from_string(
        resources.files(__package__).joinpath("page.html.jinja").read_text(encoding="utf-8")
    )
    style = resources.files("solver.report.html").joinpath("report.css").read_text(encoding="utf-8")
    return template.render(
        study=study,
        headline=headline(study),
        facts=_facts(study),
        tables=[(table, [unit is Unit.TEXT for unit in table.columns.values()]) for table in tables(study)],
        most_rows=MOST_ROWS,
        pictures=pictures,
        style=style,
        command=command,
        version=version,
    )


def _facts(study: NodeSizes) -> list[tuple[str, str]]:
    """The size of the question, figure and noun."""
    workloads = study.task.workloads
    return [
        (f"{len(workloads.pending):,}", "pods"),
        (f"{len(workloads.daemon_sets):,}", "DaemonSets"),
        (f"{len(study.task.offers):,}", "offers"),
        (f"{len(study.task.offers[0].templates):,}", "zones"),
    ]
