"""What a filling goes by: a plan with shares, prices for its pods, and whole numbers of nodes that suit the shares.

The relaxation knows which domains it opens only after it is solved, and may spread less evenly than a plan does. Where
its pods do not fit the plan's shares it is solved anew with these as limits. That is no bound then, but a better guide.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf
from typing import TYPE_CHECKING

import numpy as np

from solver.strategies.cpsat.fluid.plan import Plan
from solver.strategies.cpsat.fluid.solved import Solved, relaxed, with_whole

if TYPE_CHECKING:
    from solver.model.ground import Ground
    from solver.strategies.cpsat.fluid.bounds import Priced
    from solver.strategies.cpsat.fluid.relaxation import Relaxation
    from solver.strategies.cpsat.fluid.rows import Floats

_CLOSE = 1.0
"""Shares are rounded, so that the relaxation may be so many pods above them."""


@dataclass(frozen=True, eq=False)
class Draft:
    """``numbers`` are the values of the relaxation's variables, with whole nodes where these were found.

    ``values`` are those that the plan's shares come from.
    """

    relaxation: Relaxation
    plan: Plan
    loose: Solved
    numbers: Floats
    values: Floats

    def over(self, ground: Ground) -> Draft:
        """The same over a ground with more nodes made of the same classes."""
        relaxation = self.relaxation.over(ground)
        return replace(self, relaxation=relaxation, plan=Plan(relaxation, self.values))


def draft(priced: Priced, seconds: float) -> Draft | None:
    """A draft; None where the relaxation has not been solved."""
    if priced.numbers is None:
        return None
    relaxation, plan = priced.relaxation, Plan(priced.relaxation, priced.numbers)
    if _even(plan, relaxation, priced.numbers):
        return Draft(relaxation, plan, priced.loose, priced.numbers, priced.numbers)
    rows = relaxation.rows.copy()
    for shares in plan.shares:
        for domain, most in zip(shares.domains, shares.most.tolist(), strict=True):
            variables = relaxation.within([shares.row], domain)
            rows.require(variables, np.ones(len(variables)), -inf, float(most))
    loose = relaxed(rows, relaxation.cost, seconds)
    tight = with_whole(rows, relaxation.cost, relaxation.used[relaxation.used >= 0], seconds)
    numbers = loose.values if tight.values is None else tight.values
    if numbers is None:
        return Draft(relaxation, plan, priced.loose, priced.numbers, priced.numbers)
    return Draft(relaxation, plan, loose, numbers, priced.numbers)


def _even(plan: Plan, relaxation: Relaxation, numbers: Floats) -> bool:
    """Whether the relaxation's pods fit the plan's shares."""
    return all(
        numbers[relaxation.within([shares.row], domain)].sum() <= most + _CLOSE
        for shares in plan.shares
        for domain, most in zip(shares.domains, shares.most.tolist(), strict=True)
    )
