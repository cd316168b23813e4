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

    from solver.report.node_sizes.tables import Table
    from solver.report.plots.canvas import Picture
    from solver.studies.node_sizes import NodeSizes

_Part = tuple["Picture | None", "Table | None", list[bool]]
_DRAWN = {"single-types": "money", "front": "front", "nodes": "nodes"}
"""Of a table, the picture that shows it."""
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
        sections=_sections(list(tables(study)), {picture.name: picture for picture in pictures}),
        most_rows=MOST_ROWS,
        style=style,
        command=command,
        version=version,
    )


def _sections(found: Sequence[Table], drawn: dict[str, Picture]) -> list[tuple[str, list[_Part]]]:
    """Titles, and below each a picture, a table, or a picture with the table that it shows."""
    sections: list[tuple[str, list[_Part]]] = []
    left = dict(drawn)
    for table in found:
        picture = left.pop(_DRAWN.get(table.name, ""), None)
        texts = [unit is Unit.TEXT for unit in table.columns.values()]
        parts: list[_Part] = [(None, table, texts)]
        sections.append((picture.title, [(picture, None, []), *parts]) if picture else (table.title, parts))
    return sections + [(picture.title, [(picture, None, [])]) for picture in left.values()]


def _facts(study: NodeSizes) -> list[tuple[str, str]]:
    """The size of the question, figure and noun."""
    workloads = study.task.workloads
    return [
        (f"{len(workloads.pending):,}", "pods"),
        (f"{len(workloads.daemon_sets):,}", "DaemonSets"),
        (f"{len(study.task.offers):,}", "offers"),
        (f"{len(study.task.offers[0].templates):,}", "zones"),
    ]
