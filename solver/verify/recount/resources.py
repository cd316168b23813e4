"""Requests sum up to at most what is allocatable, pods to at most what the node takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.cluster.resources import is_among, total
from solver.verify.violation import Violation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from solver.verify.recount.final import Final

RULE = "NodeResourcesFit"


def resources(final: Final) -> Iterator[Violation]:
    """On every node with a new pod, for every resource that a new pod asks for."""
    for node, pods in final.changed.items():
        if len(pods) > node.pods_allowed:
            yield Violation(RULE, f"{node.name} takes {node.pods_allowed} pods and holds {len(pods)}.", node=node)
        asked = {name for pod in pods if pod in final.new for name, amount in pod.spec.requests.items() if amount > 0}
        requested = total(pod.spec.requests for pod in pods)
        for name in sorted(name for name in asked if not is_among(name, final.waived)):
            allocatable = node.allocatable.get(name, 0)
            if requested[name] > allocatable:
                text = f"{node.name} has {allocatable} of {name} and its pods request {requested[name]}."
                yield Violation(RULE, text, node=node)
