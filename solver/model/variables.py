"""The variables of one pod group: how many arrive at each node, and how many stay where they are."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from solver.model.linear import NOTHING, Linear

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from solver.cluster.node import Node
    from solver.model.domains import Domain, Domains


@dataclass(eq=False)
class Tallied:
    """One number per node: a variable where it is free, a constant where it is decided, 0 on every other node."""

    variable: Mapping[Node, int]
    constant: Mapping[Node, int]
    _in_domain: dict[Domains, dict[Domain, Linear]] = field(default_factory=dict)
    _everywhere: Linear | None = None

    def on(self, node: Node) -> Linear:
        """The number on a node."""
        variable = self.variable.get(node)
        if variable is not None:
            return Linear((variable,), (1,))
        constant = self.constant.get(node)
        return Linear(constant=constant) if constant else NOTHING

    def within(self, domain: Domain, domains: Domains) -> Linear:
        """The sum over a domain; ``domains`` are those that it is one of."""
        known = self._in_domain.get(domains)
        if known is None:
            known = self._in_domain[domains] = self._split(domains)
        return known.get(domain, NOTHING)

    @property
    def everywhere(self) -> Linear:
        """The sum over all nodes."""
        if self._everywhere is None:
            self._everywhere = _sum(self.variable.values(), self.constant.values())
        return self._everywhere

    def _split(self, domains: Domains) -> dict[Domain, Linear]:
        variables: dict[Domain, list[int]] = {}
        constants: dict[Domain, list[int]] = {}
        for numbers, split in ((self.variable, variables), (self.constant, constants)):
            for node, number in numbers.items():
                domain = domains.of.get(node)
                if domain is not None:
                    split.setdefault(domain, []).append(number)
        named = dict.fromkeys((*variables, *constants))
        return {domain: _sum(variables.get(domain, ()), constants.get(domain, ())) for domain in named}


def _sum(variables: Iterable[int], constants: Iterable[int]) -> Linear:
    numbers = tuple(variables)
    return Linear(numbers, (1,) * len(numbers), sum(constants))


@dataclass(frozen=True, slots=True, eq=False)
class GroupVariables:
    """A group's pods by node: who arrives, and who stays; ``moved`` and ``evicted`` are what becomes of the others."""

    arrivals: Tallied
    stays: Tallied
    moved: Linear
    evicted: Linear
    unplaced: Linear
