"""The optimising strategy: from the best start through all phases to an answer with bounds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.objectives import check_prices
from solver.objectives.question import ObjectiveName
from solver.strategies.cpsat.answering import answer, unproven_where_beaten
from solver.strategies.cpsat.competition.competes import LARGEST, competitors
from solver.strategies.cpsat.incumbent import settle
from solver.strategies.cpsat.phases import PHASES
from solver.strategies.cpsat.solving import Solving
from solver.strategies.cpsat.starts import begin

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from solver.cluster.cluster import Cluster
    from solver.cluster.pod import Pod
    from solver.objectives.question import Question
    from solver.result import Answer, Competition
    from solver.strategies.strategy import Options, Strategy, Watch


class CpSat:
    """Lexicographic optimisation over pod groups; a level's bound holds given the values reported before it."""

    name = "cpsat"

    def __init__(self, starts: Sequence[Strategy] = ()) -> None:
        """The search begins at the best answer of ``starts``."""
        self._starts = tuple(starts)

    def solve(self, cluster: Cluster, question: Question, options: Options, watch: Watch) -> Answer:
        """The last incumbent, whatever happens, with all that is proven of it."""
        if question.asks_for(ObjectiveName.COST):
            check_prices(cluster)
        with watch.counting():
            return self._solved(Solving(cluster, question, options, watch, self._starts))

    @staticmethod
    def _solved(solving: Solving) -> Answer:
        found = begin(solving)
        for phase in PHASES:
            if solving.proven or solving.watch.limit is not None:
                break
            phase(solving)
        settle(solving.results)
        rivals = _competitors(solving)
        if solving.spent:
            solving.stopped = solving.watch.kind
        best = answer(solving.incumbent, solving.levels, solving.results, solving.watch, rivals, solving.stopped)
        return unproven_where_beaten(best, solving.levels, found)


def _competitors(solving: Solving) -> Mapping[Pod, Competition]:
    """What pending pods wait for; in large clusters, what counting says of it."""
    if not solving.incumbent.placement.pending:
        return {}
    solving.tell()
    work = solving.sketch if solving.sketch.ground.size > LARGEST else solving.work
    return competitors(solving.incumbent.placement, work, solving.results, lambda: solving.spent)
