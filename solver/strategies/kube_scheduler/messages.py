"""kube-scheduler's own words for a pod that finds no node."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from solver.rules.rule import Rejection

NO_NODES = "no nodes available to schedule pods"


def unavailable(nodes: int, reasons: Mapping[str, int]) -> str:
    """``0/N nodes are available: ...``: every reason with how many nodes give it."""
    listed = ", ".join(sorted(f"{count} {reason}" for reason, count in reasons.items() if count))
    return f"0/{nodes} nodes are available: {listed}." if listed else f"0/{nodes} nodes are available:"


def unacceptable(nodes: int, rejection: Rejection) -> str:
    """The same for a pod that was rejected as a whole."""
    return f"0/{nodes} nodes are available: {', '.join(rejection.reasons)}."


def outside(plugins: Mapping[str, frozenset[str]]) -> str:
    """The reason of nodes that were not looked at, because plugins had narrowed the search to others."""
    return f"node(s) didn't satisfy plugin(s) [{' '.join(sorted(plugins))}]"


def contradiction(plugins: Mapping[str, frozenset[str]]) -> str:
    """The reason for a pod whose plugins have narrowed the search to nodes that have none in common."""
    names = sorted(plugins)
    if len(names) == 1:
        return f"node(s) didn't satisfy plugin {names[0]}"
    return f"node(s) didn't satisfy plugin(s) [{' '.join(names)}] simultaneously"
