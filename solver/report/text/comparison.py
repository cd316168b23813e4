"""A comparison for the terminal: the sentence, then one column per strategy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich import box
from rich.table import Table
from rich.text import Text

from solver.report.wording import BEST, cells

if TYPE_CHECKING:
    from rich.console import Console

    from solver.compare.comparison import Comparison

WIDE = 100
"""Columns of a terminal from which on nothing is broken into lines."""


def print_comparison(out: Console, comparison: Comparison) -> None:
    """The headline, the table, and what the marks in it mean."""
    out.print(Text(comparison.headline, style="bold"))
    out.print(comparison_table(comparison, plain=not out.is_terminal, narrow=out.width < WIDE))
    out.print(Text(f"{BEST} best value of a row; – not known or not asked for", style="dim"))


def comparison_table(comparison: Comparison, *, plain: bool = False, narrow: bool = False) -> Table:
    """A row per measure; the best value of each is marked. ``narrow``: names may be broken, numbers never are."""
    table = Table(box=None if plain else box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("", no_wrap=not narrow)
    for result in comparison.results:
        name = result.strategy.replace("-", "-\n") if narrow else result.strategy
        table.add_column(name, justify="right", no_wrap=True)
    for row in cells(comparison):
        table.add_row(row.title, *(_cell(text, best=best) for text, best in row.cells))
    return table


def _cell(text: str, *, best: bool) -> Text:
    """Marks stand apart, so that the numbers of a column stay in line."""
    return Text(f"{text} {BEST}" if best else f"{text}  ", style="bold green" if best else "")
