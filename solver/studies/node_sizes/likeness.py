"""Which nodes of a mix fail alike.

Two nodes of one offer in one zone that hold the same kinds of pods differ in their names alone, and so does what is
left when the one or the other fails, as long as nobody asks for a node by its name. Claims belong to single pods, so
pods with claims are never of one kind.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from solver.cluster.topology import HOSTNAME

if TYPE_CHECKING:
    from collections.abc import Hashable

    from solver.cluster.node import Node
    from solver.cluster.pod import Pod, PodSpec
    from solver.studies.node_sizes.mix import Mix


class Likeness:
    """The nodes of one mix by what fails with them."""

    def __init__(self, mix: Mix) -> None:
        placement = mix.standing
        specs = dict.fromkeys(pod.spec for pod in placement.node_of if pod.movable)
        by_name = any(_names_a_node(spec) or spec.claims for spec in specs)
        self._of = {
            node.name: node.name if by_name else _content(node, pods) for node, pods in placement.pods_on.items()
        }

    def of(self, name: str) -> Hashable:
        """The same for nodes that fail alike."""
        return self._of[name]


def _content(node: Node, pods: list[Pod]) -> Hashable:
    return node.pool, node.zone, frozenset(Counter(_kind(pod) for pod in pods).items())


def _kind(pod: Pod) -> Hashable:
    """DaemonSet pods have a spec of their own on every node, and vanish with it: what they take there counts."""
    return pod.spec if pod.movable else frozenset(pod.spec.requests.items())


def _names_a_node(spec: PodSpec) -> bool:
    terms = (*(spec.node_affinity.required or ()),)
    asked = (requirement.key for term in terms for requirement in term.expressions)
    return HOSTNAME in spec.node_selector or HOSTNAME in asked or any(term.fields for term in terms)
