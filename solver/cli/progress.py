"""One live line on a terminal: strategy, incumbent, bound, gap and the time left. In pipes there is nothing."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.text import Text

    from solver.result import Progress
    from solver.strategies.strategy import Watch


class ProgressLine:
    """What is known of the search right now."""

    def __init__(self) -> None:
        self._strategy = ""
        self._watch: Watch | None = None
        self._moment: Progress | None = None

    def started(self, strategy: str, watch: Watch) -> None:
        """A strategy begins."""
        self._strategy, self._watch, self._moment = strategy, watch, None

    def heard(self, moment: Progress) -> None:
        """A new incumbent or bound."""
        self._moment = moment

    def __rich__(self) -> Text:
        """The line as it is now; asked for several times a second."""
        from rich.text import Text

        return Text(self.text(), no_wrap=True, overflow="ellipsis")

    def text(self) -> str:
        """``cpsat  cost 12, bound 11, gap 8.3 %  58 s left``."""
        if self._watch is None:
            return ""
        left = "stopping" if self._watch.interrupted else f"{self._watch.remaining:.0f} s left"
        return "  ".join(filter(None, (self._strategy, self._found(), left)))

    def _found(self) -> str:
        if self._moment is None:
            return ""
        from solver.report.wording import number, share

        value, bound = self._moment.value, self._moment.bound
        parts = [f"{self._moment.level}: {number(value)}"]
        if bound is not None:
            gap = (value - bound) / value if value else 0
            parts += [f"bound {number(bound)}", f"gap {share(float(gap))}"]
        return ", ".join(parts)


@contextmanager
def shown(line: ProgressLine) -> Iterator[None]:
    """Show the line while the block runs, where somebody can see it."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console
    from rich.live import Live

    with Live(line, console=Console(stderr=True), refresh_per_second=8, transient=True):
        yield
