"""What a search has shown, whichever solver made it; apart, as no solver need be imported to know it."""

from __future__ import annotations

from enum import Enum, auto


class Verdict(Enum):
    """What a search has shown."""

    OPTIMAL = auto()
    FEASIBLE = auto()
    INFEASIBLE = auto()
    UNKNOWN = auto()
