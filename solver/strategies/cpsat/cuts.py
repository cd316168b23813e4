"""Cuts: placements that no order of binds leads to are taken out of the model, one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.model.linear import Linear, total

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from solver.model.groups import PodGroup
    from solver.model.placing import PlacementModel


def exclude(model: PlacementModel, values: Sequence[int], groups: Iterable[PodGroup]) -> None:
    """At least one of the groups has another count somewhere, or fewer nodes are opened.

    Whether an order exists depends on these groups' arrivals and stays, and on which nodes are there. Opening more
    never helps, as an empty domain only lowers what spreading allows; so nothing is taken out that has an order.

        Σ_v [x_v < value_v] + [x_v > value_v]  +  Σ_{n opened} (1 - o_n)  >=  1
    """
    differs: list[Linear] = []
    for group in groups:
        variables = model.variables[group.index]
        for tallied in (variables.arrivals, variables.stays):
            differs += [_differs(model, variable, values[variable]) for variable in tallied.variable.values()]
    opened = (model.opened(node) for node in model.ground.candidate_nodes)
    differs += [1 - each for each in opened if each.value(values)]
    model.require(total(differs) >= 1)


def _differs(model: PlacementModel, variable: int, value: int) -> Linear:
    """A sum that is positive only where the variable has another value."""
    number = Linear((variable,), (1,))
    least, greatest = model.limits(number)
    sides: list[Linear] = []
    if value > least:
        below = model.boolean()
        model.require(number <= value - 1, below)
        sides.append(below.linear)
    if value < greatest:
        above = model.boolean()
        model.require(number >= value + 1, above)
        sides.append(above.linear)
    return total(sides)
