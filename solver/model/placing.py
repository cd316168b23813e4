"""The model of a placement: variables for a ground, and the constraints that hold whatever the rules are."""

from __future__ import annotations

import itertools
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from solver.model.domains import Domain, Domains, domains_of
from solver.model.linear import NOTHING, Bool, Comparison, Linear, total
from solver.model.loads import Loads
from solver.model.program import Program
from solver.model.variables import GroupVariables, Tallied

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from solver.cluster.cluster import Cluster
    from solver.cluster.node import Node
    from solver.model.ground import Ground
    from solver.model.groups import PodGroup
    from solver.model.scope import Scope

_ONE = Linear(constant=1)


class PlacementModel:
    """Answers the questions of `solver.model.model.Model` with variables of a `Program`.

    With a ``scope``, only what is free in it has variables; the rest is constant, so a neighbourhood costs what its
    size is.
    """

    def __init__(self, ground: Ground, scope: Scope | None = None, *, charges_nodes: bool = False) -> None:
        self.ground = ground
        self.scope = scope
        self.charges_nodes = charges_nodes
        self.program = Program()
        self._opened: dict[Node, Linear] = {}
        self._some: dict[tuple[tuple[int, ...], tuple[int, ...], int], Bool] = {}
        self._exists: dict[tuple[Node, ...], Bool | None] = {}
        self._domains: dict[tuple[str, tuple[Node, ...] | None], Domains] = {}
        self._among: dict[Domain, Domains] = {}
        self._used: dict[Node, Linear] = {}
        self._preempted: dict[tuple[Node, int], Linear] = {}
        self._open_candidates()
        self.variables = tuple(self._variables_of(group) for group in self.groups)
        self._loads = Loads.of(self.variables, ground.column)
        self._link_candidates()
        self._justify_evictions()

    @property
    def cluster(self) -> Cluster:
        """See `Model`."""
        return self.ground.cluster

    @property
    def nodes(self) -> tuple[Node, ...]:
        """See `Model`."""
        return self.ground.cluster.nodes

    @property
    def groups(self) -> tuple[PodGroup, ...]:
        """See `Model`."""
        return self.ground.groups

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
            made = domains_of(key, self.nodes if among is None else among)
            self._domains[key, among] = made
            self._among |= dict.fromkeys(made.all, made)
        return self._domains[key, among]

    def opened(self, node: Node) -> Linear:
        """See `Model`."""
        return self._opened.get(node, _ONE)

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

    def limits(self, linear: Linear) -> tuple[int, int]:
        """See `Model`."""
        return self.program.limits(linear)

    def _free(self, node: Node) -> bool:
        return self.scope is None or node in self.scope.free

    def _open_candidates(self) -> None:
        """A variable for each candidate; equal ones open in their order, a pool's limit holds over all its zones."""
        per_pool: dict[str, list[Linear]] = {}
        for row in self.ground.candidates:
            opened = [self._open(node) for node in row.nodes]
            for earlier, later in itertools.pairwise(opened):
                self.require(later <= earlier)
            per_pool.setdefault(row.pool.name, []).extend(opened)
        for row in self.ground.candidates:
            if row.pool.name in per_pool:
                self.require(total(per_pool.pop(row.pool.name)) <= row.pool.openable)

    def _open(self, node: Node) -> Linear:
        if self._free(node):
            self._opened[node] = self.boolean().linear
        else:
            held = self.scope is not None and any(counts.get(node) for counts in self.scope.arrivals.values())
            self._opened[node] = _ONE if held else NOTHING
        return self._opened[node]

    def _variables_of(self, group: PodGroup) -> GroupVariables:
        arrivals = self._arrivals_of(group)
        stays = self._stays_of(group)
        bound = len(group) - len(group.pending)
        gone = bound - stays.everywhere
        host = self.ground.host(group)
        if host is not None:
            here = arrivals.everywhere
            due = self.opened(host) * len(group.pending)
            self.require(here <= due)
            return GroupVariables(arrivals, stays, NOTHING, NOTHING, due - here)
        if not self.ground.may_move(group):
            unplaced = len(group.pending) - arrivals.everywhere
            self.require(unplaced >= 0)
            return GroupVariables(arrivals, stays, NOTHING, gone, unplaced)
        return self._moving(group, arrivals, stays, gone)

    def _moving(self, group: PodGroup, arrivals: Tallied, stays: Tallied, gone: Linear) -> GroupVariables:
        """Arrivals are moved pods and new ones: ``0 <= arrivals - moved <= pending`` and ``0 <= moved <= gone``."""
        if not self.ground.may_be_evicted(group):
            moved = gone
        else:
            moved = self.integer(len(group) - len(group.pending))
            self.require(moved <= gone)
        placed = arrivals.everywhere - moved
        self.require(placed >= 0)
        self.require(placed <= len(group.pending))
        return GroupVariables(arrivals, stays, moved, gone - moved, len(group.pending) - placed)

    def _arrivals_of(self, group: PodGroup) -> Tallied:
        decided = self.scope.arrivals.get(group, {}) if self.scope is not None else {}
        constant = {node: count for node, count in decided.items() if count and not self._free(node)}
        coming = len(group) if self.ground.may_move(group) else len(group.pending)
        if not coming:
            return Tallied({}, constant)
        most = np.minimum(self.ground.most(group), coming)
        if self.ground.may_move(group):
            # Whoever leaves does not come back: on a node of theirs only the others arrive.
            for node, pods in group.bound.items():
                place = self.ground.column[node]
                most[place] = min(most[place], coming - len(pods))
        places = [place for place in np.flatnonzero(most > 0).tolist() if self._free(self.nodes[place])]
        first = self.program.integers([0] * len(places), most[places].tolist())
        return Tallied({self.nodes[place]: first + offset for offset, place in enumerate(places)}, constant)

    def _stays_of(self, group: PodGroup) -> Tallied:
        variable: dict[Node, int] = {}
        constant: dict[Node, int] = {}
        leaves = self.ground.may_be_evicted(group) or self.ground.may_move(group)
        for node, pods in group.bound.items():
            if not leaves:
                constant[node] = len(pods)
            elif self._free(node):
                variable[node] = self.program.integers((0,), (len(pods),))
            else:
                constant[node] = self._decided_stays(group, node)
        return Tallied(variable, constant)

    def _decided_stays(self, group: PodGroup, node: Node) -> int:
        stays = self.scope.stays.get(group, {}) if self.scope is not None else {}
        return stays.get(node, 0)

    def _link_candidates(self) -> None:
        """A candidate is open exactly where it holds a pod of a workload."""
        everyone = np.ones(len(self.groups), dtype=np.int64)
        for node, opened in self._opened.items():
            if not opened.is_constant:
                self.require(self.load(node, everyone) <= opened * node.pods_allowed)
                self.require(self.load(node, self._workload) >= opened)

    def _justify_evictions(self) -> None:
        """By preemption only: who leaves for good does so on a node where a preempting pod of higher priority arrives.

        With moves, ``victims`` are those of the leaving pods that are not moved; they add up to at least the evicted
        ones.
        """
        if not (self.ground.leave.evict and self.ground.leave.by_preemption):
            return
        for group in self.groups:
            if not self.ground.may_be_evicted(group):
                continue
            stays = self.variables[group.index].stays
            victims: list[Linear] = []
            for node in stays.variable:
                leaving = len(group.bound[node]) - stays.on(node)
                victim = self.integer(len(group.bound[node])) if self.ground.may_move(group) else leaving
                self.require(victim <= leaving)
                self.require(victim <= self._preempts(node, group.priority) * len(group.bound[node]))
                victims.append(victim)
            if self.ground.may_move(group) and self.scope is None:
                self.require(self.evicted(group) <= total(victims))

    def _preempts(self, node: Node, priority: int) -> Linear:
        """At most 1, and only where a preempting pod of higher priority arrives."""
        if (node, priority) not in self._preempted:
            arriving = total(
                self.arrivals(group, node)
                for group in self.groups
                if group.priority > priority and group.spec.preempts and (group.pending or self.ground.may_move(group))
            )
            preempts = self.boolean().linear
            self.require(preempts <= arriving)
            self._preempted[node, priority] = preempts
        return self._preempted[node, priority]

    def _make_used(self, node: Node) -> Linear:
        if node in self._opened:
            return self._opened[node]
        held = self.load(node, self._workload)
        least, greatest = self.limits(held)
        if least > 0:
            return _ONE
        if greatest == 0:
            return NOTHING
        return self.some(held).linear

    def _make_some(self, linear: Linear) -> Bool:
        """``b <= linear <= greatest * b``; a variable that is 0 or 1 already is its own answer."""
        least, greatest = self.limits(linear)
        if len(linear.variables) == 1 and linear.coefficients == (1,) and (least, greatest) == (0, 1):
            return Bool(linear.variables[0])
        holds = self.boolean()
        self.require(linear >= holds.linear)
        self.require(linear <= holds.linear * greatest)
        if least > 0:
            self.require(holds.linear >= 1)
        return holds

    @cached_property
    def _workload(self) -> NDArray[np.int64]:
        """1 for each group whose pods make a node count as used."""
        return np.array([group.movable for group in self.groups], dtype=np.int64)

    @cached_property
    def _before(self) -> Mapping[Node, Sequence[tuple[PodGroup, int]]]:
        """Who is on each node in the input."""
        before: dict[Node, list[tuple[PodGroup, int]]] = {}
        for group in self.groups:
            for node, pods in group.bound.items():
                before.setdefault(node, []).append((group, len(pods)))
        return before
