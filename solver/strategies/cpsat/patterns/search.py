"""Stage after stage by node patterns: a bound for every cluster, and an answer where patterns are all that matters."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from solver.result import Progress
from solver.strategies.bind_order import bind_order
from solver.strategies.cpsat.patterns.asked import quantity_of
from solver.strategies.cpsat.patterns.columns import Columns
from solver.strategies.cpsat.patterns.filling import Filling
from solver.strategies.cpsat.patterns.generation import Generation
from solver.strategies.cpsat.patterns.pricing import MOST_HOMES
from solver.strategies.cpsat.patterns.rounding import Rounding, Verdict
from solver.strategies.cpsat.patterns.task import task_of
from solver.strategies.cpsat.search import Incumbent
from solver.strategies.cpsat.stages import standing
from solver.verify import verify

if TYPE_CHECKING:
    from collections.abc import Mapping

    from solver.objectives.question import Question
    from solver.placement import Placement
    from solver.strategies.cpsat.groundwork import Groundwork
    from solver.strategies.cpsat.patterns.asked import Quantity
    from solver.strategies.cpsat.patterns.generation import Bound
    from solver.strategies.cpsat.patterns.rounding import Rounded
    from solver.strategies.cpsat.patterns.task import Task
    from solver.strategies.cpsat.search import StageResult
    from solver.strategies.strategy import Watch

_CROWDED = 0.97
"""Where pods ask for more than this share of the room, the bound on pending pods is worth a task of its own."""
_SHARE = 0.5
"""Of the time that is left, one search for whole numbers takes at most this part."""
_WIDER = 6
"""How far above the bound columns are still looked at, where no combination at the bound was found."""


@dataclass(frozen=True, eq=False)
class _Aim:
    """A task, where its groups' bound pods surely stay from which priority on, and its column generation."""

    task: Task
    pinned: int | None
    generation: Generation


class PatternSearch:
    """Works through the stages as long as each is proven; what is found replaces the incumbent only once verified."""

    def __init__(self, work: Groundwork, question: Question, watch: Watch, until: float) -> None:
        """``until``: so many seconds are left to others."""
        self._work, self._question, self._watch, self._until = work, question, watch, until
        self._filling = Filling(work.ground)
        self._places = True
        """Whether what patterns describe has been a placement so far."""

    def run(self, incumbent: Incumbent, results: list[StageResult]) -> Incumbent:
        """Improve bounds in ``results``, and values where better placements are found."""
        self._incumbent, self._results = incumbent, results
        for place, result in enumerate(results):
            if self._expired():
                break
            if result.proven:
                continue
            goal = quantity_of(result.stage)
            if goal is None:
                break
            self._minimise(place, goal)
            if not result.proven:
                break
        return self._incumbent

    def _minimise(self, place: int, goal: Quantity) -> None:
        following = quantity_of(self._results[place + 1].stage) if place + 1 < len(self._results) else None
        if not goal.moves and following is not None and following.moves:
            self._ahead(place, goal, following)
            return
        aim = self._aimed(place, {}, goal)
        if aim is not None:
            self._learn(place, aim.generation.run())
            if not self._results[place].proven:
                self._round(place, aim)

    def _ahead(self, place: int, goal: Quantity, following: Quantity) -> None:
        """Pending pods by way of the disruption that follows: take the bound as reached, and look what it costs.

        One combination of patterns then settles both stages. Where there surely is none, the bound is one higher.
        """
        result = self._results[place]
        alone = self._aimed(place, {}, goal)
        if alone is None:
            return
        if asked_alone := alone.task.load > _CROWDED:
            self._learn(place, alone.generation.run())
        while not result.proven and not self._expired():
            assumed = int(result.bound)
            aim = self._aimed(place, {goal: assumed}, following)
            if aim is None:
                return
            aim.generation.run()
            if aim.generation.whole > aim.task.worst:
                self._learn(place, assumed + 1)
                if not asked_alone:
                    asked_alone = True
                    self._learn(place, alone.generation.run())
            elif self._round(place + 1, aim, goal):
                self._learn(place, assumed + 1)
            else:
                return

    def _round(self, place: int, aim: _Aim, assumed: Quantity | None = None) -> bool:
        """Combinations at the bound, then at the next value, as long as there surely are none; in the end, any.

        True where there surely is no combination at all.
        """
        generation, task = aim.generation, aim.task
        best, target = generation.best, generation.whole
        if best is None:
            return False
        while generation.converged and self._open(place, assumed) and target <= task.worst:
            candidates = generation.candidates(target - best.value)
            rounded = Rounding(task, candidates.columns, target).solve(self._remaining * _SHARE, self._expired)
            self._take(rounded, aim)
            if self._reached(place, target, None if assumed is None else task.limits[assumed]):
                self._learn(place, target, assumed)
                return False
            if rounded.verdict is not Verdict.INFEASIBLE or candidates.reach(best.value, task.step) < target:
                break
            target += task.step
            self._learn(place, target, assumed)
        if target > task.worst:
            return True
        if self._open(place, assumed):
            self._round_widely(place, aim, best, assumed)
        return False

    def _open(self, place: int, assumed: Quantity | None) -> bool:
        """Whether a better combination may exist, would be a placement, and can still be looked for."""
        proven = assumed is None and self._results[place].proven
        return self._places and not proven and not self._expired()

    def _round_widely(self, place: int, aim: _Aim, best: Bound, assumed: Quantity | None) -> None:
        """The best combination of many columns; a proof as far as these are complete."""
        generation, task = aim.generation, aim.task
        candidates = generation.candidates(generation.whole - best.value + _WIDER)
        columns = Columns.joined((candidates.columns, generation.master.columns)).without(set())
        rounded = Rounding(task, columns, None, assumed).solve(self._remaining, self._expired)
        self._take(rounded, aim)
        if rounded.verdict is Verdict.OPTIMAL and rounded.value is not None and assumed is None:
            beyond = candidates.reach(best.value, task.step) + task.step
            self._learn(place, min(rounded.value, beyond))

    def _aimed(self, place: int, assumed: Mapping[Quantity, int], goal: Quantity) -> _Aim | None:
        """The task of a stage, given the values of those before; None where a node is home to too many groups."""
        limits = dict(assumed)
        for result in self._results[:place]:
            quantity = quantity_of(result.stage)
            if quantity is not None:
                limits[quantity] = int(result.value)
        pinned = min((quantity.tier for quantity, most in limits.items() if quantity.moves and not most), default=None)
        task = task_of(self._work.ground, limits, goal)
        if not task.groups or any(np.count_nonzero(each.homes) > MOST_HOMES for each in task.classes):
            return None
        return _Aim(task, pinned, Generation(task, self._columns_of(task), self._expired))

    def _columns_of(self, task: Task) -> Columns:
        """The incumbent, node by node."""
        group_of = {pod.key: row for row, group in enumerate(task.groups) for pod in group.pods}
        places = [(place, node) for place, each in enumerate(task.classes) for node in each.nodes]
        pods = np.zeros((len(places), len(task.groups)), dtype=np.int64)
        for entry, (place, node) in enumerate(places):
            for pod in self._incumbent.placement.pods_on[node]:
                if pod.key in group_of:
                    pods[entry, group_of[pod.key]] += 1
            np.minimum(pods[entry], task.classes[place].reach, out=pods[entry])
        return Columns.of(task, np.array([place for place, _ in places]), pods)

    def _take(self, rounded: Rounded, aim: _Aim) -> None:
        """Where the combination, filled up, is better and can be carried out, it is the incumbent from now on."""
        if rounded.filled is None:
            return
        for placement in self._filling.placements(aim.task, rounded.filled, aim.pinned):
            if not self._better(placement):
                continue
            order = bind_order(placement)
            if order.steps is None or verify(placement, order.steps, self._question):
                self._places = False
            else:
                self._incumbent = Incumbent(placement, order.steps)
                self._update()

    def _reached(self, place: int, target: int, assumed: int | None) -> bool:
        """Whether the incumbent has the target, and before it what was assumed."""
        before = assumed is None or self._results[place - 1].value <= assumed
        return before and self._results[place].value <= target

    def _better(self, placement: Placement) -> bool:
        stages = tuple(result.stage for result in self._results)
        return standing(placement, stages) < tuple(result.value for result in self._results)

    def _update(self) -> None:
        stages = tuple(result.stage for result in self._results)
        for result, value in zip(self._results, standing(self._incumbent.placement, stages), strict=True):
            result.value = value
            self._tell(result)

    def _learn(self, place: int, bound: int, assumed: Quantity | None = None) -> None:
        """Keep a bound, unless it rests on a value that is not reached.

        One above the incumbent's value would only say that a task does not know the incumbent.
        """
        if assumed is not None and not self._results[place - 1].proven:
            return
        result = self._results[place]
        if result.bound < bound <= result.value:
            result.bound = Fraction(bound)
            self._tell(result)

    def _tell(self, result: StageResult) -> None:
        self._watch.tell(Progress(self._watch.seconds, result.stage.level, result.value, result.bound))

    @property
    def _remaining(self) -> float:
        return max(0.0, self._watch.remaining - self._until)

    def _expired(self) -> bool:
        return self._watch.limit is not None or self._watch.remaining <= self._until
