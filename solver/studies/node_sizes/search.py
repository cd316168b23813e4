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
from solver.studies.node_sizes.drafted import drafted_result
from solver.studies.node_sizes.fit import misfits
from solver.studies.node_sizes.floor import Floor
from solver.studies.node_sizes.kinds import Kinds
from solver.studies.node_sizes.mix import Mix
from solver.studies.node_sizes.relaxation import relaxation

if TYPE_CHECKING:
    from collections.abc import Callable

    from solver.cluster.pod import Pod
    from solver.result import Result
    from solver.studies.node_sizes.offers import Offer
    from solver.studies.node_sizes.relaxation import Relaxation
    from solver.studies.node_sizes.task import Task

FIRST = "first-fit-decreasing"
_RELAXATION_SHARE, _DRAFT_SHARE, _FIRST_SHARE = 0.25, 0.6, 0.1
"""Of the time limit: what the relaxation, the draft, and a heuristic's mix may take."""
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

    A relaxation comes first, for a bound and for a draft made of it. Offers that no cheaper mix can have are left out
    then; where few enough nodes are left that may be opened, all of them are searched, for the bound as well, and what
    that leaves open is searched again over the few that look best.

    Raises:
        NoMixError: some pods are left without a node.
    """
    until = time.monotonic() + task.time_limit_s
    dropped = needless(task.offers, task.workloads)
    kept = task.over([offer for offer in task.offers if offer not in dropped])
    kinds, totals = Kinds(kept), _of_totals(kept)
    relaxed = relaxation(kinds, totals, _after(task.time_limit_s * _RELAXATION_SHARE))
    bound = max(totals, relaxed.bound if relaxed else Fraction(0))
    best = drafted_result(kinds, relaxed, task.time_limit_s * _DRAFT_SHARE, float(bound))
    if best is None or bound < _price(best):
        best, bound = _improved(kept, relaxed, best, ceiling, bound, until)
    _check(best)
    bound = min(bound, _price(best))
    return Mix(_with_bound(best, bound), bound)


def relaxed_bound(task: Task) -> Fraction:
    """What the relaxation knows of the price of any mix, without a search for one."""
    dropped = needless(task.offers, task.workloads)
    kept = task.over([offer for offer in task.offers if offer not in dropped])
    totals = _of_totals(kept)
    relaxed = relaxation(Kinds(kept), totals, _after(task.time_limit_s))
    return max(totals, relaxed.bound if relaxed else Fraction(0))


def _improved(
    task: Task,
    relaxed: Relaxation | None,
    best: Result | None,
    ceiling: Fraction | None,
    bound: Fraction,
    until: float,
) -> tuple[Result, Fraction]:
    """By a heuristic and by the strategy, as far as offers are left that a cheaper mix could have."""
    price = _lower(ceiling, best)
    left = _without_dear(task, relaxed, best, ceiling)
    if best is not None and not left.offers:
        return best, _price(best)
    if best is not None and _is_large(left, price):
        return best, bound
    first = _first(left, ceiling)
    best = first if best is None else _better(best, first)
    return _searched(left, best, ceiling, bound, until)


def _after(seconds: float) -> Callable[[], bool]:
    until = time.monotonic() + seconds
    return lambda: time.monotonic() > until


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
        if seconds <= 0:
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
