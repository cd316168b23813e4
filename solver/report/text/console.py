"""Where text goes: a terminal as wide as it is, or a pipe without colours and without line breaks of its own."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, TextIO

from rich.console import Console

if TYPE_CHECKING:
    from collections.abc import Sequence

PIPE_WIDTH = 10_000
"""Columns of a pipe: what reads it breaks lines, if anyone does."""


def console(file: TextIO | None = None) -> Console:
    """A console on standard output, or on another stream; names and numbers are not highlighted by guesswork."""
    stream = file or sys.stdout
    width = None if stream.isatty() or "COLUMNS" in os.environ else PIPE_WIDTH
    return Console(file=stream, width=width, highlight=False, markup=False, emoji=False, soft_wrap=False)


def columns(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Left-aligned columns three spaces apart, as ``kubectl get`` prints them."""
    table = [header, *rows]
    widths = [max(len(cells[number]) for cells in table) for number in range(len(header))]
    lines = ("   ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)) for cells in table)
    return "\n".join(line.rstrip() for line in lines)
