"""From the bound up: the cheapest numbers of nodes that nothing speaks against are disproved, or pods packed into them.

Numbers of nodes by offer and zone (see `buying.numbers`) are refused where the relaxation over them leaves pods out:
the worths that say so speak against others, too. Numbers that pass are given to the strategy. Where it places all
pods, that is a mix, and the cheapest; where it proves that some are left over, exactly these nodes are refused, and the
next ones looked at. What all numbers below cost is no price of a mix: that is the bound.
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from solver.cluster.pool import numbered
from solver.objectives.question import ObjectiveName, Question
from solver.placement import widened
from solver.run import run
from solver.studies.node_sizes.drafted import as_result
from solver.studies.node_sizes.kinds import Kinds
from solver.studies.node_sizes.mix import without_empty
from solver.studies.node_sizes.shares import shares_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from solver.cluster.node import Node
    from solver.result import Result
    from solver.strategies.cpsat.buying.numbers import Chosen, Numbers
    from solver.strategies.cpsat.packing.task import Task as Packing
    from solver.studies.node_sizes.kinds import Ints
    from solver.studies.node_sizes.relaxation import Relaxation
    from solver.studies.node_sizes.task import Task

NAME = "whole-numbers"
_PLACE_ALL = Question((ObjectiveName.PENDING,))
_NUMBERS_SHARE, _PACK_SHARE = 0.4, 0.3
"""Of the time that is left: what one search for numbers may take, and what packing into them may."""
_MOST_NODES, _MOST_PODS = 150, 3_000
"""More than these are not looked at: they are seldom placed without one pod left over."""
_LATEST = 2
"""Of the worths by which a relaxation leaves pods out, the last ones are the sharpest."""
_LEAST_S = 0.05
_DOUBT = 1e-6


class Whole:
    """The search for a mix at ``most`` steps at most, over the offers that such a mix can have."""

    def __init__(self, task: Task, relaxed: Relaxation, most: int, until: float) -> None:
        step = relaxed.packing.step
        some = np.array([at for at, bound in enumerate(relaxed.bounds_with) if bound <= most * step], dtype=np.int64)
        self._task = task.over([task.offers[at] for at in some])
        self._packing = _of_offers(relaxed.packing, some)
        self._proofs = [(worth, held[some]) for worth, held in relaxed.proofs]
        self._group_of = relaxed.group_of
        self._most = most
        self._until = until
        self.bound = 0
        """In steps: ``most + 1`` where there is no such mix."""

    def run(self, least: int) -> Result | None:
        """A mix, or None; ``least`` is a bound that is known.

        Where it was not decided in time whether some nodes hold all pods, the bound stays, and others are tried.
        """
        self.bound = least
        if not self._task.offers:
            self.bound = max(least, self._most + 1)
            return None
        numbers, decided = self._numbers(), True
        while least <= self._most and self._left > _LEAST_S:
            least, chosen = numbers.solve(least, self._most, self._left * _NUMBERS_SHARE)
            self.bound = least if decided else self.bound
            if chosen is None or chosen.nodes.sum() > _MOST_NODES or self._packing.wanting.sum() > _MOST_PODS:
                break
            if self._spoken_against(chosen, numbers):
                continue
            result, proven = self._packed(chosen.nodes)
            if result is not None:
                return result
            decided = decided and proven
            numbers.refuse(chosen.nodes)
        return None

    def _numbers(self) -> Numbers:
        from solver.strategies.cpsat.buying.numbers import Numbers

        numbers = Numbers(self._packing, shares_of(Kinds(self._task), self._group_of), self._task.seed)
        for proof in self._proofs:
            numbers.require(*proof)
        return numbers

    @property
    def _left(self) -> float:
        return 0.0 if self._task.stopped() else self._until - time.monotonic()

    def _spoken_against(self, chosen: Chosen, numbers: Numbers) -> bool:
        """Whether the relaxation over the nodes of some zone leaves pods of it out, for a reason that is new."""
        found = False
        for nodes, pods in zip(chosen.nodes, chosen.pods, strict=True):
            for worth in self._reasons(nodes, pods):
                found |= numbers.require(worth, self._held(worth, nodes))
        return found

    def _reasons(self, nodes: Ints, pods: Ints) -> Iterator[Ints]:
        """Worths by which these nodes do not hold these pods."""
        from solver.strategies.cpsat.packing.generation import Generation
        from solver.strategies.cpsat.packing.knapsack import Knapsack

        used = np.flatnonzero(nodes)
        if not len(used) or not pods.any():
            return
        packing = _of_offers(self._packing, used)
        packing = replace(packing, wanting=pods).of_numbers(nodes[used])
        generation = Generation(packing, Knapsack(self._task.seed), (), lambda: self._left < _LEAST_S)
        if generation.run().missing > _DOUBT:
            yield from (worth for worth, _ in generation.proofs[-_LATEST:])

    def _held(self, worth: Ints, nodes: Ints) -> Ints:
        """What a node of each offer holds at most, exactly for those in question."""
        from solver.strategies.cpsat.packing.knapsack import Knapsack
        from solver.strategies.cpsat.packing.promising import Promising

        held = Promising(self._task.seed).priced(self._packing, worth).most
        used = np.flatnonzero(nodes)
        held[used] = Knapsack(self._task.seed).priced(_of_offers(self._packing, used), worth).most
        return held

    def _packed(self, numbers: Ints) -> tuple[Result | None, bool]:
        """All pods on these nodes; and where there is no such placement, whether that is proven."""
        began = time.perf_counter()
        nodes: list[Node] = []
        for zone, of_zone in enumerate(numbers.tolist()):
            for offer, number in zip(self._task.offers, of_zone, strict=True):
                nodes += [numbered(offer.templates[zone], at) for at in range(number)]
        cluster = widened(self._task.workloads, nodes)
        scenario = replace(self._task.scenario, cluster=cluster, question=_PLACE_ALL)
        task, seconds = self._task, max(self._left * _PACK_SHARE, _LEAST_S)
        found = run(scenario, task.strategy, time_limit_s=seconds, seed=task.seed, workers=task.workers)
        if found.placement.pending:
            return None, any(level.bound for level in found.levels)
        return as_result(task, without_empty(found.placement), NAME, began), False


def _of_offers(packing: Packing, some: Ints) -> Packing:
    """The same with these offers alone."""
    classes = tuple(packing.classes[at] for at in some)
    return replace(packing, classes=classes, numbers=packing.numbers[some], prices=packing.prices[some])
