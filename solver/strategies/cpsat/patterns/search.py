"""Stage after stage by node patterns: a bound for every cluster, and an answer where patterns are all that matters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.strategies.cpsat.patterns.aim import aimed
from solver.strategies.cpsat.patterns.asked import quantity_of
from solver.strategies.cpsat.patterns.closing import Closing
from solver.strategies.cpsat.patterns.filling import Filling
from solver.strategies.cpsat.patterns.fit import cannot_fill
from solver.strategies.cpsat.patterns.reached import Reached

if TYPE_CHECKING:
    from solver.objectives.question import Question
    from solver.strategies.cpsat.groundwork import Groundwork
    from solver.strategies.cpsat.incumbent import Incumbent, StageResult
    from solver.strategies.cpsat.patterns.aim import Aim
    from solver.strategies.cpsat.patterns.asked import Quantity
    from solver.strategies.strategy import Watch

_CROWDED = 0.97
"""Where pods ask for more than this share of the room, the bound on pending pods is worth a task of its own."""
_ALONE_SHARE, _LATE_SHARE, _GENERATION_SHARE = 0.1, 0.6, 0.6
"""Of the time that is left, column generation takes at most these parts: for pending pods alone, at first and where
nothing else was found; for a stage."""
_NEAR = 2
"""Where pending is alone, whole numbers are looked for at so many values from the bound on."""
_UNHURRIED_S = 2.0
"""With so many seconds left, few pending pods are looked for before it is asked what they cost."""
_HALVES_PER_S, _MOST_HALVES = 1_500_000, 8_000_000
"""How many patterns of half the groups a second of the time left is enough for; and at most."""


class PatternSearch:
    """Works through the stages as long as each is proven; what is found replaces the incumbent only once verified."""

    def __init__(self, work: Groundwork, question: Question, watch: Watch, until: float) -> None:
        """``until``: so many seconds are left to others."""
        self._work, self._question, self._watch, self._until = work, question, watch, until

    def run(self, incumbent: Incumbent, results: list[StageResult]) -> Incumbent:
        """Improve bounds in ``results``, and values where better placements are found."""
        filling = Filling(self._work.ground)
        self._reached = Reached(incumbent, results, self._work, self._question, self._watch, self._until)
        self._closing = Closing(self._reached, filling)
        for place, result in enumerate(results):
            if self._reached.expired():
                break
            if result.proven:
                continue
            goal = quantity_of(result.stage)
            if goal is None:
                break
            if not goal.moves:
                self._reached.adopt(filling.repacked(self._reached.incumbent.placement, goal.tier))
            self._minimise(place, goal)
            if not result.proven:
                break
        return self._reached.incumbent

    def _minimise(self, place: int, goal: Quantity) -> None:
        results = self._reached.results
        following = quantity_of(results[place + 1].stage) if place + 1 < len(results) else None
        if not goal.moves and following is not None and following.moves:
            self._ahead(place, goal, following)
            return
        aim = aimed(self._work, self._reached, place, goal)
        if aim is not None:
            self._reached.learn(place, self._generated(aim, _GENERATION_SHARE))
            if not results[place].proven:
                self._reached.learn(place, self._closing.close(aim))

    def _ahead(self, place: int, goal: Quantity, following: Quantity) -> None:
        """Pending pods by way of the disruption that follows: take the bound as reached, and look what it costs.

        One combination of patterns then settles both stages. Where there surely is none, the bound is one higher. A
        bound that is still open after its share of the time is guessed, and proven once the guess has been reached.
        """
        result, alone = self._reached.results[place], aimed(self._work, self._reached, place, goal)
        if alone is None:
            return
        if asked := alone.task.load > _CROWDED:
            self._bound_alone(alone)
        most = int(result.value)
        while not result.proven and not self._reached.expired():
            guessed = alone.generation.guess if asked else 0
            assumed = max(int(result.bound), min(guessed, most))
            aim = aimed(self._work, self._reached, place + 1, following, (goal, assumed))
            if aim is None:
                return
            lower = self._settled(aim)
            if lower <= aim.task.worst:
                if result.value > assumed:
                    self._reach(alone, _LATE_SHARE)
                self._confirm(alone, assumed)
                self._reached.learn_after(place, assumed, lower)
                if result.value != assumed or assumed <= result.bound:
                    return
                most = assumed - 1
            else:
                self._reached.learn(place, assumed + 1)
                self._reached.learn(place, self._generated(alone, _ALONE_SHARE))
                if result.bound <= assumed:
                    return
                most, asked = int(result.value), True

    def _settled(self, aim: Aim) -> int:
        """What is proven of an aim in the end; above `Task.worst` where there surely is no combination of patterns."""
        self._generated(aim, _GENERATION_SHARE)
        lower = aim.generation.whole
        return self._closing.close(aim) if lower <= aim.task.worst else lower

    def _bound_alone(self, alone: Aim) -> None:
        """From the cheapest bound on pending pods to the dearest, as long as there is none."""
        reached, generation = self._reached, alone.generation
        reached.learn(alone.place, generation.start())
        if not generation.whole:
            most = min(_MOST_HALVES, int(_HALVES_PER_S * reached.remaining))
            if cannot_fill(alone.task, most, reached.expired):
                reached.learn(alone.place, 1)
        if not reached.results[alone.place].bound or reached.remaining > _UNHURRIED_S:
            self._reach(alone, _ALONE_SHARE)

    def _generated(self, aim: Aim, share: float) -> int:
        """The bound that column generation reaches in a share of the time left."""
        until = self._reached.remaining * (1 - share)
        return aim.generation.run(lambda: self._reached.expired() or self._reached.remaining < until)

    def _reach(self, alone: Aim, share: float) -> None:
        """As few pending pods as columns permit, or nearly, whatever that moves; a share of the time for each step."""
        self._reached.learn(alone.place, self._generated(alone, share))
        if alone.generation.converged:
            alone.generation.narrow()
        result = self._reached.results[alone.place]
        lowest = int(result.bound)
        for target in range(lowest, min(lowest + _NEAR, int(result.value))):
            if self._reached.expired() or self._closing.at_hand(alone, target, share / 2):
                return
        self._closing.dives(alone, lowest, share, 1)

    def _confirm(self, alone: Aim, assumed: int) -> None:
        """Where a guess has been reached, the rest of the time is for its proof."""
        result = self._reached.results[alone.place]
        if result.value == assumed > result.bound:
            self._reached.learn(alone.place, self._generated(alone, _GENERATION_SHARE))
