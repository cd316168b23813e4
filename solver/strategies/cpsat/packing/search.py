"""The least cost of nodes for all pods: bound by column generation and whole numbers of nodes, reached by dives.

Where the placement of a choice of patterns breaks a rule that ties nodes to one another, only the bounds are used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from solver.result import Progress
from solver.strategies.bind_order import bind_order
from solver.strategies.cpsat.incumbent import Incumbent, renew
from solver.strategies.cpsat.packing.dive import Dive
from solver.strategies.cpsat.packing.generation import Generation
from solver.strategies.cpsat.packing.knapsack import Knapsack
from solver.strategies.cpsat.packing.lattice import LARGEST, Lattice
from solver.strategies.cpsat.packing.numbers import Numbers
from solver.strategies.cpsat.packing.placing import placement_of
from solver.strategies.cpsat.packing.task import task_of
from solver.strategies.cpsat.stages import standing
from solver.verify import verify

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Sequence
    from fractions import Fraction

    from solver.objectives.question import Question
    from solver.strategies.cpsat.groundwork import Groundwork
    from solver.strategies.cpsat.incumbent import StageResult
    from solver.strategies.cpsat.packing.generation import Pricing
    from solver.strategies.cpsat.packing.task import Column, Ints, Task
    from solver.strategies.strategy import Watch

_DIVES = 40
_IN_VAIN = 6
"""Ways down at most; and how many that lead to nothing better before the search is left to others."""
_NUMBERS_SHARE = 0.2
"""Of the time that is left, each search for whole numbers of nodes may take this part."""


class PackingSearch:
    """One cost stage; ``until``: the search ends when so many seconds are left of the whole."""

    def __init__(
        self,
        work: Groundwork,
        question: Question,
        results: Sequence[StageResult],
        watch: Watch,
        until: float,
        seed: int,
    ) -> None:
        self._work = work
        self._question = question
        self._results = results
        self._watch = watch
        self._until = until
        self._seed = seed
        self._dice = np.random.default_rng(seed)
        self._task = task_of(work.ground)
        self._columns: dict[Column, None] = {}
        self._placeable = True

    def run(self, place: int, incumbent: Incumbent) -> Incumbent:
        """Bound and improve the stage in this place; every pod has a node in the incumbent."""
        self._incumbent, self._result = incumbent, self._results[place]
        pricing = _pricing(self._task, self._seed)
        if not self._task.step or pricing is None:
            return incumbent
        self._pricing = pricing
        generation = Generation(self._task, pricing, (), self._expired)
        generation.run()
        self._columns |= generation.master.columns
        self._learn(generation.whole)
        if not self._done:
            self._by_numbers(generation)
        return self._incumbent

    def _by_numbers(self, generation: Generation) -> None:
        """The cheapest numbers of nodes that nothing speaks against yet: disprove them, or pack into them."""
        numbers = Numbers(self._task, self._seed)
        for proof in generation.proofs:
            numbers.require(*proof)
        failed = 0
        for _ in range(_DIVES):
            if self._done:
                return
            bound, used = numbers.solve(self._remaining * _NUMBERS_SHARE)
            self._learn(bound)
            if used is None or self._done:
                return
            narrowed = Generation(self._task.of_numbers(used), self._pricing, self._columns, self._expired)
            relaxed = narrowed.run()
            self._columns |= narrowed.master.columns
            if relaxed.missing and sum(numbers.require(*proof) for proof in narrowed.proofs):
                continue
            failed = 0 if self._way_down(used) or self._way_down(None) else failed + 1
            if failed == _IN_VAIN:
                return

    def _way_down(self, used: Ints | None) -> bool:
        """One dive, within these numbers of nodes or within none; whether it has led to something better."""
        if self._done or not self._placeable:
            return False
        task = self._task if used is None else self._task.of_numbers(used)
        dive = Dive(task, self._pricing, self._dice, self._expired)
        chosen = dive.run(self._columns, self._steps(self._result.value) if used is None else 1)
        self._columns |= dive.columns
        return chosen is not None and self._take(chosen)

    def _take(self, chosen: Counter[Column]) -> bool:
        """Where the patterns can be carried out and are better, they are the incumbent from now on."""
        stages = tuple(result.stage for result in self._results)
        placement = placement_of(chosen, self._task, self._work)
        order = bind_order(placement, stop=self._expired)
        if order.steps is None or verify(order.placement, order.steps, self._question):
            self._placeable = False
            return False
        if standing(placement, stages) >= tuple(result.value for result in self._results):
            return False
        self._incumbent = Incumbent(order.placement, order.steps)
        renew(self._results, standing(placement, stages), self._work.ground)
        self._tell()
        return True

    def _learn(self, steps: int) -> None:
        bound = self._task.paid + steps * self._task.step
        if self._result.bound < bound <= self._result.value:
            self._result.bound = bound
            self._tell()

    def _steps(self, value: Fraction) -> int:
        return int((value - self._task.paid) / self._task.step)

    def _tell(self) -> None:
        result = self._result
        self._watch.tell(Progress(self._watch.seconds, result.stage.level, result.value, result.bound))

    @property
    def _done(self) -> bool:
        return self._result.proven or self._expired()

    @property
    def _remaining(self) -> float:
        return max(0.0, self._watch.remaining - self._until)

    def _expired(self) -> bool:
        return self._watch.limit is not None or self._watch.remaining <= self._until


def _pricing(task: Task, seed: int) -> Pricing | None:
    """Tables where they are small enough, else single programs where these are few."""
    lattice = Lattice(task)
    if lattice.cells(task) <= LARGEST:
        return lattice
    return Knapsack(seed) if Knapsack.suits(task) else None
