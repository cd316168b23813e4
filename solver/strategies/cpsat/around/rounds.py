"""Rounds of neighbourhood search on one stage."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from solver.model.placing import PlacementModel
from solver.model.program import OutOfTimeError
from solver.model.scope import Scope
from solver.objectives.question import ObjectiveName
from solver.rules import RULES
from solver.strategies.bind_order import bind_order
from solver.strategies.cpsat.around.choice import Choice
from solver.strategies.cpsat.exact.backend import CpSatBackend, Effort
from solver.strategies.cpsat.exact.counts import counts_of, hint_of, placement_of
from solver.strategies.cpsat.incumbent import Incumbent
from solver.strategies.cpsat.verdict import Verdict
from solver.strategies.work import clock, spend

if TYPE_CHECKING:
    from collections.abc import Callable

    from solver.cluster.node import Node
    from solver.placement import Placement
    from solver.strategies.cpsat.exact.backend import Finding
    from solver.strategies.cpsat.groundwork import Groundwork
    from solver.strategies.cpsat.solving import Solving

_ROUND_S = 0.5
"""A round may search so long; many short ones gain more than few long ones."""
_FIRST, _LEAST, _MOST = 5.0, 3.0, 24.0
_STEP = 0.5
"""Nodes that are decided anew: at first, and between these as rounds turn out too easy or too hard."""
_CARRIED = 0.1
"""Looking for an order of binds may take this part of the time; what has none is thrown away."""
_PER_PAIR, _PER_POD = 3e-7, 1e-5
"""What a round counts as work, beside its search, for pairs of a group and a node and for pods: about its seconds."""


class Rounds:
    """Improves the stage in a ``place``; later stages may become worse, earlier ones never.

    ``work`` has every node made that the incumbent opens.
    """

    def __init__(self, solving: Solving, work: Groundwork, place: int) -> None:
        self._solving = solving
        self._work = work
        self._place = place
        self._stage = solving.stages[place]
        self._dice = Random(solving.options.seed * 1_000 + place)
        self._choice = Choice(work.ground, self._dice)
        self._size = _FIRST
        self._charges = any(stage.level.objective is ObjectiveName.COST for stage in solving.stages)
        self._go_on_from(solving.incumbent.placement)
        self._unsure = False
        self._spent_on_orders = 0.0
        self._began = clock()

    def _go_on_from(self, placement: Placement) -> None:
        self._current = placement
        self._counts = counts_of(placement, self._work)
        self._value = self._stage.value(placement)

    def run(self, patience: int, late: Callable[[], bool]) -> bool:
        """Until so many rounds in a row have gained nothing, or it is too late; whether the incumbent is better."""
        better, in_vain = False, 0
        while in_vain < patience and not late() and not self._solving.results[self._place].proven:
            try:
                gained = self._round(late)
            except OutOfTimeError:
                break
            in_vain = 0 if gained else in_vain + 1
            if self._unsure and self._may_look():
                better |= self._carry_out()
        return (self._unsure and self._carry_out()) or better

    def _may_look(self) -> bool:
        return self._spent_on_orders <= _CARRIED * (clock() - self._began)

    def _round(self, late: Callable[[], bool]) -> bool:
        """Decide some nodes anew; whether the stage has improved."""
        ground = self._work.ground
        pairs = len(ground.groups) * len(ground.cluster.nodes)
        spend(_PER_PAIR * pairs + _PER_POD * len(self._current.node_of))
        nodes = self._choice.nodes(self._stage.level.objective, self._current, round(self._size))
        model = self._model(frozenset(nodes), late)
        expression = self._stage.expression(model)
        model.require(expression.linear <= int(self._value / expression.unit))
        objective = expression.linear
        if self._stage.level.objective is ObjectiveName.COST:
            # At the same price, what is left on the first node may become less, round by round, until it is gone.
            objective = objective * (1 + nodes[0].pods_allowed) + model.load(nodes[0], model.workload)
        options = self._solving.options
        effort = Effort.within(_ROUND_S, options.workers, self._dice.randrange(2**31), late)
        return self._learn(CpSatBackend(model.program).solve(objective, effort, hint_of(self._counts, model)), model)

    def _model(self, free: frozenset[Node], late: Callable[[], bool]) -> PlacementModel:
        """Every rule, and earlier stages as good as they are."""
        scope = Scope(free, self._counts.stays, self._counts.arrivals)
        model = PlacementModel(self._work.ground, scope, charges_nodes=self._charges, stop=late)
        for rule in RULES:
            rule.constrain(model)
        for result in self._solving.results[: self._place]:
            earlier = result.stage.expression(model)
            model.require(earlier.linear <= int(result.value / earlier.unit))
        return model

    def _learn(self, found: Finding, model: PlacementModel) -> bool:
        """Go on from what was found, and with more or fewer nodes; whether it is better."""
        before = self._value
        if found.values:
            self._go_on_from(placement_of(found.values, model, self._work))
        gained = self._value < before
        if found.verdict is not Verdict.OPTIMAL:
            self._size = max(_LEAST, self._size - _STEP)
        elif not gained:
            self._size = min(_MOST, self._size + _STEP / 2)
        self._unsure |= gained
        return gained

    def _carry_out(self) -> bool:
        """Make what the rounds have reached the incumbent where that has an order of binds; else go back to it."""
        began = clock()
        order = bind_order(self._current, stop=self._solving.watch.over)
        self._spent_on_orders += clock() - began
        self._unsure = False
        if order.steps is not None and self._solving.adopt(Incumbent(order.placement, order.steps)):
            return True
        self._go_on_from(self._solving.incumbent.placement)
        return False
