"""What to see in each picture."""

from __future__ import annotations

NODE_BARS = (
    "Every bar is a node, as long as its allocatable is large; every filled piece is a pod's request, coloured by its "
    "workload (where there are very many pods, those of a workload together). Pale bars are empty nodes: the more of "
    "them, and the fuller the others, the better packed."
)
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


def search(shown: int, found: int) -> str:
    """The search of a strategy with ``shown`` of ``found`` levels."""
    text = (
        "Solid: the best placement so far. Dashed: the bound, which no placement can be below. Where the two meet, the "
        "level is proven; what lies between them is still open."
    )
    if shown == found:
        return text
    return f"{text} Shown: {shown} of {found} levels, those with the most to see."
