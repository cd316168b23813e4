"""From the bound to a proof: whole numbers of columns at the bound, or none, and then the next value."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from solver.strategies.cpsat.patterns.columns import Columns
from solver.strategies.cpsat.patterns.dive import dive
from solver.strategies.cpsat.patterns.rounding import Rounded, Rounding, dealt
from solver.strategies.cpsat.verdict import Verdict

if TYPE_CHECKING:
    from solver.strategies.cpsat.patterns.aim import Aim
    from solver.strategies.cpsat.patterns.filling import Filling
    from solver.strategies.cpsat.patterns.generation import Candidates
    from solver.strategies.cpsat.patterns.reached import Reached

_BRIEF, _SHARE = 0.5, 0.5
"""Of the time that is left, one search for whole numbers takes at most these parts: for an incumbent, for a proof."""
_DIVES, _DEEP_S = 4, 0.5
"""So many dives at most; where fewer seconds are left, the search for good combinations is not begun."""
_LAST_SHARE = 0.7
"""The same for a proof where little time is left."""
_AHEAD_S = 0.05
"""So long CP-SAT is alone with the first value: mostly it is soon proven impossible, and CBC cannot be stopped."""
_QUICK = 0.05
"""Where a search took less of the time left than this, the next one goes twice as far."""
_FEW = 1_500
"""With more columns than this up to the bound, those at hand are tried first."""
_WIDER = 6
"""How far above the bound columns are still looked at, where no combination at the bound was found."""


class Closing:
    """Looks for the best combination of an aim's patterns, and proves what it can."""

    def __init__(self, reached: Reached, filling: Filling) -> None:
        self._reached, self._filling = reached, filling
        self._places = True
        """Whether what patterns describe has been a placement so far."""

    def close(self, aim: Aim) -> int:
        """The best combination that time permits, and the bound that is proven in the end.

        The bound is above `Task.worst` where there surely is no combination at all.
        """
        generation = aim.generation
        lower = generation.whole
        if generation.best is None:
            return lower
        if generation.converged and self._open(aim, lower):
            generation.narrow()
            lower = self._climbed(aim)
        if lower <= aim.task.worst and self._open(aim, lower):
            deep = self._reached.remaining > _DEEP_S
            if deep:
                self.dives(aim, lower)
                self._improved(aim, generation.master.columns, None, _BRIEF)
            if deep or not generation.converged:
                self._widely(aim)
        return lower

    def at_hand(self, aim: Aim, target: int, share: float) -> bool:
        """Whether columns at hand combine to the target, within a share of the time left."""
        return self._improved(aim, aim.generation.master.columns, target, share).filled is not None

    def _climbed(self, aim: Aim) -> int:
        """All columns up to a value, which grows as long as there surely is no combination; the bound that is proven.

        It grows in widening steps where searches are quick, and stays below what is reached.
        """
        task, generation = aim.task, aim.generation
        lower, width, quick = generation.whole, 0, False
        tried = False
        while lower <= task.worst and self._open(aim, lower):
            began = self._reached.remaining
            target = max(lower, min(lower + width, self._value(aim) - task.step))
            candidates = self._candidates(aim, target, quickly=True)
            complete = candidates.reach(self._bound(aim), task.step) >= target
            easy = complete and len(candidates.columns) <= _FEW
            if target > lower and not easy:
                width, quick = 0, False
                continue
            if lower == generation.whole and not (easy or tried):
                tried = True
                if self.at_hand(aim, lower, _SHARE):
                    continue
            if not complete:
                candidates = self._candidates(aim, target)
                complete = candidates.reach(self._bound(aim), task.step) >= target
            before = self._value(aim)
            decided = self._decided(aim, candidates.columns, target)
            if decided.verdict is Verdict.INFEASIBLE and complete:
                again, quick = quick, began - self._reached.remaining < began * _QUICK
                lower, width = target + task.step, 2 * width + task.step if again and quick else 0
            elif decided.filled is None or self._value(aim) == before:
                return lower
        return lower

    def dives(self, aim: Aim, lower: int, share: float = _SHARE, most: int = _DIVES) -> None:
        """A few placements of the relaxation, within a share of the time left, as long as there is enough of it."""
        dice, until = np.random.default_rng(0), self._reached.remaining * (1 - share)

        def over() -> bool:
            return self._reached.expired() or self._reached.remaining < until

        for _ in range(most):
            if self._reached.remaining < _DEEP_S or not self._open(aim, lower):
                break
            aim.generation.master.solve()
            chosen = dive(aim.generation, dice, over)
            if chosen is None:
                break
            self._take(Rounded(Verdict.FEASIBLE, dealt(aim.task, *chosen)), aim)

    def _widely(self, aim: Aim) -> None:
        """The best combination of many columns, with more pending pods than assumed if need be."""
        columns = aim.generation.master.columns
        if aim.generation.converged:
            target = aim.generation.whole + _WIDER
            columns = self._with_known(self._candidates(aim, target, quickly=True), aim)
        elastic = None if aim.assumed is None else next(iter(aim.task.limits))
        rounding = Rounding(aim.task, columns, None, elastic)
        self._take(rounding.improved(self._reached.remaining, self._reached.expired), aim)

    def _open(self, aim: Aim, lower: int) -> bool:
        """Whether a better combination may exist, would be a placement, and can still be looked for."""
        return self._places and not self._reached.expired() and self._value(aim) > lower

    def _value(self, aim: Aim) -> int:
        """What is reached of the aim; worse than all if what was assumed before it is not."""
        results = self._reached.results
        if aim.assumed is not None and results[aim.place - 1].value > aim.assumed:
            return aim.task.worst + 2 * aim.task.step
        return int(results[aim.place].value)

    def _bound(self, aim: Aim) -> float:
        best = aim.generation.best
        return 0.0 if best is None else best.value

    def _candidates(self, aim: Aim, target: int, quickly: bool = False) -> Candidates:
        return aim.generation.candidates(target - self._bound(aim), quickly)

    def _with_known(self, candidates: Candidates, aim: Aim) -> Columns:
        """With the columns at hand, each once."""
        return Columns.joined((candidates.columns, aim.generation.master.columns)).without(set())

    def _improved(self, aim: Aim, columns: Columns, target: int | None, share: float) -> Rounded:
        """A good combination of these columns, taken if it is better; within a share of the time left."""
        if self._reached.expired():
            return Rounded(Verdict.UNKNOWN)
        rounding = Rounding(aim.task, columns, target)
        return self._take(rounding.improved(self._reached.remaining * share, self._reached.expired), aim)

    def _decided(self, aim: Aim, columns: Columns, target: int) -> Rounded:
        """A combination of these columns up to the target, or that there is none."""
        seconds = self._reached.remaining * (_SHARE if self._reached.remaining > _DEEP_S else _LAST_SHARE)
        if self._reached.expired():
            return Rounded(Verdict.UNKNOWN)
        ahead_s = _AHEAD_S if target == aim.generation.whole else 0.0
        rounding = Rounding(aim.task, columns, target)
        return self._take(rounding.decided(seconds, self._reached.expired, ahead_s), aim)

    def _take(self, rounded: Rounded, aim: Aim) -> Rounded:
        """The combination, filled up; patterns are no placements where a better one cannot be carried out."""
        if rounded.filled is not None:
            self._places &= self._reached.adopt(self._filling.placements(aim.task, rounded.filled, aim.pinned))
        return rounded
