"""Measures that count pods."""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.compare.measure import Better, Judged, Measure, Unit

if TYPE_CHECKING:
    from solver.cluster.cluster import Cluster
    from solver.cluster.pod import Pod
    from solver.result import Result


def priorities(cluster: Cluster) -> list[int]:
    """The priorities of the pods of the input, from the top: not those that DaemonSets bring to opened nodes."""
    return sorted({pod.priority for pod in (*cluster.bound, *cluster.pending)}, reverse=True)


def placed(cluster: Cluster, result: Result, priority: int) -> int:
    """Pods of the input with this priority that have a node at the end.

    The DaemonSet pods that came with opened nodes do not count: more of them is not better.
    """
    node_of = result.placement.node_of
    return sum(pod in node_of for pod in wanted(cluster, priority))


def wanted(cluster: Cluster, priority: int) -> list[Pod]:
    """Pods of the input with this priority that have a node or wait for one."""
    return [pod for pod in (*cluster.bound, *cluster.pending) if pod.priority == priority]


def placed_with(priority: int, title: str) -> Measure:
    """The measure of one priority tier."""
    return Measure(
        f"placed_priority_{priority}",
        title,
        Unit.COUNT,
        Better.MORE,
        lambda judged: placed(judged.cluster, judged.result, priority),
        "Pods of the input that have a node at the end; DaemonSet pods that came with an opened node do not count.",
    )


def placed_per_priority(cluster: Cluster) -> list[Measure]:
    """One measure per priority tier from the top."""
    tiers = priorities(cluster)
    title = "pods placed, priority {:,}" if len(tiers) > 1 else "pods placed"
    return [placed_with(tier, title.format(tier)) for tier in tiers]


def pending(judged: Judged) -> int:
    """Candidates without a node."""
    return len(judged.result.placement.pending)


def evicted(judged: Judged) -> int:
    """Bound pods that lose their node."""
    return len(judged.result.placement.evicted)


def moved(judged: Judged) -> int:
    """Bound pods that change their node."""
    return len(judged.result.placement.moved)


PENDING = Measure(
    "pending", "pods pending", Unit.COUNT, Better.LESS, pending, "Pods that still wait for a node at the end."
)
EVICTED = Measure(
    "evicted",
    "pods evicted",
    Unit.COUNT,
    Better.LESS,
    evicted,
    "Pods that had a node and have none at the end.",
    among_equals=True,
)
MOVED = Measure(
    "moved",
    "pods moved",
    Unit.COUNT,
    Better.LESS,
    moved,
    "Pods that had a node and have another one at the end.",
    among_equals=True,
)
