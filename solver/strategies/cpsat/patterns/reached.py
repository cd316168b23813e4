"""What has been reached: the best placement so far, and the value and bound of every stage."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from solver.result import Progress
from solver.strategies.bind_order import bind_order
from solver.strategies.cpsat.incumbent import Incumbent, renew
from solver.strategies.cpsat.stages import standing
from solver.verify import verify

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from solver.objectives.question import Question
    from solver.placement import Placement
    from solver.strategies.cpsat.groundwork import Groundwork
    from solver.strategies.cpsat.incumbent import StageResult
    from solver.strategies.strategy import Watch


_TRIES = 2_000
"""Binds that are tried for the order of one placement: many are looked at, and often none of them has one."""


class Reached:
    """Takes placements only once verified, and keeps ``results`` and the listener up to date."""

    def __init__(
        self,
        incumbent: Incumbent,
        results: Sequence[StageResult],
        work: Groundwork,
        question: Question,
        watch: Watch,
        until: float,
    ) -> None:
        """``until``: so many seconds are left to others."""
        self.incumbent, self.results = incumbent, results
        self._ground = work.ground
        self._question, self._watch, self._until = question, watch, until
        self._stages = tuple(result.stage for result in results)

    def adopt(self, placements: Iterable[Placement]) -> bool:
        """The better one is the incumbent from now on; whether all that are better could be carried out."""
        possible = True
        for placement in placements:
            if standing(placement, self._stages) >= tuple(result.value for result in self.results):
                continue
            order = bind_order(placement, _TRIES, self.expired)
            if order.steps is None or verify(order.placement, order.steps, self._question):
                possible = False
            else:
                self.incumbent = Incumbent(order.placement, order.steps)
                self._update()
        return possible

    def learn(self, place: int, bound: int) -> None:
        """Keep a bound; one above the incumbent's value would only say that a task does not know the incumbent."""
        result = self.results[place]
        if result.bound < bound <= result.value:
            result.bound = Fraction(bound)
            self._tell(result)

    def learn_after(self, place: int, assumed: int, lower: int) -> None:
        """What is proven of the stage after ``place``, if what was assumed of that one is; it may be proven later."""
        self.results[place + 1].given = (Fraction(assumed), Fraction(lower))
        if self.results[place].proven and self.results[place].value == assumed:
            self.learn(place + 1, lower)

    @property
    def remaining(self) -> float:
        """Seconds that are left to patterns."""
        return max(0.0, self._watch.remaining - self._until)

    def expired(self) -> bool:
        """Whether none are left, or the search was stopped."""
        return self._watch.limit is not None or self._watch.remaining <= self._until

    def _update(self) -> None:
        renew(self.results, standing(self.incumbent.placement, self._stages), self._ground)
        for result in self.results:
            self._tell(result)

    def _tell(self, result: StageResult) -> None:
        self._watch.tell(Progress(self._watch.seconds, result.stage.level, result.value, result.bound))
