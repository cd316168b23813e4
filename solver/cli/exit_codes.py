"""What the exit code of a command says."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """0, 1, 2, 3 and 130 are promised; 70 is a defect."""

    ANSWERED = 0
    VIOLATIONS = 1
    BAD_INPUT = 2
    NOT_VERIFIED = 3
    DEFECT = 70
    INTERRUPTED = 130
