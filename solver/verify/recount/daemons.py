"""A DaemonSet's pod runs on the node that it was made for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.cluster.labels import Operator
from solver.verify.violation import Violation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from solver.cluster.node_affinity import NodeSelectorTerm
    from solver.cluster.pod import PodSpec
    from solver.verify.recount.final import Final


def daemons(final: Final) -> Iterator[Violation]:
    """Every new one that is elsewhere; a DaemonSet's pod that names no node was made for none."""
    for pod in final.placement.newly_bound:
        node = final.placement.node_of[pod]
        made_for = _made_for(pod.spec) if pod.spec.daemon else set()
        if made_for and node.name not in made_for:
            yield Violation("DaemonSet", f"{pod.key} is on {node.name}, which it was not made for.", pod, node)


def _made_for(spec: PodSpec) -> set[str]:
    """The names in the conditions on ``metadata.name``, by which the controller ties a pod to its node.

    It puts one into every term; where a term has none, the pod was not made for any node.
    """
    named = [_names(term) for term in spec.node_affinity.required or ()]
    return set().union(*named) if all(named) else set()


def _names(term: NodeSelectorTerm) -> set[str]:
    return {name for field in term.fields if field.operator is Operator.IN for name in field.values}
