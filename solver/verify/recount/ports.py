"""No two pods of a node share a host port."""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.verify.violation import Violation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from solver.verify.recount.final import Final


def ports(final: Final) -> Iterator[Violation]:
    """Every conflict with a new pod in it."""
    for node, pods in final.changed.items():
        for pod, other in final.pairs_with_new([pod for pod in pods if pod.spec.host_ports]):
            if any(mine.conflicts_with(its) for mine in pod.spec.host_ports for its in other.spec.host_ports):
                text = f"{pod.key} and {other.key} want the same host port of {node.name}."
                yield Violation("NodePorts", text, pod, node)
