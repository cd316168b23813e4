"""kube-scheduler's own words for a pod that finds no node."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from solver.rules.rule import Rejection

NO_NODES = "no nodes available to schedule pods"


def unavailable(
    nodes: int, rejected: Rejection | None, rejections: Iterable[Rejection | None], outside: str | None = None
) -> str:
    """``0/N nodes are available: ...``: the verdict on the pod, or every reason with how many nodes give it.

    ``outside`` is the reason of the nodes that have no rejection of their own because they were not looked at.
    """
    start = f"0/{nodes} nodes are available:"
    if rejected is not None:
        return f"{start} {', '.join(rejected.reasons)}."
    given = [rejection for rejection in rejections if rejection is not None]
    counts = Counter(reason for rejection in given for reason in rejection.reasons)
    if outside is not None and len(given) < nodes:
        counts[outside] += nodes - len(given)
    listed = sorted(f"{count} {reason}" for reason, count in counts.items())
    return f"{start} {', '.join(listed)}." if listed else start
