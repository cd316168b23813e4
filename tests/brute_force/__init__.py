"""The best placement of a tiny cluster, by looking at all of them.

Every way of opening nodes and every set of bound pods that may leave is tried; from there every state that binds can
reach, each bind passing the naive oracle's filters in the state of that moment. Nothing of the solver is imported
where outcomes are found and judged; `agreement` holds the solver's answer against them.
"""

from __future__ import annotations

from tests.brute_force.outcomes import Outcome, outcomes
from tests.brute_force.tiny import Tiny, asking

__all__ = ["Outcome", "Tiny", "asking", "optimum", "outcomes"]


def optimum(objects: list[dict[str, object]]) -> Outcome:
    """The best of all outcomes of a scenario in raw manifests."""
    return min(outcomes(Tiny(objects)), key=lambda outcome: outcome.rank)
