"""The best mix of at most so many types: subsets in the order of their bounds, until no other can be better."""

from __future__ import annotations

import time
from dataclasses import replace
from fractions import Fraction
from itertools import combinations
from math import comb, inf
from typing import TYPE_CHECKING

from solver.studies.node_sizes.dominance import needless
from solver.studies.node_sizes.floor import Floor
from solver.studies.node_sizes.search import attempted

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from solver.studies.node_sizes.mix import Mix
    from solver.studies.node_sizes.offers import Offer
    from solver.studies.node_sizes.task import Task

_MOST_SUBSETS = 5_000
"""With more subsets than this, those of the types with the best bounds of their own are tried, and the bound is that of
all types together."""
_SHARE = 8
"""One subset takes at most this part of the time at first."""


def best_of_few(
    task: Task,
    types: int,
    free: Mix,
    solve: Callable[[Task], Mix | None] = attempted,
    least: Callable[[Floor, Sequence[Offer]], float] = Floor.of,
) -> Mix | None:
    """The best mix of at most ``types`` instance types; ``free`` is one of any number of them.

    ``solve`` finds the best mix of the types of a task, for what is asked; ``least`` says by totals what such a mix of
    some offers costs at least. The bound holds for all subsets. None: no subset that was tried takes all pods.
    """
    by_type = _by_type(task)
    used = {task.offer_of_pool[pool].type.name for pool in free.counts}
    if len(used) <= types or len(by_type) <= types:
        return free
    floor = Floor(task.offers, task.workloads)
    names = sorted(by_type, key=lambda name: floor.of(by_type[name]))
    complete = comb(len(names), types) <= _MOST_SUBSETS
    while comb(len(names), types) > _MOST_SUBSETS:
        names.pop()
    subsets = [tuple(offer for name in some for offer in by_type[name]) for some in combinations(names, types)]
    ranked = sorted(((least(floor, subset), at) for at, subset in enumerate(subsets)))
    return _Search(task, free, solve).run([(bound, subsets[at]) for bound, at in ranked], complete=complete)


def _by_type(task: Task) -> dict[str, tuple[Offer, ...]]:
    """Offers by the name of their type, needless ones left out."""
    dropped = needless(task.offers, task.workloads)
    found: dict[str, tuple[Offer, ...]] = {}
    for offer in task.offers:
        if offer not in dropped:
            found[offer.type.name] = (*found.get(offer.type.name, ()), offer)
    return found


class _Search:
    def __init__(self, task: Task, free: Mix, solve: Callable[[Task], Mix | None]) -> None:
        self._task = task
        self._free = free
        self._solve = solve
        self._best: Mix | None = None
        self._open = inf

    def run(self, ranked: Sequence[tuple[float, Sequence[Offer]]], *, complete: bool) -> Mix | None:
        """``ranked`` has subsets with their bounds from totals, the lowest first."""
        until = time.monotonic() + self._task.time_limit_s
        for bound, offers in ranked:
            left = until - time.monotonic()
            if bound >= self._price:
                break
            if left <= 0 or self._task.stopped():
                self._open = min(self._open, bound)
                break
            self._try(offers, bound, min(left, max(self._task.time_limit_s / _SHARE, 1.0)))
        if self._best is None:
            return None
        lower = min(self._price, self._open) if complete else 0.0
        proven = min(Fraction(lower) if lower < self._price else self._best.cost, self._best.cost)
        return replace(self._best, bound=max(proven, min(self._free.bound, self._best.cost)))

    @property
    def _price(self) -> float:
        return float(self._best.cost) if self._best else inf

    def _try(self, offers: Sequence[Offer], bound: float, seconds: float) -> None:
        mix = self._solve(self._task.over(offers).within(seconds))
        if mix is None:
            self._open = min(self._open, bound)
            return
        self._open = min(self._open, max(bound, float(mix.bound)) if not mix.proven else inf)
        if self._best is None or mix.cost < self._best.cost:
            self._best = mix
