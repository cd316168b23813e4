"""Mixes that survive every failure: planned with a reserve, or extended until they do; then what is needless goes."""

from __future__ import annotations

import time
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import combinations_with_replacement, takewhile
from typing import TYPE_CHECKING

from solver.cluster.pool import NodePool
from solver.objectives.question import BoundPods, Question
from solver.run import run
from solver.studies.node_sizes.dealing import further, next_number
from solver.studies.node_sizes.floor import Floor
from solver.studies.node_sizes.places import with_places
from solver.studies.node_sizes.reserves import with_reserves
from solver.studies.node_sizes.risk import Part
from solver.studies.node_sizes.search import with_bound
from solver.studies.node_sizes.survival import after, breaking, survival
from solver.studies.node_sizes.survival_bound import least_price
from solver.studies.node_sizes.task import QUESTION

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from solver.cluster.node import Node
    from solver.studies.node_sizes.mix import Mix
    from solver.studies.node_sizes.offers import Offer
    from solver.studies.node_sizes.task import Task

_OTHERS = 5
"""Offers beside those of the mix that may make a failure good."""
_PLACE_CHEAPLY = Question(QUESTION.objectives, BoundPods.FIXED)
_CANDIDATES, _LIGHTER, _EXTENDED, _IN_ALL = 0.4, 0.7, 0.74, 0.87
"""Of the time limit, when each step ends: candidates, spares made cheaper, those that break extended, the bound.

What is left is for whoever plays the failures through once more, to tell of them.
"""
_PLACES = 0.38
"""Of the time limit: for a mix with a place for every pod of a zone that fails."""
_FEW = 300
"""Up to so many pods a placement that heuristics do not find is searched for also on the way, not only in the end."""


def surviving(
    task: Task, starts: Sequence[Mix], kind: Part, seconds: float, rest: Fraction = Fraction(0)
) -> Mix | None:
    """The cheapest mix found that survives every failure, with its bound; ``seconds`` is for each search beside it.

    ``starts`` are mixes of the task that may not; what a failure leaves costs ``rest`` at least. The cheapest candidate
    that survives is taken, or a cheaper one extended. None where none was found within the task's time limit.
    """
    steps = _Steps(task, kind, seconds)
    best: Mix | None = None
    broken: list[Mix] = []
    for mix in steps.candidates(starts):
        if steps.survives(mix, _IN_ALL):
            best = mix
            break
        broken.append(mix)
    best = None if best is None else steps.lighter(best)
    for mix in broken:
        if best is not None and (mix.cost >= best.cost or steps.is_over(_EXTENDED)):
            break
        found = steps.extended(mix, best)
        best = best if found is None else steps.lighter(found)
    if best is None:
        return None
    return with_bound(best, least_price(task, kind, best.cost, steps.end(_IN_ALL), seconds, rest) or Fraction(0))


class _Steps:
    """What is done with mixes of a task on the way, each up to a share of its time limit."""

    def __init__(self, task: Task, kind: Part, seconds: float) -> None:
        self._task, self._kind, self._seconds = task, kind, seconds
        self._began = time.monotonic()
        self._suspects: list[str] = []
        self._searched = seconds if len(task.workloads.pending) <= _FEW else 0.0

    def end(self, share: float) -> float:
        """When this share of the time limit is over."""
        return self._began + share * self._task.time_limit_s

    def is_over(self, share: float) -> bool:
        """Whether it is."""
        return time.monotonic() >= self.end(share)

    def survives(self, mix: Mix, share: float, seconds: float = 0.0) -> bool:
        """Whether that is known by then, by heuristics where there are no seconds. What broke others comes first."""
        part = breaking(self._task, mix, self._kind, seconds, self.end(share), self._suspects)
        if part is not None:
            self._suspects = [part, *(other for other in self._suspects if other != part)]
        return part is None

    def candidates(self, starts: Sequence[Mix]) -> list[Mix]:
        """Those with a reserve, and the mixes that are known; the cheapest first."""
        task, kind = self._task, self._kind
        found = [replace(start, bound=Fraction(0)) for start in starts]
        if kind is Part.ZONE:
            kept = with_places(task, _PLACES * task.time_limit_s)
            found += [kept] if kept is not None else []
        if kind is Part.NODE or len(task.offers[0].templates) > 1:
            found += with_reserves(task, starts[:1], kind, self._seconds, self.end(_CANDIDATES))
        return sorted(found, key=lambda mix: mix.cost)

    def extended(self, start: Mix, best: Mix | None) -> Mix | None:
        """The mix, with further nodes for the worst failure, until all are survived; None if it gets too dear or late.

        Where no mix survives yet, that may take all the time.
        """
        task, kind, mix = self._task, self._kind, start
        until = self.end(_IN_ALL if best is None else _EXTENDED)
        while best is None or mix.cost < best.cost:
            broken = survival(task, mix, kind, self._searched, until).broken_by
            left = until - time.monotonic()
            if broken is None:
                return mix
            bought = _remedy(task, mix, kind, broken.part, min(self._seconds, left)) if left > 0 else ()
            if not bought:
                return None
            mix = replace(mix, spare=(*mix.spare, *bought))
        return None

    def lighter(self, mix: Mix) -> Mix:
        """Without the spare nodes that no failure needs, or with cheaper ones in their place, the dearest first.

        One node makes way for none, for one, or for two. At first as if of all that could come in its place the dear
        ones did and the cheap ones did not; then, as long as there is time, one after the other is tried, the cheapest
        first.
        """
        offers = _helpful(self._task, mix)
        choices: list[tuple[Offer, ...]] = [(), *((offer,) for offer in offers)]
        choices = sorted((*choices, *combinations_with_replacement(offers, 2)), key=_price)
        for cheapest in (self._by_halves, self._one_by_one):
            for spare in sorted(mix.spare, key=lambda node: node.price_per_hour or 0, reverse=True):
                tries = [_with(some, mix, spare) for some in choices if _price(some) < (spare.price_per_hour or 0)]
                mix = cheapest(tries) or mix
        return mix

    def _by_halves(self, tries: Sequence[Mix]) -> Mix | None:
        low, high = 0, len(tries)
        while low < high and not self.is_over(_LIGHTER):
            middle = (low + high) // 2
            if self.survives(tries[middle], _LIGHTER):
                high = middle
            else:
                low = middle + 1
        return tries[high] if low == high < len(tries) else None

    def _one_by_one(self, tries: Sequence[Mix]) -> Mix | None:
        in_time = takewhile(lambda _: not self.is_over(_LIGHTER), tries)
        return next((mix for mix in in_time if self.survives(mix, _LIGHTER, self._searched)), None)


def _price(offers: Iterable[Offer]) -> Decimal:
    return sum((offer.price for offer in offers), Decimal(0))


def _with(offers: Iterable[Offer], mix: Mix, out: Node) -> Mix:
    """The mix without that spare node, and with further ones of these offers in its zone."""
    spare = tuple(node for node in mix.spare if node is not out)
    for offer in offers:
        template = next((node for node in offer.templates if node.zone == out.zone), offer.template)
        spare = (*spare, further(template, (*mix.nodes, *spare)))
    return replace(mix, spare=spare)


def _remedy(task: Task, mix: Mix, kind: Part, part: str, seconds: float) -> tuple[Node, ...]:
    """Further nodes with which this failure is survived, as cheap as found; none where there are no such nodes."""
    cluster = after(task, mix, kind, part)
    lost = len(cluster.pending)
    pools = (_further(offer, mix, kind, part, lost) for offer in _helpful(task, mix))
    cluster = replace(cluster, pools=tuple(pool for pool in pools if pool.templates))
    scenario = replace(task.scenario, cluster=cluster, question=_PLACE_CHEAPLY)
    result = run(scenario, task.strategy, time_limit_s=seconds, seed=task.seed, workers=task.workers)
    if result.placement.pending:
        return ()
    present = {node.name for node in cluster.nodes}
    return tuple(node for node in result.placement.used if node.name not in present)


def _helpful(task: Task, mix: Mix) -> list[Offer]:
    """The offers of the mix, and some that need least for the totals."""
    floor = Floor(task.offers, task.workloads)
    ranked = sorted(task.offers, key=floor.alone)[:_OTHERS]
    return list(dict.fromkeys((*(task.offer_of_pool[pool] for pool in mix.counts), *ranked)))


def _further(offer: Offer, mix: Mix, kind: Part, part: str, most: int) -> NodePool:
    """Nodes of the offer that are not in the mix yet, outside of a failed zone."""
    templates = tuple(node for node in offer.templates if kind is Part.NODE or kind.of(node) != part)
    return NodePool(offer.pool, templates, tuple(next_number(node, mix.nodes) for node in templates), most)
