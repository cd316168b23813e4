"""The cheapest mix of some offers: solved, verified, with what is proven of its price."""

from __future__ import annotations

import time
from bisect import bisect_left
from dataclasses import replace
from fractions import Fraction
from math import ceil, gcd, inf, lcm
from typing import TYPE_CHECKING, overload

from solver.objectives.question import ObjectiveName
from solver.result import Termination
from solver.run import run
from solver.studies.node_sizes.dominance import needless
from solver.studies.node_sizes.drafted import Drafted
from solver.studies.node_sizes.fit import misfits
from solver.studies.node_sizes.floor import Floor
from solver.studies.node_sizes.kinds import Kinds
from solver.studies.node_sizes.mix import Mix
from solver.studies.node_sizes.relaxation import relaxation
from solver.studies.node_sizes.whole import Whole

if TYPE_CHECKING:
    from collections.abc import Callable

    from solver.cluster.pod import Pod
    from solver.result import Result
    from solver.studies.node_sizes.offers import Offer
    from solver.studies.node_sizes.relaxation import Relaxation
    from solver.studies.node_sizes.task import Task

FIRST = "first-fit-decreasing"
_RELAXATION_SHARE, _DRAFT_SHARE, _FIRST_SHARE = 0.3, 0.3, 0.1
"""Of the time limit: what the relaxation, the draft, and a heuristic's mix may take."""
_WHOLE_SHARE, _AGAIN_SHARE, _LAST_SHARE = 0.25, 0.7, 0.6
"""Of the time that is left each time: what whole numbers of nodes may take, then the draft, then the former again.

Where the strategy is not to follow, all of it is the draft's.
"""
_ALL_SHARE = 0.7
"""Of the time that is left then: what the search over all offers may take."""
_LARGE = 150_000
"""Kinds of pods times nodes that may be opened: a larger model is not built, so nothing is searched."""
_LEAST_S = 0.1
"""With less time than this nothing more is begun."""
_ALONE = 4
"""So many offers are tried alone, those that need least for the totals."""


class NoMixError(Exception):
    """No mix takes all pods, or none was found; ``pending`` are those left over, with the reason of each."""

    def __init__(self, pending: dict[Pod, str], *, proven: bool) -> None:
        super().__init__(pending)
        self.pending = pending
        self.proven = proven


def least_cost(task: Task, ceiling: Fraction | None = None) -> Mix:
    """The cheapest mix that is found, dominated offers left out; ``ceiling`` is the price of one that is known.

    Raises:
        NoMixError: some pods are left without a node.
    """
    until = time.monotonic() + task.time_limit_s
    dropped = needless(task.offers, task.workloads)
    search = _Search(task.over([offer for offer in task.offers if offer not in dropped]), ceiling, until)
    best = search.run()
    _check(best)
    bound = min(search.bound, _price(best))
    return Mix(_with_bound(best, bound), bound)


def relaxed_bound(task: Task) -> Fraction:
    """What the relaxation knows of the price of any mix, without a search for one."""
    dropped = needless(task.offers, task.workloads)
    kept = task.over([offer for offer in task.offers if offer not in dropped])
    totals = _of_totals(kept)
    relaxed = relaxation(Kinds(kept), totals, _after(kept, task.time_limit_s))
    return max(totals, relaxed.bound if relaxed else Fraction(0))


class _Search:
    """A relaxation comes first, for a bound and for a draft made of it; then whole numbers of nodes, for both as well.

    Offers that no cheaper mix can have are left out then; where few enough nodes are left that may be opened, all of
    them are searched by the strategy, and what that leaves open is searched again over the few that look best.
    """

    def __init__(self, task: Task, ceiling: Fraction | None, until: float) -> None:
        self._task = task
        self._ceiling = ceiling
        self._until = until
        kinds, totals = Kinds(task), _of_totals(task)
        self._relaxed = relaxation(kinds, totals, _after(task, task.time_limit_s * _RELAXATION_SHARE))
        self.bound = max(totals, self._relaxed.bound if self._relaxed else Fraction(0))
        self._draft = Drafted(kinds, self._relaxed)
        self._best: Result | None = None

    def run(self) -> Result:
        """The best answer found; pods may be left over in it. ``bound`` is then what is known of all of them."""
        self._go_on_drafting(self._task.time_limit_s * _DRAFT_SHARE)
        self._in_whole_numbers(_WHOLE_SHARE)
        left = _without_dear(self._task, self._relaxed, self._best, self._ceiling)
        if self._best is None:
            return self._by_strategy(left)
        if not left.offers:
            self.bound = _price(self._best)
        large = bool(left.offers) and _is_large(left, _lower(self._ceiling, self._best))
        if self._open:
            self._go_on_drafting(self._left * (1.0 if large else _AGAIN_SHARE))
        if not large:
            self._in_whole_numbers(_LAST_SHARE)
        return self._by_strategy(left) if self._open and not large else self._best

    @property
    def _left(self) -> float:
        return 0.0 if self._task.stopped() else self._until - time.monotonic()

    @property
    def _open(self) -> bool:
        return self._best is None or self.bound < _price(self._best)

    def _go_on_drafting(self, seconds: float) -> None:
        found = self._draft.result(seconds, float(self.bound))
        if found is not None:
            self._best = _better(self._best, found)

    def _in_whole_numbers(self, share: float) -> None:
        """What can be proven of numbers of nodes, and a mix of such numbers where that is cheaper."""
        known, relaxed = _lower(self._ceiling, self._best), self._relaxed
        if not self._open or known is None or relaxed is None or not (relaxed.packing.prices > 0).all():
            return
        step = relaxed.packing.step
        # As cheap as the ceiling is of use, as cheap as the best mix is not.
        reached = self._best is not None and _price(self._best) <= known
        most = ceil(known / step) - 1 if reached else int(known / step)
        whole = Whole(self._task, relaxed, most, time.monotonic() + self._left * share)
        found = whole.run(ceil(self.bound / step))
        self._best = self._best if found is None else found
        self.bound = max(self.bound, whole.bound * step)

    def _by_strategy(self, left: Task) -> Result:
        """Over what is left of the offers, from a heuristic's mix on."""
        first = _first(left, self._ceiling)
        best = first if self._best is None else _better(self._best, first)
        found, self.bound = _searched(left, best, self._ceiling, self.bound, self._until)
        return found


def _after(task: Task, seconds: float) -> Callable[[], bool]:
    until = time.monotonic() + seconds
    return lambda: time.monotonic() > until or task.stopped()


def _of_totals(task: Task) -> Fraction:
    floor = Floor(task.offers, task.workloads).of_whole_pods(task.offers)
    return _in_prices(floor, task) if floor < inf else Fraction(0)


def _without_dear(task: Task, relaxed: Relaxation | None, best: Result | None, ceiling: Fraction | None) -> Task:
    """Without the offers of which a node makes every mix dearer than the ceiling, or no cheaper than the best one."""
    if relaxed is None:
        return task
    dear = (bound > (inf if ceiling is None else ceiling) for bound in relaxed.bounds_with)
    no_cheaper = (best is not None and bound >= _price(best) for bound in relaxed.bounds_with)
    return task.over([offer for offer, *out in zip(task.offers, dear, no_cheaper, strict=True) if not any(out)])


def _searched(
    task: Task, best: Result | None, ceiling: Fraction | None, bound: Fraction, until: float
) -> tuple[Result, Fraction]:
    """By the strategy: over all offers, for the bound as well; and again over the promising ones.

    What is proven holds for all mixes that cost less than the best one: they have no nodes of other offers.
    """
    seconds = max(until - time.monotonic(), _LEAST_S) * _ALL_SHARE
    everything = _solved(task.within(seconds), _lower(ceiling, best))
    found, bound = _better(best, everything), max(bound, _bound_of(everything))
    promising = _promising(task, found)
    left = until - time.monotonic()
    if bound < _price(found) and left > _LEAST_S and len(promising) < len(task.offers):
        found = _better(found, _solved(task.over(promising).within(left), _price(found)))
    return found, bound


def _is_large(task: Task, price: Fraction | None) -> bool:
    """Whether a model over kinds of pods and single nodes would be too large."""
    kinds = len(dict.fromkeys(pod.spec for pod in task.workloads.pending))
    zones = len(task.offers[0].templates)
    return kinds * zones * sum(pool.openable for pool in task.with_pools(price).cluster.pools) > _LARGE


def _lower(ceiling: Fraction | None, result: Result | None) -> Fraction | None:
    """The price of the best mix that is known."""
    if result is None:
        return ceiling
    return _price(result) if ceiling is None else min(ceiling, _price(result))


def attempted(task: Task, ceiling: Fraction | None = None) -> Mix | None:
    """The same, None where pods are left over."""
    if misfits(task.workloads, task.offers):
        return None
    try:
        return least_cost(task, ceiling)
    except NoMixError:
        return None


def _first(task: Task, ceiling: Fraction | None) -> Result | None:
    """A mix that takes all pods, from a heuristic; None where it leaves some over.

    It opens nodes one by one, with little foresight; so it has to show what it makes of single types as well, and of
    small ones.
    """
    floor = Floor(task.offers, task.workloads)
    ranked = sorted(task.offers, key=floor.alone)[:_ALONE]
    best: Result | None = None
    tries = (_cheapest_that_suffice(task), *([offer] for offer in ranked), task.offers)
    until = time.monotonic() + task.time_limit_s * _FIRST_SHARE
    for offers in tries:
        seconds = until - time.monotonic()
        if seconds <= 0 or (best is not None and task.stopped()):
            break
        some = task.over(offers)
        price = ceiling if best is None else _price(best)
        result = run(some.with_pools(price), FIRST, time_limit_s=seconds, seed=task.seed, workers=task.workers)
        if not result.placement.pending:
            best = _better(best, result)
    return best


def _promising(task: Task, result: Result) -> list[Offer]:
    """The offers that an answer has nodes of, and those that need least for the totals."""
    floor = Floor(task.offers, task.workloads)
    used = {node.pool for node in result.placement.used}
    ranked = sorted(task.offers, key=lambda offer: (offer.pool not in used, floor.alone(offer)))
    return ranked[: len(used) + _ALONE]


@overload
def _better(one: Result | None, other: Result) -> Result: ...


@overload
def _better(one: Result | None, other: Result | None) -> Result | None: ...


def _better(one: Result | None, other: Result | None) -> Result | None:
    """The one with fewer pods left over, then the cheaper one."""
    if one is None or other is None:
        return other if one is None else one
    return min(one, other, key=lambda each: (len(each.placement.pending), _price(each)))


def _cheapest_that_suffice(task: Task) -> list[Offer]:
    """As many of the cheapest offers as are needed for every kind of pod to fit one of them."""
    ranked = sorted(task.offers, key=lambda offer: offer.price)
    needed = bisect_left(range(1, len(ranked)), True, key=lambda number: not misfits(task.workloads, ranked[:number]))
    return ranked[: needed + 1]


def _solved(task: Task, ceiling: Fraction | None) -> Result:
    return run(
        task.with_pools(ceiling),
        task.strategy,
        time_limit_s=task.time_limit_s,
        seed=task.seed,
        workers=task.workers,
        listener=task.listener,
        started=task.started,
    )


def _check(result: Result) -> None:
    pending = result.placement.pending
    if pending:
        proven = any(level.bound for level in result.levels if level.level.objective is ObjectiveName.PENDING)
        raise NoMixError({pod: result.messages.get(pod, "") for pod in pending}, proven=proven)


def _bound_of(result: Result) -> Fraction:
    """The strategy's own; nothing less than 0 is ever asked."""
    found = next(level.bound for level in result.levels if level.level.objective is ObjectiveName.COST)
    return found or Fraction(0)


def _in_prices(floor: float, task: Task) -> Fraction:
    """The least sum of prices that is not below the bound: prices are multiples of what they have in common."""
    prices = [Fraction(offer.price) for offer in task.offers if offer.price]
    parts = lcm(*(price.denominator for price in prices))
    step = Fraction(gcd(*(int(price * parts) for price in prices)), parts)
    return ceil(Fraction(floor) / step) * step if step else Fraction(0)


def _with_bound(result: Result, bound: Fraction) -> Result:
    """The result with what is known of it in the end."""
    levels = tuple(
        replace(level, bound=bound if level.level.objective is ObjectiveName.COST else Fraction(0))
        for level in result.levels
    )
    termination = Termination.OPTIMAL if all(level.proven for level in levels) else Termination.FEASIBLE
    return replace(result, levels=levels, termination=termination)


def _price(result: Result) -> Fraction:
    return sum((Fraction(node.price_per_hour or 0) for node in result.placement.used), Fraction(0))


def with_bound(mix: Mix, bound: Fraction) -> Mix:
    """The mix with a better bound, where this one is."""
    return replace(mix, bound=min(max(mix.bound, bound), mix.cost))
