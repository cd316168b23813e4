"""A mix: the nodes that are bought, with the verified placement on them, and what is proven of the price."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

from solver.cluster.workloads import daemon_pods
from solver.placement import Placement

if TYPE_CHECKING:
    from collections.abc import Mapping

    from solver.cluster.node import Node
    from solver.cluster.pod import PodSpec
    from solver.result import Result

For = tuple["PodSpec", ...]
"""The kinds of pods that a place is for: one of them takes it."""

HOURS_PER_MONTH = 730
HOURS_PER_YEAR = 8760


@dataclass(frozen=True)
class Mix:
    """All pods have a node in it. ``bound``: no mix that the question allows costs less per hour.

    ``spare`` are nodes that are bought and empty until another one fails. ``kept`` are the places that the plan keeps
    free for the pods of a zone that fails: of each node by name, how many for whom.
    """

    result: Result
    bound: Fraction
    spare: tuple[Node, ...] = ()
    kept: Mapping[str, Mapping[For, int]] = field(default_factory=dict)

    @property
    def placement(self) -> Placement:
        """Which pod is on which node."""
        return self.result.placement

    @cached_property
    def nodes(self) -> tuple[Node, ...]:
        """All that are paid for."""
        return (*self.placement.used, *self.spare)

    @cached_property
    def standing(self) -> Placement:
        """The placement with the spare nodes in it, and the DaemonSet pods that run there."""
        placement = self.placement
        daemons = {pod: node for node in self.spare for pod in daemon_pods(placement.cluster.daemon_sets, node)}
        cluster = placement.cluster
        cluster = replace(cluster, nodes=(*cluster.nodes, *self.spare), pods=(*cluster.pods, *daemons))
        return Placement(cluster, {**placement.node_of, **daemons}, placement.assigned)

    @cached_property
    def cost(self) -> Fraction:
        """USD per hour."""
        return sum((Fraction(node.price_per_hour or 0) for node in self.nodes), Fraction(0))

    @property
    def gap(self) -> Fraction:
        """``(cost - bound) / cost``, 0 where proven."""
        return (self.cost - self.bound) / self.cost if self.cost else Fraction(0)

    @property
    def proven(self) -> bool:
        """Whether nothing is cheaper."""
        return self.bound == self.cost

    @cached_property
    def counts(self) -> Mapping[str, int]:
        """Nodes per pool, most first, then by name."""
        counted = Counter(node.pool or node.name for node in self.nodes)
        return dict(sorted(counted.items(), key=lambda entry: (-entry[1], entry[0])))


def per_month(per_hour: Fraction) -> Fraction:
    """USD a month of 730 hours."""
    return per_hour * HOURS_PER_MONTH


def per_year(per_hour: Fraction) -> Fraction:
    """USD a year of 8,760 hours."""
    return per_hour * HOURS_PER_YEAR


def without_empty(placement: Placement) -> Placement:
    """Without the nodes that hold DaemonSet pods alone, as if they had never been opened."""
    used = set(placement.used)
    gone = {pod for node, pods in placement.pods_on.items() if node not in used for pod in pods}
    cluster = replace(
        placement.cluster,
        nodes=tuple(node for node in placement.cluster.nodes if node in used),
        pods=tuple(pod for pod in placement.cluster.pods if pod not in gone),
    )
    node_of = {pod: node for pod, node in placement.node_of.items() if node in used}
    return Placement(cluster, node_of, placement.assigned)
