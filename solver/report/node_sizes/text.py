"""The study for the terminal: a sentence, then the tables that fit there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich import box
from rich.table import Table as RichTable
from rich.text import Text

from solver.report.node_sizes.tables import Unit, tables
from solver.report.wording import counted, share
from solver.studies.node_sizes.mix import per_month

if TYPE_CHECKING:
    from rich.console import Console

    from solver.report.node_sizes.tables import Table
    from solver.studies.node_sizes import NodeSizes

IN_FILES = ("nodes",)
"""Tables that are too long for a terminal."""
MOST_ROWS = 12


def headline(study: NodeSizes) -> str:
    """``3 nodes (3 c7i-large) run all 64 pods for 195.46 USD a month, proven least``."""
    mix = study.mix
    pods = len(study.task.workloads.pending)
    price = f"{float(per_month(mix.cost)):,.2f} USD a month"
    known = "proven least" if mix.proven else f"at most {share(float(mix.gap))} above the least"
    kinds = ", ".join(f"{number:,} {pool}" for pool, number in mix.counts.items())
    run = f"run{'s' * (len(mix.nodes) == 1)} all {counted(pods, 'pod')}"
    return f"{counted(len(mix.nodes), 'node')} ({kinds}) {run} for {price}, {known}"


def print_study(out: Console, study: NodeSizes) -> None:
    """The headline and the tables; what is longer than a screen is in the files."""
    out.print(Text(headline(study), style="bold"))
    if study.needless:
        number = len(study.needless)
        out.print(
            Text(
                f"{number:,} of {len(study.task.offers):,} offers are needless: another has as much for no more",
                style="dim",
            )
        )
    for table in tables(study):
        if table.name not in IN_FILES:
            out.print()
            out.print(Text(table.title, style="bold"))
            out.print(_rich(table, plain=not out.is_terminal))
            if len(table.rows) > MOST_ROWS:
                out.print(Text(f"and {len(table.rows) - MOST_ROWS:,} more, in {table.name}.csv", style="dim"))
            out.print(Text(table.note, style="dim"))


def _rich(table: Table, *, plain: bool) -> RichTable:
    rich = RichTable(box=None if plain else box.SIMPLE_HEAD, pad_edge=False)
    for title, unit in zip(table.header, table.columns.values(), strict=True):
        rich.add_column(title, justify="left" if unit is Unit.TEXT else "right")
    for row in table.texts[:MOST_ROWS]:
        rich.add_row(*(Text(cell) for cell in row))
    return rich
