"""The cheapest mix of some offers: solved, verified, with what is proven of its price."""

from __future__ import annotations

import time
from bisect import bisect_left
from dataclasses import replace
from fractions import Fraction
from math import ceil, gcd, inf, lcm
from typing import TYPE_CHECKING

from solver.objectives.question import ObjectiveName
from solver.result import Termination
from solver.run import run
from solver.studies.node_sizes.dominance import needless
from solver.studies.node_sizes.fit import misfits
from solver.studies.node_sizes.floor import Floor
from solver.studies.node_sizes.mix import Mix

if TYPE_CHECKING:
    from solver.cluster.pod import Pod
    from solver.result import Result
    from solver.studies.node_sizes.offers import Offer
    from solver.studies.node_sizes.task import Task

FIRST = "first-fit-decreasing"
_FIRST_SHARE = 0.2
"""Of the time limit: what the first mix may take, whose price bounds how many nodes any better one has."""
_ALL_SHARE = 0.7
"""Of the time that is left then: what the search over all offers may take."""
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

    All offers are searched first, for the bound; what that leaves open is searched again over the few that look best.

    Raises:
        NoMixError: some pods are left without a node.
    """
    until = time.monotonic() + task.time_limit_s
    dropped = needless(task.offers, task.workloads)
    kept = task.over([offer for offer in task.offers if offer not in dropped])
    first = _first(kept, ceiling)
    known = ceiling if first is None else _price(first)
    best = _solved(kept.within(max(until - time.monotonic(), _LEAST_S) * _ALL_SHARE), known)
    bound = _bound(kept, best)
    best = _better(first, best)
    promising = _promising(kept, best)
    left = until - time.monotonic()
    if bound < _price(best) and left > _LEAST_S and len(promising) < len(kept.offers):
        best = _better(best, _solved(kept.over(promising).within(left), _price(best)))
    _check(best)
    return Mix(_with_bound(best, min(bound, _price(best))), min(bound, _price(best)))


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


def _better(one: Result | None, other: Result) -> Result:
    """The one with fewer pods left over, then the cheaper one."""
    if one is None:
        return other
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


def _bound(task: Task, result: Result) -> Fraction:
    """The strategy's, or that of totals where it is better."""
    found = next(level.bound for level in result.levels if level.level.objective is ObjectiveName.COST)
    floor = Floor(task.offers, task.workloads).of(task.offers)
    return max(found or Fraction(0), _in_prices(floor, task) if floor < inf else Fraction(0))


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
