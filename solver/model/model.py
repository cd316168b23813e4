"""The vocabulary of the optimisation model: what rules and objectives may ask, and how they say what must hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from contextlib import AbstractContextManager

    import numpy as np
    from numpy.typing import NDArray

    from solver.cluster.cluster import Cluster
    from solver.cluster.node import Node
    from solver.model.domains import Domain, Domains
    from solver.model.groups import PodGroup
    from solver.model.linear import Bool, Comparison, Linear


class Model(Protocol):
    """Pod groups times nodes, as integer counts; every answer is a linear expression, constant where all is decided.

    A pod of a group *stays* on the node that it has in the input, or *arrives*: new ones, and moved ones, which leave
    first.
    """

    @property
    def cluster(self) -> Cluster:
        """The cluster, with every node in it that could be opened."""

    @property
    def nodes(self) -> tuple[Node, ...]:
        """All nodes of the cluster."""

    @property
    def groups(self) -> tuple[PodGroup, ...]:
        """All pod groups; `PodGroup.index` is the place in here."""

    @property
    def free_nodes(self) -> Sequence[Node]:
        """The nodes on which something is decided; what is stated node by node has nothing to say of the others."""

    def free_domains(self, key: str) -> Iterable[Domain]:
        """The domains of a topology key in which something is decided."""

    @property
    def charges_nodes(self) -> bool:
        """Whether used nodes cost something in the question at hand, so that tying `used` to their load pays."""

    def count(self, group: PodGroup, node: Node) -> Linear:
        """How many pods of the group are on the node in the end."""

    def arrivals(self, group: PodGroup, node: Node) -> Linear:
        """How many of these were bound there by the plan."""

    def stays(self, group: PodGroup, node: Node) -> Linear:
        """How many of these were there before."""

    def load(self, node: Node, amounts: NDArray[np.int64]) -> Linear:
        """What all pods on the node take in the end; ``amounts`` has one entry per group."""

    def load_before(self, node: Node, amounts: NDArray[np.int64]) -> int:
        """What the pods on the node take in the input."""

    def count_in(self, domain: Domain, groups: Iterable[PodGroup]) -> Linear:
        """How many pods of the groups are in the domain in the end."""

    def arrivals_in(self, domain: Domain, groups: Iterable[PodGroup]) -> Linear:
        """How many of these were bound there by the plan."""

    def stays_in(self, domain: Domain, groups: Iterable[PodGroup]) -> Linear:
        """How many of these were there before."""

    def before_in(self, domain: Domain, groups: Iterable[PodGroup]) -> int:
        """How many pods of the groups are in the domain in the input."""

    def domains(self, key: str, among: tuple[Node, ...] | None = None) -> Domains:
        """The domains of a topology key, of all nodes or of these alone."""

    def opened(self, node: Node) -> Linear:
        """1 where the node is there; constant for the nodes of the input."""

    def exists(self, nodes: Sequence[Node]) -> Bool | None:
        """Whether one of the nodes is there; None: always."""

    def used(self, node: Node) -> Linear:
        """1 where the node holds a pod that is neither a DaemonSet's nor static."""

    def moved(self, group: PodGroup) -> Linear:
        """How many bound pods of the group end up on another node."""

    def evicted(self, group: PodGroup) -> Linear:
        """How many bound pods of the group end up without a node."""

    def unplaced(self, group: PodGroup) -> Linear:
        """How many candidates of the group end up without a node."""

    def some(self, linear: Linear) -> Bool:
        """Whether the expression, never negative, is at least 1."""

    def integer(self, upper: int) -> Linear:
        """A new variable from 0 to ``upper``."""

    def boolean(self) -> Bool:
        """A new variable of 0 and 1."""

    def require(self, comparison: Comparison, *only_if: Bool) -> None:
        """Demand that the comparison holds, where all of ``only_if`` do."""

    def stating(self, rule: str, resource: str | None = None) -> AbstractContextManager[None]:
        """Whatever is required meanwhile is stated for this rule, and resource."""

    def limits(self, linear: Linear) -> tuple[int, int]:
        """The least and greatest value that the variables' own limits leave."""
