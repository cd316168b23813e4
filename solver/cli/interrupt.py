"""Ctrl-C ends the search and keeps what was found; a second one ends everything."""

from __future__ import annotations

import signal
import threading
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from types import FrameType, TracebackType

    from solver.strategies.strategy import Watch


def ignore_interrupts() -> None:
    """The exit code is decided: an interrupt while the process ends is nobody's business any more.

    An interrupt that met an import may have left its mark on the interpreter, which would then end by the signal in
    place of the exit code, as if nobody had caught it. Running any text wipes the mark out.
    """
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        exec("")


class Interrupt:
    """While this is entered, the first interrupt is passed on to the watch of the run that is going on."""

    def __init__(self) -> None:
        self._watch: Watch | None = None
        self._asked = False
        self._before: object = None

    @property
    def asked(self) -> bool:
        """Whether there was one."""
        return self._asked

    def follow(self, watch: Watch) -> None:
        """This run has just begun; if the interrupt came between two runs, it is meant."""
        self._watch = watch
        watch.interrupted = self._asked

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            self._before = signal.signal(signal.SIGINT, self._handle)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGINT, self._before or signal.default_int_handler)  # type: ignore[arg-type]

    def _handle(self, number: int, frame: FrameType | None) -> None:
        if self._asked or self._watch is None:
            raise KeyboardInterrupt
        self._asked = self._watch.interrupted = True
