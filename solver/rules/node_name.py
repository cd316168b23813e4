"""NodeName: a pod that names its node goes nowhere else.

Source: https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#nodename
"""

from __future__ import annotations

from solver.rules.rule import Rule


class NodeName(Rule):
    """A pod with spec.nodeName is bound already when it is seen, so no candidate ever meets this rule."""

    name = "NodeName"
