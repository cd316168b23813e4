"""A placement as a verified result: put in an order of binds, replayed and recounted; dropped where it breaks rules."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from solver.objectives import values
from solver.objectives.question import levels_of
from solver.result import LevelResult, Limit, Result, Runtime, Termination
from solver.strategies.bind_order import bind_order
from solver.studies.node_sizes.draft import Draft
from solver.studies.node_sizes.task import QUESTION
from solver.verify import verify

if TYPE_CHECKING:
    from solver.placement import Placement
    from solver.studies.node_sizes.kinds import Kinds
    from solver.studies.node_sizes.relaxation import Relaxation
    from solver.studies.node_sizes.task import Task

DRAFT = "fill-and-exchange"


class Drafted:
    """The draft of a task, from time to time as an answer."""

    def __init__(self, kinds: Kinds, relaxed: Relaxation | None) -> None:
        self._task = kinds.task
        self._draft = Draft(kinds, relaxed)

    def result(self, seconds: float, enough: float) -> Result | None:
        """What it has come to in so many seconds more, or at a price of ``enough``; None where that is nothing new.

        Or nothing that holds.
        """
        began = time.perf_counter()
        better = self._draft.improve(time.monotonic() + seconds, enough)
        return as_result(self._task, self._draft.placement(), DRAFT, began) if better else None


def as_result(task: Task, placement: Placement, name: str, began: float) -> Result | None:
    """The placement of all pods as an answer; ``began`` says when the search for it did, on `time.perf_counter`."""
    order = bind_order(placement)
    solved = time.perf_counter()
    if order.steps is None or verify(order.placement, order.steps, QUESTION):
        return None
    levels = levels_of(QUESTION, placement.cluster)
    verified = time.perf_counter()
    return Result(
        scenario=task.scenario.name,
        strategy=name,
        termination=Termination.FEASIBLE,
        limit=Limit.TIME,
        levels=tuple(LevelResult(*each) for each in zip(levels, values(order.placement, levels), strict=True)),
        placement=order.placement,
        steps=order.steps,
        runtime=Runtime(solve=solved - began, verify=verified - solved, total=verified - began),
    )
