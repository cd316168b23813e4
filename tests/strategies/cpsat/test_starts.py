"""Starts: adopted where they are best, and never contradicted by what is called proven."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from solver.objectives import values
from solver.objectives.question import Question, levels_of
from solver.placement import Bind, Evict, Placement
from solver.result import Answer
from solver.strategies.cpsat import CpSat
from solver.strategies.strategy import Options, Watch
from tests.model.making import cluster, node, pods, spec, vector

if TYPE_CHECKING:
    from solver.cluster.cluster import Cluster


@dataclass(frozen=True)
class Fixed:
    """A strategy that evicts and binds what it is told, by name."""

    evicts: tuple[str, ...]
    binds: tuple[tuple[str, str], ...]
    name: str = "fixed"

    def solve(self, asked: Cluster, question: Question, options: Options, watch: Watch) -> Answer:
        named = {pod.name: pod for pod in asked.pods}
        steps = [Evict(named[pod]) for pod in self.evicts]
        binds = [Bind(named[pod], asked.node_named[place]) for pod, place in self.binds]
        stay = {pod: asked.node_named[pod.node] for pod in asked.bound if pod.node and pod.name not in self.evicts}
        return Answer(Placement(asked, stay | {bind.pod: bind.node for bind in binds}), (*steps, *binds))


def test_what_a_start_beats_is_not_called_proven():
    """Nobody had to leave for the urgent pod, so nobody does; the start evicts all the same, and places more."""
    asked = cluster(
        [node("n1", cpu=4000), node("n2", cpu=2000)],
        pods(spec("old", 2000), "old", on="n1"),
        pods(spec("urgent", 2000, priority=9), "urgent"),
        pods(spec("small", 1000), "s1", "s2", "s3", "s4"),
    )
    where = (("urgent", "n1"), ("s1", "n1"), ("s2", "n1"), ("s3", "n2"), ("s4", "n2"))
    options, question = Options(time_limit_s=20, workers=1), Question()
    alone = CpSat().solve(asked, question, options, Watch(time.perf_counter() + 20))
    beaten = CpSat([Fixed(("old",), where)]).solve(asked, question, options, Watch(time.perf_counter() + 20))
    levels = levels_of(question, asked)
    assert beaten.placement.evicted == ()
    assert values(beaten.placement, levels) == values(alone.placement, levels) == alone.bounds
    assert (alone.bounds[1], beaten.bounds[1]) == vector(2, 1)
