"""What one rule does during a replay: object to a bind, and keep its own counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from solver.cluster.node import Node
    from solver.cluster.pod import Pod


class Check(Protocol):
    """One filter of kube-scheduler, read for one pod and one node at a time.

    ``arrive`` and ``leave`` are told of every pod that comes to a node or goes, first of those bound in the input; they
    are exact inverses.
    """

    @property
    def rule(self) -> str:
        """The plugin's name."""

    def objection(self, pod: Pod, node: Node) -> str | None:
        """Why the pod may not be bound to the node in the state of this moment (an end of a sentence), or None."""

    def arrive(self, pod: Pod, node: Node) -> None:
        """The pod is on the node from now on."""

    def leave(self, pod: Pod, node: Node) -> None:
        """The pod is no longer on the node."""


class Stateless:
    """A check that depends on the pod and the node alone."""

    def arrive(self, pod: Pod, node: Node) -> None:
        """Nothing to count."""

    def leave(self, pod: Pod, node: Node) -> None:
        """Nothing to count."""
