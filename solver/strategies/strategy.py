"""What every strategy takes and gives."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from solver.result import Answer, Limit, Progress
from solver.strategies.work import Tally, counting

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from solver.cluster.cluster import Cluster
    from solver.objectives.question import Question


class Ties(StrEnum):
    """Which of several best nodes is taken: the first by name, or one drawn with the seed."""

    NAME = "name"
    RANDOM = "random"


LONGEST = 10**9
"""Seconds, or work, that a run may take: 31 years. There are no shares of what has no end."""


@dataclass(frozen=True, slots=True)
class Options:
    """How a strategy may work. ``time_limit_s`` holds for everything from the loaded scenario to the verified result.

    ``work_limit`` takes its place where it is given: about as many seconds of one core, counted by what is done and not
    by the clock (`solver.strategies.work`), so that a seed gives the same result on every run. cpsat counts, with all
    that it begins with; other strategies, by themselves, go on to their end.
    ``seed`` feeds random ties and randomised strategies; it never switches anything on. ``workers`` None: as many as
    there are cores.
    """

    time_limit_s: float = 60.0
    seed: int = 0
    workers: int | None = None
    ties: Ties = Ties.NAME
    work_limit: float | None = None


@dataclass
class Watch:
    """The clock of one run, its ears and its voice: when to stop, and whom to tell of progress.

    ``interrupted`` is set from outside (Ctrl-C); strategies look at `limit` between steps and return their incumbent.
    With a ``work_limit`` it counts the work that it is told of instead of seconds, and there is no deadline; ``tally``
    is what has been done, by its parts as well. ``build_s`` are the seconds that went into building models, which are
    not the search's. ``whole`` is the watch that this one is a part of.
    """

    deadline: float
    listener: Callable[[Progress], None] | None = None
    interrupted: bool = False
    began: float = field(default_factory=time.perf_counter)
    told: list[Progress] = field(default_factory=list)
    build_s: float = 0.0
    work_limit: float | None = None
    tally: Tally = field(default_factory=Tally)
    whole: Watch | None = None

    def part(self, seconds: float) -> Watch:
        """A watch for something that may take at most so much of what is left; it tells nobody of progress."""
        if self.work_limit is not None:
            most = min(self.work_limit, self.work + seconds)
            return Watch(self.deadline, began=self.began, work_limit=most, tally=self.tally, whole=self)
        return Watch(min(self.deadline, time.perf_counter() + seconds), began=self.began, whole=self)

    @contextmanager
    def counting(self) -> Iterator[None]:
        """Where work is limited, what is done in this block counts."""
        with counting(None if self.work_limit is None else self.tally):
            yield

    @property
    def work(self) -> float:
        """What has been done so far, in about as many seconds of one core; 0 where nobody counts."""
        return self.tally.done

    @property
    def seconds(self) -> float:
        """Since the strategy began."""
        return time.perf_counter() - self.began

    @property
    def remaining(self) -> float:
        """Seconds until the deadline, or work that is left; never negative."""
        if self.work_limit is not None:
            return max(0.0, self.work_limit - self.work)
        return max(0.0, self.deadline - time.perf_counter())

    @property
    def limit(self) -> Limit | None:
        """The limit that has been reached, if any."""
        if self.interrupted or (self.whole is not None and self.whole.limit is Limit.INTERRUPT):
            return Limit.INTERRUPT
        if self.work_limit is not None:
            return self.kind if self.work >= self.work_limit else None
        return self.kind if time.perf_counter() >= self.deadline else None

    def over(self) -> bool:
        """Whether a limit has been reached."""
        return self.limit is not None

    @property
    def kind(self) -> Limit:
        """The limit that it looks at."""
        return Limit.TIME if self.work_limit is None else Limit.WORK

    @contextmanager
    def building(self) -> Iterator[None]:
        """A model is built in this block."""
        begun = time.perf_counter()
        try:
            yield
        finally:
            self.build_s += time.perf_counter() - begun

    def tell(self, progress: Progress) -> None:
        """Record a moment of the search and pass it on."""
        self.told.append(progress)
        if self.listener is not None:
            self.listener(progress)


class Strategy(Protocol):
    """Anything that turns a cluster and a question into an answer."""

    @property
    def name(self) -> str:
        """As users write it."""

    def solve(self, cluster: Cluster, question: Question, options: Options, watch: Watch) -> Answer:
        """Place what can be placed; "no" is part of the answer, never an exception."""
