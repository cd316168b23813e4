"""What to see in each picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.compare.requested import ALWAYS

if TYPE_CHECKING:
    from collections.abc import Sequence

NODE_CURVES = (
    "All nodes side by side, the fullest on the left, and how much of each is requested. A curve that stays high and "
    "falls steeply leaves whole nodes empty; one that sags spreads the same pods over more nodes."
)
PRIORITIES = (
    "For each priority, highest first: the pods that have a node, out of all that wanted one. "
    "A higher priority goes before all lower ones."
)
NODES_USED = "Nodes that hold at least one pod of a workload; DaemonSet and static pods alone do not make a node used."
COST = "The cost is the sum of the prices of these nodes."
ZONES = (
    "A row is a zone with its pods in all, a cell one of its nodes: the darker, the more pods. "
    "Equally dark rows are evenly spread over the zones; pale cells at the end of a row are nodes without work."
)


def node_bars(resources: Sequence[str], *, by_workload: bool) -> str:
    """What is seen of the nodes; ``resources`` other than the usual ones are there for a reason."""
    text = (
        "Every bar is a node, as long as its allocatable is large; every filled piece is a pod's request, coloured by "
        f"{'its workload' if by_workload else 'what it asks for in all'} (where there are very many pods, those of one "
        "colour together). Pale bars are empty nodes: the more of them, and the fuller the others, the better packed."
    )
    return " ".join(filter(None, (text, _unusual(resources))))


def node_curves(resources: Sequence[str]) -> str:
    """The same, of many nodes."""
    return " ".join(filter(None, (NODE_CURVES, _unusual(resources))))


def _unusual(resources: Sequence[str]) -> str:
    others = [resource for resource in resources if resource not in ALWAYS]
    return f"Some nodes are fuller in {' or '.join(others)} than in {' and '.join(ALWAYS)}." if others else ""


def search(shown: int, found: int) -> str:
    """The search of a strategy with ``shown`` of ``found`` levels."""
    text = (
        "Solid: the best placement so far. Dashed: the bound, which no placement can be below. Where the two meet, the "
        "level is proven; what lies between them is still open."
    )
    if shown == found:
        return text
    return f"{text} Shown: {shown} of {found} levels, those with the most to see."
