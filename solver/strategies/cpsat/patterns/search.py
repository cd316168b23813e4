"""Stage after stage by node patterns: a bound for every cluster, and an answer where patterns are all that matters."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from solver.placement import initial
from solver.result import Progress
from solver.strategies.bind_order import bind_order
from solver.strategies.cpsat.patterns.asked import quantity_of
from solver.strategies.cpsat.patterns.columns import Columns
from solver.strategies.cpsat.patterns.filling import Filling
from solver.strategies.cpsat.patterns.generation import Generation
from solver.strategies.cpsat.patterns.pricing import MOST_HOMES
from solver.strategies.cpsat.patterns.rounding import Rounding
from solver.strategies.cpsat.patterns.task import task_of
from solver.strategies.cpsat.search import Incumbent, renew
from solver.strategies.cpsat.stages import standing
from solver.strategies.cpsat.verdict import Verdict
from solver.verify import verify

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from solver.objectives.question import Question
    from solver.placement import Placement
    from solver.strategies.cpsat.groundwork import Groundwork
    from solver.strategies.cpsat.patterns.asked import Quantity
    from solver.strategies.cpsat.patterns.generation import Bound, Candidates
    from solver.strategies.cpsat.patterns.rounding import Rounded
    from solver.strategies.cpsat.patterns.task import Task
    from solver.strategies.cpsat.search import StageResult
    from solver.strategies.strategy import Watch

_CROWDED = 0.97
"""Where pods ask for more than this share of the room, the bound on pending pods is worth a task of its own."""
_ALONE_SHARE, _GENERATION_SHARE = 0.3, 0.8
"""Of the time that is left, column generation takes at most these parts: for a bound alone, for a stage."""
_BRIEF, _SHARE = 0.3, 0.5
"""Of the time that is left, one search for whole numbers takes at most these parts: for an incumbent, for a proof."""
_SHORT, _NEAR = 0.05, 2
"""Such a part, and so many values from the bound on, where only pending pods are looked at."""
_QUICK = 0.05
"""Where a search took less of the time left than this, the next one goes twice as far."""
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
            if not goal.moves:
                self._adopt(self._filling.repacked(self._incumbent.placement, goal.tier))
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
            self._learn(place, self._generated(aim, _GENERATION_SHARE))
            if not self._results[place].proven:
                self._learn(place, self._round(place, aim))

    def _ahead(self, place: int, goal: Quantity, following: Quantity) -> None:
        """Pending pods by way of the disruption that follows: take the bound as reached, and look what it costs.

        One combination of patterns then settles both stages. Where there surely is none, the bound is one higher. A
        bound that is still open after its share of the time is guessed, and proven once the guess has been reached.
        """
        result, alone = self._results[place], self._aimed(place, {}, goal)
        if alone is None:
            return
        if asked := alone.task.load > _CROWDED:
            self._learn(place, self._generated(alone, _ALONE_SHARE))
            self._reach(place, alone)
        least = 0
        while not result.proven and not self._expired():
            guessed = alone.generation.guess if asked else 0
            assumed = max(least, int(result.bound), min(guessed, int(result.value)))
            aim = self._aimed(place, {goal: assumed}, following)
            if aim is None:
                return
            self._generated(aim, _GENERATION_SHARE)
            lower = aim.generation.whole
            if lower <= aim.task.worst:
                lower = self._round(place + 1, aim, assumed)
            if lower <= aim.task.worst:
                self._confirm(place, alone, assumed)
                self._learn_after(place, assumed, lower)
                return
            least = assumed + 1
            if assumed <= result.bound:
                self._learn(place, least)
                if not asked:
                    asked = True
                    self._learn(place, self._generated(alone, _ALONE_SHARE))

    def _generated(self, aim: _Aim, share: float) -> int:
        """The bound that column generation reaches in a share of the time left."""
        until = self._remaining * (1 - share)
        return aim.generation.run(lambda: self._expired() or self._remaining < until)

    def _reach(self, place: int, alone: _Aim) -> None:
        """As few pending pods as the columns at hand permit, or nearly, whatever that moves."""
        lowest = alone.generation.whole
        for target in range(lowest, min(lowest + _NEAR, int(self._results[place].value))):
            if not alone.generation.converged or self._expired():
                return
            if self._combined(alone, alone.generation.master.columns, target, _SHORT).filled is not None:
                return

    def _confirm(self, place: int, alone: _Aim, assumed: int) -> None:
        """Where a guess has been reached, the rest of the time is for its proof."""
        if self._results[place].value == assumed > self._results[place].bound:
            self._learn(place, self._generated(alone, 1.0))

    def _learn_after(self, place: int, assumed: int, lower: int) -> None:
        """What is proven of the stage after ``place``, if what was assumed of that one is; it may be proven later."""
        self._results[place + 1].given = (Fraction(assumed), Fraction(lower))
        if self._results[place].proven and self._results[place].value == assumed:
            self._learn(place + 1, lower)

    def _round(self, place: int, aim: _Aim, assumed: int | None = None) -> int:
        """The best combination of patterns that time permits, and the bound that is proven in the end.

        First the columns at hand, at the bound; then all columns up to a value, which grows as long as there surely is
        no combination; in the end, any. The bound is above `Task.worst` where there surely is none at all.
        """
        generation, task = aim.generation, aim.task
        lower, best = generation.whole, generation.best
        if best is None:
            return lower
        if generation.converged:
            self._combined(aim, generation.master.columns, lower, _SHARE)
            lower = self._climbed(place, aim, best, assumed)
        if lower <= task.worst and self._open(place, lower, assumed):
            self._round_widely(aim, best, assumed)
        return lower

    def _climbed(self, place: int, aim: _Aim, best: Bound, assumed: int | None) -> int:
        """All columns up to a value, which grows as long as there surely is no combination; the bound that is proven.

        It grows in widening steps where searches are quick. Once there is none at the first value, the columns at hand
        are added for an incumbent.
        """
        generation, task = aim.generation, aim.task
        lower = target = generation.whole
        widening, tried = True, False
        while lower <= task.worst and self._open(place, lower, assumed):
            began = self._remaining
            candidates = generation.candidates(target - best.value)
            complete = candidates.reach(best.value, task.step) >= target
            if target > lower and not complete:
                target, widening = lower, False
                continue
            if lower > generation.whole and not tried:
                tried = True
                self._combined(aim, self._with_known(candidates, generation), None, _BRIEF)
            rounded = self._combined(aim, candidates.columns, target, _SHARE)
            if complete and rounded.verdict is Verdict.OPTIMAL and rounded.value is not None:
                return rounded.value
            if not complete or rounded.verdict is not Verdict.INFEASIBLE:
                return lower
            quick = began - self._remaining < began * _QUICK
            width = 2 * (target - lower) + task.step if widening and quick else 0
            lower = target + task.step
            target = lower + width
        return lower

    def _open(self, place: int, lower: int, assumed: int | None) -> bool:
        """Whether a better combination may exist, would be a placement, and can still be looked for."""
        before = assumed is None or self._results[place - 1].value <= assumed
        reached = before and self._results[place].value <= lower
        return self._places and not reached and not self._expired()

    def _round_widely(self, aim: _Aim, best: Bound, assumed: int | None) -> None:
        """The best combination of many columns, with more pending pods than assumed if need be."""
        generation, task = aim.generation, aim.task
        columns = generation.master.columns
        if generation.converged:
            candidates = generation.candidates(generation.whole - best.value + _WIDER, quickly=True)
            columns = self._with_known(candidates, generation)
        elastic = None if assumed is None else next(iter(task.limits))
        self._take(Rounding(task, columns, None, elastic).solve(self._remaining, self._expired), aim)

    def _with_known(self, candidates: Candidates, generation: Generation) -> Columns:
        """With the columns at hand, each once."""
        return Columns.joined((candidates.columns, generation.master.columns)).without(set())

    def _combined(self, aim: _Aim, columns: Columns, target: int | None, share: float) -> Rounded:
        """The best combination of these columns, taken if it is better; within a share of the time left."""
        rounded = Rounding(aim.task, columns, target).solve(self._remaining * share, self._expired)
        self._take(rounded, aim)
        return rounded

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
        """The start and the incumbent, node by node, where they fit; bound pods that may not leave are no part."""
        fixed = task.bound == 0
        group_of = {
            pod.key: row
            for row, group in enumerate(task.groups)
            for pod in (group.pending if fixed[row] else group.pods)
        }
        known = (initial(self._work.cluster), self._incumbent.placement)
        places = [(place, node) for place, each in enumerate(task.classes) for node in each.nodes] * len(known)
        pods = np.zeros((len(places), len(task.groups)), dtype=np.int64)
        for entry, (place, node) in enumerate(places):
            for pod in known[entry * len(known) // len(places)].pods_on[node]:
                if pod.key in group_of:
                    pods[entry, group_of[pod.key]] += 1
            np.minimum(pods[entry], task.classes[place].reach, out=pods[entry])
        node_class = np.array([place for place, _ in places])
        room = np.array([each.room for each in task.classes])[node_class]
        fits = (pods @ task.requests <= room).all(axis=1)
        return Columns.of(task, node_class[fits], pods[fits])

    def _take(self, rounded: Rounded, aim: _Aim) -> None:
        """The combination, filled up; patterns are no placements where a better one cannot be carried out."""
        if rounded.filled is not None:
            self._places &= self._adopt(self._filling.placements(aim.task, rounded.filled, aim.pinned))

    def _adopt(self, placements: Iterable[Placement]) -> bool:
        """The better one is the incumbent from now on; whether all that are better could be carried out."""
        possible = True
        for placement in placements:
            if not self._better(placement):
                continue
            order = bind_order(placement)
            if order.steps is None or verify(order.placement, order.steps, self._question):
                possible = False
            else:
                self._incumbent = Incumbent(order.placement, order.steps)
                self._update()
        return possible

    def _better(self, placement: Placement) -> bool:
        stages = tuple(result.stage for result in self._results)
        return standing(placement, stages) < tuple(result.value for result in self._results)

    def _update(self) -> None:
        stages = tuple(result.stage for result in self._results)
        renew(self._results, standing(self._incumbent.placement, stages), self._work.ground)
        for result in self._results:
            self._tell(result)

    def _learn(self, place: int, bound: int) -> None:
        """Keep a bound; one above the incumbent's value would only say that a task does not know the incumbent."""
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
