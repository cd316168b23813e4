"""Everything podsolver raises on purpose.

    PodsolverError
    ├── InputError          the input is wrong; carries every problem found in it
    ├── OptionError         a command or function was asked for something that does not exist
    └── VerificationError   a placement broke a rule when it was recounted; carries the violations

"No" is never an exception: a pod that cannot be placed is part of an answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

PRINTED = 100
"""An error's text lists at most this many problems or violations; the exception carries all of them."""


class PodsolverError(Exception):
    """The base of all exceptions below."""


class OptionError(PodsolverError):
    """An option has a value that is not possible; the text names the possible ones."""


class InputError(PodsolverError):
    """The input has problems; ``problems`` are all of them, in the order found, each with a readable ``str``."""

    def __init__(self, problems: Sequence[object]) -> None:
        super().__init__(problems)
        self.problems = tuple(problems)

    def __str__(self) -> str:
        return _listing(_counted(len(self.problems), "problem") + " in the input:", self.problems)


class VerificationError(PodsolverError):
    """A placement does not hold when recounted; ``violations`` are all of them, each with a readable ``str``."""

    def __init__(self, violations: Sequence[object]) -> None:
        super().__init__(violations)
        self.violations = tuple(violations)

    def __str__(self) -> str:
        return _listing(_counted(len(self.violations), "violation") + " in a finished placement:", self.violations)


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _listing(title: str, entries: Sequence[object]) -> str:
    lines = [title, *(f"  * {entry}".replace("\n", "\n    ") for entry in entries[:PRINTED])]
    if len(entries) > PRINTED:
        lines.append(f"  and {len(entries) - PRINTED:,} more")
    return "\n".join(lines)
