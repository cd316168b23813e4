"""Keeping a library's own printing off standard output, where answers are."""

from __future__ import annotations

import ctypes
import os
import sys
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_STANDARD_OUTPUT = 1
_ONE_AT_A_TIME = Lock()


@contextmanager
def quiet() -> Iterator[None]:
    """What native code prints meanwhile goes nowhere.

    HiGHS has a few bare calls of ``printf`` that heed none of its options. They end in the C library's buffer, which
    outlives a redirection made in Python; so the descriptor itself is turned away, and both buffers are emptied on the
    way in, and the C library's on the way out.
    """
    with _ONE_AT_A_TIME:
        if sys.stdout is not None:
            sys.stdout.flush()
        kept = _turned_away()
        try:
            yield
        finally:
            if kept is not None:
                _turned_back(kept)


def _turned_away() -> int | None:
    """A copy of standard output, which leads nowhere from here on; None where it is closed."""
    ctypes.CDLL(None).fflush(None)
    try:
        kept = os.dup(_STANDARD_OUTPUT)
    except OSError:
        return None
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, _STANDARD_OUTPUT)
    os.close(nowhere)
    return kept


def _turned_back(kept: int) -> None:
    ctypes.CDLL(None).fflush(None)
    os.dup2(kept, _STANDARD_OUTPUT)
    os.close(kept)
