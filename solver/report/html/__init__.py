"""A comparison as one self-contained HTML file: nothing is fetched, nothing is executed."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING

from jinja2 import Environment, StrictUndefined

from solver.compare.pods import priorities
from solver.report.plots.style import strategy_colour
from solver.report.text.levels import limit_words
from solver.report.text.placement import names, reasons
from solver.report.wording import NOT_KNOWN, cells, number, share

if TYPE_CHECKING:
    from collections.abc import Sequence

    from solver.cluster.pod import Pod
    from solver.compare.comparison import Comparison
    from solver.report.plots.canvas import Picture
    from solver.report.wording import Row
    from solver.result import Result

STAGES = ("load", "build", "solve", "verify", "total")
NAMED = 12
"""So many pods are named in a list; the result files have them all."""


@dataclass(frozen=True, slots=True)
class Section:
    """What the report says of one strategy."""

    name: str
    colour: str
    verdict: str
    levels: list[tuple[str, str, str, str, bool]]
    pending: list[tuple[str, int, str]]
    evicted: list[str]
    moved: list[str]
    stages: list[tuple[str, str]]


def report_html(comparison: Comparison, pictures: Sequence[Picture], command: str = "", version: str = "") -> str:
    """The whole page. ``command`` is the one that makes the report again."""
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters["image"] = lambda picture: f"data:image/svg+xml;base64,{b64encode(picture.svg).decode()}"
    template = environment.from_string(_shipped("report.html.jinja"))
    rows = cells(comparison)
    return template.render(
        comparison=comparison,
        scenario=comparison.scenario,
        rows=rows,
        meanings=_meanings(rows),
        sections=[
            _section(result, equals_optimum=equal)
            for result, equal in zip(comparison.results, comparison.equal_a_proven_optimum, strict=True)
        ],
        pictures=pictures,
        facts=_facts(comparison),
        levels=" → ".join(str(level.level) for level in comparison.results[0].levels),
        style=_shipped("report.css"),
        command=command,
        version=version,
    )


def _shipped(name: str) -> str:
    return resources.files(__package__).joinpath(name).read_text(encoding="utf-8")


def _facts(comparison: Comparison) -> list[tuple[str, str]]:
    """The size of the question, figure and noun."""
    cluster = comparison.scenario.cluster
    facts = [
        (len(cluster.nodes), "node", "nodes"),
        (len(cluster.bound), "bound pod", "bound pods"),
        (len(cluster.pending), "pending pod", "pending pods"),
        (len(priorities(cluster)), "priority", "priorities"),
        (len(cluster.pools), "node pool", "node pools"),
    ]
    return [
        (f"{amount:,}", plural if amount != 1 else single)
        for amount, single, plural in facts
        if amount or plural == "nodes"
    ]


def _meanings(rows: Sequence[Row]) -> list[tuple[str, str]]:
    """What each row means, with the titles of all rows that mean it."""
    titles_of: dict[str, list[str]] = {}
    for row in rows:
        titles_of.setdefault(row.meaning, []).append(row.title)
    return [(meaning, "; ".join(titles)) for meaning, titles in titles_of.items()]


def _section(result: Result, *, equals_optimum: bool) -> Section:
    return Section(
        name=result.strategy,
        colour=strategy_colour(result.strategy),
        verdict=", ".join(
            filter(
                None,
                (str(result.termination), "equals the proven optimum" if equals_optimum else "", limit_words(result)),
            )
        ),
        levels=[
            (
                str(level.level),
                number(level.value),
                NOT_KNOWN if level.bound is None else number(level.bound),
                NOT_KNOWN if level.gap is None else share(float(level.gap)),
                level.proven,
            )
            for level in result.levels
        ],
        pending=[(text, len(pods), names(pods, NAMED)) for text, pods in reasons(result).items()],
        evicted=_keys(result.placement.evicted),
        moved=[f"{pod.key}: {pod.node} → {result.placement.node_of[pod].name}" for pod in result.placement.moved],
        stages=[(stage, f"{getattr(result.runtime, stage):.2f} s") for stage in STAGES],
    )


def _keys(pods: Sequence[Pod]) -> list[str]:
    return [f"{pod.key} (was on {pod.node})" for pod in pods]
