"""Work that is counted instead of seconds, so that a seed gives the same answer on every run and machine.

Whoever does something tells of it where it is done (`spend`), by counts: nodes looked at, cells of a table, steps of a
solver, in about as many seconds of one core as they take. Only where somebody counts does that lead anywhere; the rest
of the time the clock of the machine is what everything goes by.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


_PARTS = 1_000_000_000


@dataclass
class Tally:
    """The work done so far; whole ``parts`` of a billionth, so that no rounding depends on how it was added up."""

    parts: int = 0

    @property
    def done(self) -> float:
        """In about as many seconds of one core."""
        return self.parts / _PARTS


_OPEN: ContextVar[Tally | None] = ContextVar("tally", default=None)


@contextmanager
def counting(tally: Tally | None) -> Iterator[None]:
    """What is done in this block, in this thread, is added to the tally; None: the clock of the machine counts."""
    before = _OPEN.set(tally)
    try:
        yield
    finally:
        _OPEN.reset(before)


def spend(work: float) -> None:
    """So much work has been done."""
    tally = _OPEN.get()
    if tally is not None:
        tally.parts += round(work * _PARTS)


def counted() -> bool:
    """Whether work is counted: then limits are amounts of it, and nothing may depend on the clock."""
    return _OPEN.get() is not None


def clock() -> float:
    """Seconds, or the work that is done where that is counted; only differences mean something."""
    tally = _OPEN.get()
    return time.perf_counter() if tally is None else tally.done
