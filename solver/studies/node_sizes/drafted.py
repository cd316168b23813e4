"""A draft as a verified result: put in an order of binds, replayed and recounted; dropped where it breaks a rule."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from solver.objectives import values
from solver.objectives.question import levels_of
from solver.result import LevelResult, Limit, Result, Runtime, Termination
from solver.strategies.bind_order import bind_order
from solver.studies.node_sizes.draft import drafted
from solver.studies.node_sizes.task import QUESTION
from solver.verify import verify

if TYPE_CHECKING:
    from solver.placement import Placement
    from solver.studies.node_sizes.kinds import Kinds
    from solver.studies.node_sizes.relaxation import Relaxation
    from solver.studies.node_sizes.task import Task

NAME = "fill-and-exchange"


def drafted_result(kinds: Kinds, relaxed: Relaxation | None, seconds: float, enough: float) -> Result | None:
    """What `draft` finds within the time, or until it costs ``enough``; None where that is nothing that holds."""
    began = time.perf_counter()
    placement = drafted(kinds, relaxed, time.monotonic() + seconds, enough)
    return None if placement is None else as_result(kinds.task, placement, NAME, began)


def as_result(task: Task, placement: Placement, name: str, began: float) -> Result | None:
    """The placement, planned since ``began``, with an order of binds and verified; None where something is wrong."""
    order = bind_order(placement)
    placement = order.placement
    solved = time.perf_counter()
    if order.steps is None or verify(placement, order.steps, QUESTION):
        return None
    levels = levels_of(QUESTION, placement.cluster)
    verified = time.perf_counter()
    return Result(
        scenario=task.scenario.name,
        strategy=name,
        termination=Termination.FEASIBLE,
        limit=Limit.TIME,
        levels=tuple(LevelResult(*each) for each in zip(levels, values(placement, levels), strict=True)),
        placement=placement,
        steps=order.steps,
        runtime=Runtime(solve=solved - began, verify=verified - solved, total=verified - began),
    )
