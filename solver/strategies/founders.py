"""Pods that must come before others: founders, whose required affinity nobody else ever meets where they are.

A pod whose terms no other pod of its domains matches can only be the first match of its terms anywhere, so it is bound
before all other pods that match them. Every order of binds keeps to that, and a search for one is spared dead ends.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from solver.cluster.node import Node
    from solver.cluster.pod import Pod, PodSpec
    from solver.placement import Placement


def successors(founder: Pod, placement: Placement) -> tuple[Pod, ...]:
    """The pods that must be bound after this one; none where it is no founder. Pods that stay may be among them."""
    keys = {term.topology_key: None for term in founder.spec.affinity.required}
    matches = {pod: node for pod, node in _matches(founder.spec, placement).items() if pod is not founder}
    home = placement.node_of[founder]
    supported = all(any(node.labels.get(key) == home.labels.get(key) for node in matches.values()) for key in keys)
    if supported:
        return ()
    return tuple(pod for pod, node in matches.items() if any(key in node.labels for key in keys))


def _matches(spec: PodSpec, placement: Placement) -> dict[Pod, Node]:
    """The pods with a node at the end that match all required affinity terms of the spec."""
    terms, spaces = spec.affinity.required, placement.cluster.namespaces
    verdicts: dict[PodSpec, bool] = {}
    for pod in placement.node_of:
        if pod.spec not in verdicts:
            named = (pod.spec.namespace, pod.spec.labels, spaces)
            verdicts[pod.spec] = all(term.matches(*named) for term in terms)
    return {pod: node for pod, node in placement.node_of.items() if verdicts[pod.spec]}
