"""What a result is worth: its levels, and one line on the whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.report.text.console import columns
from solver.report.wording import NOT_KNOWN, counted, number, share
from solver.result import Limit, Termination

if TYPE_CHECKING:
    from solver.result import LevelResult, Result

HEADER = ("LEVEL", "VALUE", "BOUND", "GAP", "PROVEN")

_LIMITS = {
    Limit.TIME: "stopped by the time limit",
    Limit.WORK: "stopped by the work limit",
    Limit.INTERRUPT: "interrupted",
}


def levels_text(result: Result) -> str:
    """One line per level, in lexicographic order."""
    return columns(HEADER, [_row(level) for level in result.levels])


def summary(result: Result) -> str:
    """``cpsat: optimal, 5 pods on 2 nodes, none pending, 0.31 s``."""
    placement = result.placement
    pending = f"{len(placement.pending):,} pending" if placement.pending else "none pending"
    told = [
        str(result.termination) if result.termination is not Termination.FEASIBLE else "feasible, not proven optimal",
        f"{counted(len(placement.node_of), 'pod')} on {counted(len(placement.used), 'used node')}",
        pending,
        *([f"{len(placement.evicted):,} evicted"] if placement.evicted else ()),
        *([f"{len(placement.moved):,} moved"] if placement.moved else ()),
        *filter(None, [limit_words(result)]),
        f"{result.runtime.total:.2f} s",
    ]
    return f"{result.strategy}: {', '.join(told)}"


def limit_words(result: Result) -> str:
    """Why the strategy stopped early; empty where it did not."""
    return _LIMITS[result.limit] if result.limit else ""


def _row(level: LevelResult) -> tuple[str, ...]:
    gap = NOT_KNOWN if level.gap is None else share(float(level.gap))
    bound = NOT_KNOWN if level.bound is None else number(level.bound)
    return str(level.level), number(level.value), bound, gap, "yes" if level.proven else "no"
