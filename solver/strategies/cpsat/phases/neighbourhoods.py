"""Neighbourhood search on every stage that is open, for models too large to be searched as a whole."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from solver.strategies.cpsat.named import names_in, reaching
from solver.strategies.cpsat.phases.exact_search import LARGEST

if TYPE_CHECKING:
    from solver.strategies.cpsat.groundwork import Groundwork
    from solver.strategies.cpsat.solving import Solving

_SMALLEST = 2_000
"""Pairs of group and node: below this the exact search finds what there is to find."""
_LARGEST = 1_500_000
"""Above it, making the model of a neighbourhood takes too long."""
_SHARE, _SHARE_OF_ALL = 0.3, 0.9
"""Of the time that is left: what this may take, and where the exact search would not begin after it."""
_PATIENCE = 40
"""After so many rounds in vain the next stage has its turn."""


def search_around(solving: Solving) -> None:
    """Stage after stage, the earlier ones as good as they are, as long as one of them gains something."""
    ground = solving.sketch.ground
    if not _SMALLEST <= ground.size <= _LARGEST:
        return
    from solver.strategies.cpsat.around.rounds import Rounds

    share = _SHARE_OF_ALL if ground.size > LARGEST else _SHARE
    until = solving.watch.remaining - solving.left * share
    gained = True
    while gained and not _late(solving, until):
        gained = False
        for place in [place for place, result in enumerate(solving.results) if not result.proven]:
            end = (solving.watch.remaining + until) / 2
            rounds = Rounds(solving, _with_opened(solving), place)
            gained |= rounds.run(_PATIENCE, partial(_late, solving, end))


def _late(solving: Solving, until: float) -> bool:
    return solving.proven or solving.watch.limit is not None or solving.watch.remaining <= until


def _with_opened(solving: Solving) -> Groundwork:
    """The groundwork with every node made that the incumbent opens, and one more of each kind."""
    if solving.sketch.ground.whole:
        return solving.sketch
    opened = (node.name for node in solving.incumbent.placement.cluster.nodes)
    return solving.deepened(reaching((*names_in(solving.cluster), *opened)))
