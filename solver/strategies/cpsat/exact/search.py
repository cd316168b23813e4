"""Stage after stage: minimise, keep the best placement that can be carried out, fix what was reached, go on."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from solver.model.program import OutOfTimeError
from solver.objectives import Expression, objective_of
from solver.objectives.question import ObjectiveName
from solver.result import Progress
from solver.strategies.bind_order import bind_order, sensitive_groups
from solver.strategies.cpsat.bounds import own_bounds
from solver.strategies.cpsat.exact.core import core_of
from solver.strategies.cpsat.exact.counts import counts_of, hint_of, placement_of
from solver.strategies.cpsat.exact.cuts import exclude, exclude_core
from solver.strategies.cpsat.incumbent import Incumbent, renew

if TYPE_CHECKING:
    from collections.abc import Mapping
    from fractions import Fraction

    from solver.model.placing import PlacementModel
    from solver.objectives.question import Level, Question
    from solver.placement import Placement
    from solver.strategies.bind_order import Ordering
    from solver.strategies.cpsat.exact.backend import CpSatBackend, Effort, Finding
    from solver.strategies.cpsat.groundwork import Groundwork
    from solver.strategies.cpsat.incumbent import StageResult
    from solver.strategies.cpsat.stages import Stage
    from solver.strategies.strategy import Options, Watch

_FIRST_SHARE = 0.5
"""Of the time that is left, a stage that is not the last may take at most this part."""
_UNLIMITED_S = 1e6
_QUICK = 300
"""Binds that are tried for an order before a few carriers are looked for that leave none."""
_WORK_PER_BIND = 1e-4
"""What a bind in the search for an order counts: about its seconds."""


class Search:
    """The state of one run: the model, the incumbent and what is known of each stage."""

    def __init__(self, work: Groundwork, question: Question, options: Options, watch: Watch, reserve_s: float) -> None:
        self.work = work
        self.options = options
        self.watch = watch
        self._reserve_s = reserve_s
        self._charges = question.asks_for(ObjectiveName.COST)
        self._model: PlacementModel | None = None
        self._backend: CpSatBackend | None = None
        self._expressions: dict[Stage, Expression] = {}
        self._values: tuple[int, ...] = ()
        self._sound = True
        """Whether nothing but placements without an order has been cut off."""

    def run(self, incumbent: Incumbent, results: list[StageResult]) -> Incumbent:
        """Work through the stages; ``results`` hold what is known of the incumbent, and are brought up to date."""
        for place in range(len(results)):
            if all(later.proven for later in results[place:]) or self._spent:
                break
            try:
                incumbent = self._minimised(place, results, incumbent)
            except OutOfTimeError:
                break
        return incumbent

    def _minimised(self, place: int, results: list[StageResult], incumbent: Incumbent) -> Incumbent:
        """One stage: better if it can be, and fixed."""
        if not results[place].proven:
            incumbent = self._minimise(place, results, incumbent)
            self._count(results)
        self._fix(results[: place + 1])
        return incumbent

    def _count(self, results: list[StageResult]) -> None:
        """Counting bounds anew: the better the earlier values, the better these are."""
        stages = [result.stage for result in results]
        values = [result.value for result in results]
        for result, bound in zip(results, own_bounds(stages, values, self.work.ground), strict=True):
            result.bound = max(result.bound, bound)

    @property
    def _spent(self) -> bool:
        return self.watch.limit is not None or self.watch.remaining <= self._reserve_s

    def _over(self) -> bool:
        """Whether a limit is reached; what is found just before has what is kept of the time for its order of binds."""
        return self.watch.limit is not None

    @property
    def model(self) -> PlacementModel:
        """The model, with every rule in it; built when first asked for.

        Raises:
            OutOfTimeError: there is no time to build it.
        """
        if self._model is None:
            with self.watch.building():
                self._model = self.work.model(charges_nodes=self._charges, stop=lambda: self._spent)
        return self._model

    def _minimise(self, place: int, results: list[StageResult], incumbent: Incumbent) -> Incumbent:
        """Search until the stage is proven or its share of the time is spent; what cannot be carried out is cut off."""
        result = results[place]
        expression = self._express(result)
        self.model.require(expression.linear >= _units(result.bound, expression))
        until = self.watch.remaining - self._share(results[place:])
        while not result.proven and not self._spent and self.watch.remaining > until:
            finding = self._searched(result, expression, incumbent, until)
            self._learn(result, finding, expression)
            if not finding.values:
                break
            found = self._carried_out(finding)
            if found is None:
                continue
            incumbent = self._better(found, finding, incumbent, results)
            self._tell(result, result.value, result.bound, incumbent)
            break
        return incumbent

    def _learn(self, result: StageResult, finding: Finding, expression: Expression) -> None:
        """Keep the bound; one above the incumbent's value would only say that the model does not know the incumbent."""
        if finding.bound is not None and self._sound:
            bound = finding.bound * expression.unit
            found = expression.linear.value(finding.values) * expression.unit if finding.values else result.value
            if bound <= min(found, result.value):
                result.bound = max(result.bound, bound)

    def _share(self, open_results: list[StageResult]) -> float:
        remaining = self.watch.remaining - self._reserve_s
        unproven = sum(not result.proven for result in open_results)
        return remaining if unproven == 1 else remaining * _FIRST_SHARE

    def _searched(self, result: StageResult, expression: Expression, incumbent: Incumbent, until: float) -> Finding:
        """Search until so many seconds are left of the whole."""
        from solver.strategies.cpsat.exact.backend import CpSatBackend

        if self._backend is None:
            self._backend = CpSatBackend(self.model.program)

        def heard(value: int | None, bound: int) -> None:
            reached = result.value if value is None else min(result.value, value * expression.unit)
            self._tell(result, reached, max(result.bound, min(bound * expression.unit, reached)), incumbent)

        hint = self._hint(incumbent)
        if len(hint) < len(self.model.program.lower):
            hint = dict(enumerate(self._backend.completed(expression.linear, self._effort(until), hint))) or hint
        return self._backend.solve(expression.linear, self._effort(until), hint, heard)

    def _effort(self, until: float) -> Effort:
        from solver.strategies.cpsat.exact.backend import Effort

        left = self.watch.remaining - max(until, self._reserve_s)
        by_work = self.options.work_limit is not None
        return Effort(
            seconds=_UNLIMITED_S if by_work else left,
            workers=self.options.workers or (1 if by_work else os.cpu_count() or 1),
            seed=self.options.seed,
            stop=lambda: self._spent,
            work=left if by_work else None,
            spend=self.watch.spend,
        )

    def _hint(self, incumbent: Incumbent) -> Mapping[int, int]:
        """The values of the last solution where it is the incumbent's, otherwise where the incumbent's pods are."""
        if self._values:
            return dict(enumerate(self._values))
        return hint_of(counts_of(incumbent.placement, self.work), self.model)

    def _carried_out(self, finding: Finding) -> Incumbent | None:
        """The placement found, with its steps; None, and a cut for the next search, where no order leads to it."""
        placement = placement_of(finding.values, self.model, self.work)
        order = self._ordered(placement, _QUICK)
        core = core_of(placement, order.stuck, self._over) if order.steps is None else None
        if core is not None:
            exclude_core(self.model, finding.values, core)
            return None
        if order.steps is None and not order.exhausted:
            order = self._ordered(placement)
        if order.steps is not None:
            return Incumbent(order.placement, order.steps)
        self._sound &= order.exhausted
        exclude(self.model, finding.values, sensitive_groups(self.model.groups, placement.cluster))
        return None

    def _ordered(self, placement: Placement, most: int | None = None) -> Ordering:
        order = bind_order(placement, most, self._over)
        self.watch.spend(order.tries * _WORK_PER_BIND)
        return order

    def _better(
        self, found: Incumbent, finding: Finding, incumbent: Incumbent, results: list[StageResult]
    ) -> Incumbent:
        values = [result.stage.value(found.placement) for result in results]
        if values >= [result.value for result in results]:
            return incumbent
        renew(results, values, self.work.ground)
        self._values = finding.values
        return found

    def _fix(self, results: list[StageResult]) -> None:
        """From here on nothing may be worse in these stages."""
        for result in results:
            expression = self._express(result)
            self.model.require(expression.linear <= _units(result.value, expression))

    def _express(self, result: StageResult) -> Expression:
        """The stage's quantity in the variables of this search's own model."""
        if result.stage not in self._expressions:
            self._expressions[result.stage] = result.stage.expression(self.model)
        return self._expressions[result.stage]

    def _tell(self, result: StageResult, value: Fraction, bound: Fraction, incumbent: Incumbent) -> None:
        """In the level's own terms: what other stages of the level hold in the incumbent is added."""
        level: Level = result.stage.level
        others = objective_of(level.objective).value(incumbent.placement, level) - result.stage.value(
            incumbent.placement
        )
        self.watch.tell(Progress(self.watch.seconds, level, value + others, bound + others))


def _units(value: Fraction, expression: Expression) -> int:
    """The value in the expression's own whole numbers."""
    return int(value / expression.unit)
