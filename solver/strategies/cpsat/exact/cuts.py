"""Cuts: placements that no order of binds leads to are taken out of the model, one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.model.linear import NOTHING, Linear, total

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from solver.cluster.node import Node
    from solver.model.groups import PodGroup
    from solver.model.placing import PlacementModel
    from solver.strategies.cpsat.exact.core import Core, Trait


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
            differs += [_differs(model, variable, values) for variable in tallied.variable.values()]
    opened = (model.opened(node) for node in model.ground.candidate_nodes)
    differs += [1 - each for each in opened if each.value(values)]
    model.require(total(differs) >= 1)


def exclude_core(model: PlacementModel, values: Sequence[int], core: Core) -> None:
    """The few carriers that leave no order are not where they are, or somebody of whom they speak differs.

    Of those who may come at any time fewer are never enough, so only more of them somewhere is a way out; T is what the
    core sees of a pod.

        Σ_{g, n of the core} [x[g,n] ≠ value]  +  Σ_{T, n} [Σ_{g of T} s[g,n] ≠ value]
            +  Σ_{T, n} [Σ_{g of T, not of the core on n} x[g,n] > value]  +  Σ_{n opened} (1 - o_n)  >=  1
    """
    ways: list[Linear] = []
    stays: dict[tuple[Trait, Node], list[Linear]] = {}
    free: dict[tuple[Trait, Node], list[Linear]] = {}
    for group in model.groups:
        specs, trait = {pod.spec for pod in group.pods}, core.trait(group.spec)
        for node, variable in model.variables[group.index].arrivals.variable.items():
            if any((spec, node.name) in core.kept for spec in specs):
                ways.append(_differs(model, variable, values))
            elif any(trait):
                free.setdefault((trait, node), []).append(model.arrivals(group, node))
        for node in model.variables[group.index].stays.variable if any(trait) else ():
            stays.setdefault((trait, node), []).append(model.stays(group, node))
    ways += [_above(model, total(each), values) for each in free.values()]
    ways += [_above(model, total(each), values) + _below(model, total(each), values) for each in stays.values()]
    opened = (model.opened(node) for node in model.ground.candidate_nodes)
    ways += [1 - each for each in opened if each.value(values)]
    model.require(total(ways) >= 1)


def _differs(model: PlacementModel, variable: int, values: Sequence[int]) -> Linear:
    """A sum that is positive only where the variable has another value."""
    number = Linear((variable,), (1,))
    return _below(model, number, values) + _above(model, number, values)


def _below(model: PlacementModel, number: Linear, values: Sequence[int]) -> Linear:
    """1 only where the number is smaller than it is with these values."""
    value = number.value(values)
    if value <= model.limits(number)[0]:
        return NOTHING
    below = model.boolean()
    model.require(number <= value - 1, below)
    return below.linear


def _above(model: PlacementModel, number: Linear, values: Sequence[int]) -> Linear:
    """1 only where the number is greater than it is with these values."""
    value = number.value(values)
    if value >= model.limits(number)[1]:
        return NOTHING
    above = model.boolean()
    model.require(number >= value + 1, above)
    return above.linear
