"""One live line on a terminal: strategy, incumbent, bound, gap and the time left. In pipes there is nothing."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.text import Text

    from solver.objectives.question import Level
    from solver.result import Progress
    from solver.strategies.strategy import Watch


class ProgressLine:
    """What is known of the search right now."""

    def __init__(self) -> None:
        self._strategy = ""
        self._watch: Watch | None = None
        self._moments: dict[Level, Progress] = {}

    def started(self, strategy: str, watch: Watch) -> None:
        """A strategy begins."""
        self._strategy, self._watch, self._moments = strategy, watch, {}

    def heard(self, moment: Progress) -> None:
        """A new incumbent or bound."""
        self._moments[moment.level] = moment

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
        if not self._moments:
            return ""
        from solver.report.wording import number, share

        moment = self._at_work()
        value, bound = moment.value, moment.bound
        parts = [f"{moment.level}: {number(value)}"]
        if bound is not None:
            gap = (value - bound) / value if value else 0
            parts += [f"bound {number(bound)}", f"gap {share(float(gap))}"]
        return ", ".join(parts)

    def _at_work(self) -> Progress:
        """The first level that may become better: none is ever below 0; else the last one."""
        moments = list(self._moments.values())
        return next((moment for moment in moments if moment.value > (moment.bound or 0)), moments[-1])


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
