"""Why pods stay pending in a proven optimum: with whom they compete, and for what.

Ask the model for all that the optimum has, pod group by pod group from the pod's priority up, and for this pod as well:
that is impossible, or the optimum would be none. Whatever of the rules and of the other pods' places can be dropped
while it stays impossible is no part of the reason; the rest is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from solver.model.program import OutOfTimeError, Source
from solver.result import Competition
from solver.strategies.bind_order import bind_order, sensitive_groups
from solver.strategies.cpsat.bounds import Counting
from solver.strategies.cpsat.competition.reach import where
from solver.strategies.cpsat.conflict import conflicting
from solver.strategies.cpsat.exact.counts import placement_of
from solver.strategies.cpsat.exact.cuts import exclude
from solver.strategies.cpsat.stages import Part
from solver.strategies.cpsat.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from solver.cluster.pod import Pod
    from solver.model.groups import PodGroup
    from solver.model.linear import Comparison, Linear
    from solver.model.placing import PlacementModel
    from solver.placement import Placement
    from solver.strategies.cpsat.exact.backend import Finding
    from solver.strategies.cpsat.groundwork import Groundwork
    from solver.strategies.cpsat.incumbent import StageResult

LARGEST = 20_000
"""Pairs of group and node; in larger clusters only a resource that is short by itself is named."""
_ONCE, _ALTOGETHER = 1.0, 5.0
"""Deterministic time of CP-SAT for one question, and for all of them."""
_PUT = 0.003
"""What it takes to put a question, in the same unit; most are answered in less."""
_CUTS = 20
"""So many placements without an order of binds are taken out before that itself is the reason."""
ORDER = "order of binds"


@dataclass(frozen=True, eq=False)
class _Asked:
    """Something of the optimum that the pod must not take away: a group's places, or the value of an earlier level."""

    demands: tuple[Comparison, ...]
    rival: PodGroup | None = None
    level: str | None = None

    def met_by(self, values: Sequence[int]) -> bool:
        """Whether the variables have such values."""
        return all(demand.holds(values) for demand in self.demands)


_Part = Source | _Asked


def competitors(
    placement: Placement, work: Groundwork, results: Sequence[StageResult], stop: Callable[[], bool]
) -> Mapping[Pod, Competition]:
    """For each pending pod whose level is proven, and all before it, what keeps it out; as far as there is time."""
    waiting = [group for group in work.ground.groups if _pending(group, placement) and work.ground.most(group).any()]
    proven = _proven_down_to(results)
    asked = [group for group in waiting if proven is not None and group.priority >= proven]
    if not asked:
        return {}
    search = _Competitors(placement, work, results, stop)
    found: dict[Pod, Competition] = {}
    for group in asked:
        competition = search.of(group) or _shortage(group, work)
        if competition is not None:
            found |= dict.fromkeys(_pending(group, placement), competition)
    return {pod: found[pod] for pod in placement.pending if pod in found}


def _pending(group: PodGroup, placement: Placement) -> list[Pod]:
    keys = {pod.key for pod in group.pending}
    return [pod for pod in placement.pending if pod.key in keys]


def _proven_down_to(results: Sequence[StageResult]) -> int | None:
    """The lowest tier whose pending pods are as few as can be, surely."""
    lowest = None
    for result in results:
        if not result.proven:
            break
        lowest = result.stage.pending_tier if result.stage.pending_tier is not None else lowest
    return lowest


def _shortage(group: PodGroup, work: Groundwork) -> Competition | None:
    """What counting alone proves: one resource is short for pods of this priority and above."""
    short = Counting(work.ground).shortage(group.priority)
    if short is None:
        return None
    return Competition(("NodeResourcesFit",), (short.resource,), "on all nodes", {}, ())


class _Competitors:
    """Asks one model, made when first needed."""

    def __init__(
        self, placement: Placement, work: Groundwork, results: Sequence[StageResult], stop: Callable[[], bool]
    ) -> None:
        self._placement = placement
        self._work = work
        self._results = results
        self._stop = stop
        self._left = _ALTOGETHER
        self._large = work.ground.size > LARGEST

    def of(self, group: PodGroup) -> Competition | None:
        """None where the model is too large, or there is no time to ask it."""
        try:
            return None if self._large or self._over() else self._found(group)
        except OutOfTimeError:
            return None

    def _found(self, group: PodGroup) -> Competition | None:
        model = self._model
        wanted = self._without(group) <= len(group.pending if self._keeps else group.pods) - 1
        asked = [*self._earlier(group), *self._rivals(group)]
        sources = dict.fromkeys(each.source for each in model.program.constraints if each.source is not None)
        parts: list[_Part] = [*reversed(sources), *asked]
        verdict = self._cut_to_orders(parts, wanted)
        if verdict is Verdict.FEASIBLE:
            return Competition((ORDER,), (), where(group, self._work.ground), {}, ())
        if verdict is not Verdict.INFEASIBLE:
            return None
        return self._told(group, conflicting(parts, lambda some: self._missed(some, parts, wanted)))

    def _told(self, group: PodGroup, kept: Sequence[_Part]) -> Competition:
        sources = [part for part in kept if isinstance(part, Source)]
        rivals = [part.rival for part in kept if isinstance(part, _Asked) and part.rival is not None]
        placed = {rival.pods[0]: self._placed(rival) for rival in rivals}
        return Competition(
            tuple(dict.fromkeys(source.rule for source in sources)),
            tuple(source.resource for source in sources if source.resource is not None),
            where(group, self._work.ground),
            {pod.key: number for pod, number in placed.items() if number},
            tuple(part.level for part in kept if isinstance(part, _Asked) and part.level is not None),
        )

    def _placed(self, group: PodGroup) -> int:
        placed = {pod.key for pod in self._placement.node_of}
        return sum(pod.key in placed for pod in group.pods)

    def _cut_to_orders(self, parts: Sequence[_Part], wanted: Comparison) -> Verdict:
        """Take out placements that have no order of binds; feasible: none has, as far as there is time to look.

        Unknown: one has an order, which the optimum's proof denies, or there is no time to ask.
        """
        for _ in range(_CUTS):
            found = self._solved(parts, wanted)
            if found is None or not found.values:
                return Verdict.UNKNOWN if found is None else found.verdict
            placement = placement_of(found.values, self._model, self._work)
            order = bind_order(placement, stop=self._over)
            if order.steps is not None:
                return Verdict.UNKNOWN
            exclude(self._model, found.values, sensitive_groups(self._model.groups, placement.cluster))
        return Verdict.FEASIBLE

    def _missed(self, parts: Collection[_Part], of: Sequence[_Part], wanted: Comparison) -> set[_Part] | None:
        """None where these parts are impossible; else those of all that the placement found, if any, does not meet."""
        found = self._solved(parts, wanted)
        if found is not None and found.verdict is Verdict.INFEASIBLE:
            return None
        if found is None or not found.values:
            return set(of).difference(parts)
        return self._unmet(set(of).difference(parts), found.values)

    def _unmet(self, parts: set[_Part], values: Sequence[int]) -> set[_Part]:
        """Those of the parts that do not hold where the variables have these values."""
        unmet: set[_Part] = {part for part in parts if isinstance(part, _Asked) and not part.met_by(values)}
        for constraint in self._model.program.constraints:
            source = constraint.source
            if source is not None and source in parts and source not in unmet and not constraint.holds(values):
                unmet.add(source)
        return unmet

    def _solved(self, parts: Collection[_Part], wanted: Comparison) -> Finding | None:
        """Is there a placement with these parts and one pod more? None: there is no time to ask."""
        from solver.strategies.cpsat.exact.backend import CpSatBackend, Effort

        if self._over():
            return None
        kept = {part for part in parts if isinstance(part, Source)}
        program = self._model.program.without(lambda source: source not in kept)
        program.require(wanted)
        for part in parts:
            for demand in part.demands if isinstance(part, _Asked) else ():
                program.require(demand)
        self._spend(_PUT)
        effort = Effort(3600.0, 1, 0, stop=self._stop, work=min(_ONCE, self._left), spend=self._spend)
        return CpSatBackend(program).solve(None, effort, {})

    def _spend(self, work: float) -> None:
        self._left -= work

    def _over(self) -> bool:
        return self._left <= 0 or self._stop()

    def _rivals(self, group: PodGroup) -> list[_Asked]:
        """The places of all groups that count as much: the weakest first, the pod's own kind, with one more, last."""
        able = [each for each in self._model.groups if each.priority >= group.priority and each is not group]
        others = [
            _Asked((self._without(each) <= self._held[each.index],), rival=each)
            for each in sorted(able, key=lambda each: each.priority)
        ]
        return [*others, _Asked((self._without(group) <= self._held[group.index] - 1,), rival=group)]

    def _earlier(self, group: PodGroup) -> list[_Asked]:
        """What earlier levels have reached, beside those of pending pods."""
        asked: list[_Asked] = []
        for result in self._results:
            if result.stage.pending_tier == group.priority:
                break
            if result.stage.pending_tier is None:
                expression = result.stage.expression(self._model)
                most = int(result.value / expression.unit)
                asked.append(_Asked((expression.linear <= most,), level=str(result.stage)))
        return asked

    def _without(self, group: PodGroup) -> Linear:
        """Pods of the group that have no node; under ``keep`` the evicted ones are a stage of their own."""
        unplaced = self._model.unplaced(group)
        return unplaced if self._keeps else unplaced + self._model.evicted(group)

    @cached_property
    def _held(self) -> list[int]:
        """The same in the placement, group by group."""
        placed = {pod.key for pod in self._placement.node_of}
        there = {pod.key for pod in self._placement.cluster.pods}
        return [
            sum(pod.key in there and pod.key not in placed for pod in (group.pending if self._keeps else group.pods))
            for group in self._work.ground.groups
        ]

    @cached_property
    def _keeps(self) -> bool:
        return any(result.stage.part is Part.EVICTED for result in self._results)

    @cached_property
    def _model(self) -> PlacementModel:
        """With limits of variables that say where a pod could be, and leave it to the rules how many."""
        ground = self._work.ground
        loose = replace(ground, most=lambda group: np.where(ground.most(group) > 0, len(group), 0))
        return replace(self._work, ground=loose).model(charges_nodes=False, stop=self._stop)
