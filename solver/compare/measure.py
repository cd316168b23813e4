"""What a measure is: one number for each result, and how to read it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

from solver.compare.fragmentation import FreeCapacity, free_capacity

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from solver.cluster.cluster import Cluster
    from solver.compare.standing import Standing
    from solver.result import Result
    from solver.verify import Skew

Value = float | int | bool | None
"""None where a measure says nothing: a cost without prices, a skew without constraints."""


class Unit(StrEnum):
    """How a value is written: a price has as many decimals as it needs, money has two."""

    COUNT = "count"
    PENALTY = "penalty"
    PRICE = "price"
    MONEY = "money"
    SHARE = "share"
    SECONDS = "seconds"
    YES_NO = "yes or no"


class Better(StrEnum):
    """Which of two values is the better one."""

    MORE = "more"
    LESS = "less"


@dataclass(frozen=True)
class Judged:
    """One result among others: ``cluster`` is the one of the input, without what a strategy opened."""

    cluster: Cluster
    result: Result
    standing: Standing

    @cached_property
    def skews(self) -> tuple[Skew, ...]:
        """The final skew of every spread constraint."""
        from solver.verify import skews

        return skews(self.result.placement)

    @cached_property
    def free(self) -> FreeCapacity:
        """What is free at the end, and how much of it is of no use."""
        return free_capacity(self.result.placement)


@dataclass(frozen=True, slots=True)
class Measure:
    """``key`` is the column in files, ``title`` what people read, ``meaning`` what it says, in a sentence.

    ``better`` None: no value is better than another.
    """

    key: str
    title: str
    unit: Unit
    better: Better | None
    of: Callable[[Judged], Value]
    meaning: str
    among_equals: bool = False

    def best(self, values: Sequence[Value], equals: Sequence[bool]) -> Value:
        """The best of the values; None where none of them is better than another.

        ``equals`` marks the results that leave as few pods pending as anyone: where ``among_equals``, only these
        compete. Placing nothing takes no nodes, and is no merit.
        """
        competing = [value for value, equal in zip(values, equals, strict=True) if equal or not self.among_equals]
        known = [value for value in competing if value is not None]
        if self.better is None or len(known) < 2 or min(known) == max(known):
            return None
        return max(known) if self.better is Better.MORE else min(known)
