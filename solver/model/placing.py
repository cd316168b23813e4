"""The model of a placement: variables for a ground, and the constraints that hold whatever the rules are."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from solver.model.candidates import ONE, link_candidates, open_candidates
from solver.model.coming_and_going import ComingAndGoing
from solver.model.linear import NOTHING, Bool, Comparison, Linear, total
from solver.model.loads import Loads
from solver.model.preemption import justify_evictions
from solver.model.program import Program, Source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from contextlib import AbstractContextManager

    from numpy.typing import NDArray

    from solver.cluster.cluster import Cluster
    from solver.cluster.node import Node
    from solver.model.domains import Domain, Domains
    from solver.model.ground import Ground
    from solver.model.groups import PodGroup
    from solver.model.scope import Scope


class PlacementModel:
    """Answers the questions of `solver.model.model.Model` with variables of a `Program`.

    With a ``scope``, only what is free in it has variables; the rest is constant, so a neighbourhood costs what its
    size is.
    """

    def __init__(
        self,
        ground: Ground,
        scope: Scope | None = None,
        *,
        charges_nodes: bool = False,
        stop: Callable[[], bool] = bool,
    ) -> None:
        """Raises `OutOfTimeError`, now or while rules are stated, once ``stop`` holds."""
        self.ground = ground
        self.scope = scope
        self.charges_nodes = charges_nodes
        self.program = Program(stop=stop)
        self._some: dict[tuple[tuple[int, ...], tuple[int, ...], int], Bool] = {}
        self._exists: dict[tuple[Node, ...], Bool | None] = {}
        self._domains: dict[tuple[str, tuple[Node, ...] | None], Domains] = {}
        self._among: dict[Domain, Domains] = {}
        self._used: dict[Node, Linear] = {}
        self._opened = open_candidates(ground, self.program, scope)
        coming_and_going = ComingAndGoing(ground, self.program, scope, self._opened)
        self.variables = tuple(coming_and_going.of(group) for group in self.groups)
        self._loads = Loads.of(self.variables, ground.column)
        link_candidates(self)
        justify_evictions(self)

    @property
    def cluster(self) -> Cluster:
        """See `Model`."""
        return self.ground.cluster

    @property
    def nodes(self) -> tuple[Node, ...]:
        """See `Model`."""
        return self.ground.cluster.nodes

    @cached_property
    def free_nodes(self) -> tuple[Node, ...]:
        """See `Model`."""
        return self.nodes if self.scope is None else tuple(sorted(self.scope.free, key=self.ground.column.__getitem__))

    def free_domains(self, key: str) -> Iterable[Domain]:
        """See `Model`."""
        domains = self.domains(key)
        if self.scope is None:
            return domains.all
        return dict.fromkeys(domains.of[node] for node in self.free_nodes if node in domains.of)

    @property
    def groups(self) -> tuple[PodGroup, ...]:
        """See `Model`."""
        return self.ground.groups

    @cached_property
    def workload(self) -> NDArray[np.int64]:
        """1 for each group whose pods make a node count as used."""
        return np.array([group.movable for group in self.groups], dtype=np.int64)

    def count(self, group: PodGroup, node: Node) -> Linear:
        """See `Model`."""
        return self.arrivals(group, node) + self.stays(group, node)

    def arrivals(self, group: PodGroup, node: Node) -> Linear:
        """See `Model`."""
        return self.variables[group.index].arrivals.on(node)

    def stays(self, group: PodGroup, node: Node) -> Linear:
        """See `Model`."""
        return self.variables[group.index].stays.on(node)

    def load(self, node: Node, amounts: NDArray[np.int64]) -> Linear:
        """See `Model`."""
        return self._loads.on(self.ground.column[node], amounts)

    def load_before(self, node: Node, amounts: NDArray[np.int64]) -> int:
        """See `Model`."""
        return sum(int(amounts[group.index]) * count for group, count in self._before.get(node, ()))

    def count_in(self, domain: Domain, groups: Iterable[PodGroup]) -> Linear:
        """See `Model`."""
        chosen = tuple(groups)
        return self.arrivals_in(domain, chosen) + self.stays_in(domain, chosen)

    def arrivals_in(self, domain: Domain, groups: Iterable[PodGroup]) -> Linear:
        """See `Model`."""
        domains = self._among[domain]
        return total(self.variables[group.index].arrivals.within(domain, domains) for group in groups)

    def stays_in(self, domain: Domain, groups: Iterable[PodGroup]) -> Linear:
        """See `Model`."""
        domains = self._among[domain]
        return total(self.variables[group.index].stays.within(domain, domains) for group in groups)

    def before_in(self, domain: Domain, groups: Iterable[PodGroup]) -> int:
        """See `Model`."""
        of = self._among[domain].of
        return sum(len(pods) for group in groups for node, pods in group.bound.items() if of.get(node) is domain)

    def domains(self, key: str, among: tuple[Node, ...] | None = None) -> Domains:
        """See `Model`."""
        if (key, among) not in self._domains:
            made = self.ground.domains(key, among)
            self._domains[key, among] = made
            self._among |= dict.fromkeys(made.all, made)
        return self._domains[key, among]

    def opened(self, node: Node) -> Linear:
        """See `Model`."""
        return self._opened.get(node, ONE)

    def exists(self, nodes: Sequence[Node]) -> Bool | None:
        """See `Model`."""
        asked = tuple(nodes)
        if asked not in self._exists:
            there = total(self.opened(node) for node in asked)
            self._exists[asked] = None if there.constant else self.some(there)
        return self._exists[asked]

    def used(self, node: Node) -> Linear:
        """See `Model`."""
        if node not in self._used:
            self._used[node] = self._make_used(node)
        return self._used[node]

    def moved(self, group: PodGroup) -> Linear:
        """See `Model`."""
        return self.variables[group.index].moved

    def evicted(self, group: PodGroup) -> Linear:
        """See `Model`."""
        return self.variables[group.index].evicted

    def unplaced(self, group: PodGroup) -> Linear:
        """See `Model`."""
        return self.variables[group.index].unplaced

    def some(self, linear: Linear) -> Bool:
        """See `Model`; the same question gives the same variable."""
        key = (linear.variables, linear.coefficients, linear.constant)
        if key not in self._some:
            self._some[key] = self._make_some(linear)
        return self._some[key]

    def integer(self, upper: int) -> Linear:
        """See `Model`."""
        return self.program.integer(0, upper)

    def boolean(self) -> Bool:
        """See `Model`."""
        return self.program.boolean()

    def require(self, comparison: Comparison, *only_if: Bool) -> None:
        """See `Model`."""
        self.program.require(comparison, *only_if)

    def stating(self, rule: str, resource: str | None = None) -> AbstractContextManager[None]:
        """See `Model`."""
        return self.program.stating(Source(rule, resource))

    def limits(self, linear: Linear) -> tuple[int, int]:
        """See `Model`."""
        return self.program.limits(linear)

    def _make_used(self, node: Node) -> Linear:
        if node in self._opened:
            return self._opened[node]
        held = self.load(node, self.workload)
        least, greatest = self.limits(held)
        if least > 0:
            return ONE
        if greatest == 0:
            return NOTHING
        return self.some(held).linear

    def _make_some(self, linear: Linear) -> Bool:
        """``b <= linear <= greatest * b``; a variable that is 0 or 1 already is its own answer."""
        least, greatest = self.limits(linear)
        if len(linear.variables) == 1 and linear.coefficients == (1,) and (least, greatest) == (0, 1):
            return Bool(linear.variables[0])
        holds = self.boolean()
        with self.program.stating(None):
            self.require(linear >= holds.linear)
            self.require(linear <= holds.linear * greatest)
            if least > 0:
                self.require(holds.linear >= 1)
        return holds

    @cached_property
    def _before(self) -> Mapping[Node, Sequence[tuple[PodGroup, int]]]:
        """Who is on each node in the input."""
        before: dict[Node, list[tuple[PodGroup, int]]] = {}
        for group in self.groups:
            for node, pods in group.bound.items():
                before.setdefault(node, []).append((group, len(pods)))
        return before
