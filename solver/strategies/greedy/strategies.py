"""First-fit decreasing, best fit and random: three orders and choices for the same filling."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import numpy as np

from solver.result import Answer
from solver.strategies.greedy.filling import Choice, filled
from solver.strategies.greedy.size import decreasing, fullness

if TYPE_CHECKING:
    from collections.abc import Sequence

    from solver.cluster.cluster import Cluster
    from solver.cluster.columns import Places
    from solver.cluster.pod import Pod
    from solver.cluster.state import ClusterState
    from solver.objectives.question import Question
    from solver.strategies.strategy import Options, Watch


class FirstFitDecreasing:
    """Highest priority first, then largest; each pod to the first node that takes it."""

    name = "first-fit-decreasing"

    def solve(self, cluster: Cluster, question: Question, options: Options, watch: Watch) -> Answer:
        """Bound pods stay, whatever the question allows."""
        return _answer(cluster, decreasing(cluster), lambda state, pod, places: int(places[0]), watch)


class BestFit:
    """Highest priority first, then largest; each pod to the node that it leaves with the least room."""

    name = "best-fit"

    def solve(self, cluster: Cluster, question: Question, options: Options, watch: Watch) -> Answer:
        """Bound pods stay, whatever the question allows."""

        def fullest(state: ClusterState, pod: Pod, places: Places) -> int:
            return int(places[np.argmax(fullness(state, places))])

        return _answer(cluster, decreasing(cluster), fullest, watch)


class Random:
    """In the order of the queue; each pod to a feasible node drawn with the seed."""

    name = "random"

    def solve(self, cluster: Cluster, question: Question, options: Options, watch: Watch) -> Answer:
        """Bound pods stay, whatever the question allows."""
        draw = random.Random(options.seed)

        def drawn(state: ClusterState, pod: Pod, places: Places) -> int:
            return int(places[draw.randrange(len(places))])

        return _answer(cluster, cluster.queue, drawn, watch)


def _answer(cluster: Cluster, order: Sequence[Pod], choose: Choice, watch: Watch) -> Answer:
    """Where a limit is reached, whoever has not been looked at stays pending."""
    placement, binds = filled(cluster, order, choose, lambda: watch.limit is not None).result()
    return Answer(placement, binds, limit=watch.limit)
