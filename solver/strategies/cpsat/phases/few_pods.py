"""Pending pods and disruption where nodes hold few pods: patterns of whole nodes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.strategies.cpsat.patterns.asked import suits

if TYPE_CHECKING:
    from solver.strategies.cpsat.solving import Solving

_AFTER = 0.25
"""Of the time that is left before, this part remains for what comes after."""
_TOO_SHORT_S = 0.5
"""With less than this, that would hardly begin; so patterns may take it too."""


def fit_patterns(solving: Solving) -> None:
    """What patterns of few pods on a node prove or find, where the question is one for them."""
    if not suits(solving.sketch, solving.question):
        return
    from solver.strategies.cpsat.patterns.search import PatternSearch

    rest_s = solving.left * _AFTER
    until = solving.reserve_s + (rest_s if rest_s >= _TOO_SHORT_S else 0.0)
    search = PatternSearch(solving.work, solving.question, solving.watch, until)
    solving.incumbent = search.run(solving.incumbent, solving.results)
