"""The judge: a finished placement and its steps, recounted and replayed by code that shares nothing with the solver.

It knows what exists (`solver.cluster`), the answer (`solver.placement`) and the question; no rule, model or strategy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.verify.policy import bound_pods
from solver.verify.recount import recount
from solver.verify.replay import replay
from solver.verify.skew import Skew, skews
from solver.verify.violation import Violation

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from solver.objectives.question import Question
    from solver.placement import Placement, Step

__all__ = ["Skew", "Violation", "skews", "verify"]


def verify(
    placement: Placement, steps: Sequence[Step], question: Question, waived: Collection[str] = ()
) -> tuple[Violation, ...]:
    """Everything that is wrong with an answer, empty where nothing is.

    Three readings: the steps replayed one by one through kube-scheduler's filters, what holds in any order recounted at
    the end, and what the question lets happen to bound pods. Where these stand in the input is never judged.
    ``waived`` are the rules, and the extended resources or groups of them, that whoever answered was told not to heed.
    """
    return (
        *replay(placement, steps, waived),
        *recount(placement, waived),
        *bound_pods(placement, question.bound_pods),
    )
