"""Starts: adopted where they are best, and never contradicted by what is called proven."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis.strategies import integers, sampled_from

from solver.objectives import values
from solver.objectives.question import BoundPods, Question, levels_of
from solver.placement import Bind, Evict, Placement
from solver.result import Answer, Limit, Termination
from solver.run import run
from solver.run.registry import strategy_named
from solver.scenario import load_scenario
from solver.strategies.bind_order import bind_order
from solver.strategies.cpsat import CpSat
from solver.strategies.cpsat.repair import repaired
from solver.strategies.cpsat.solving import Solving
from solver.strategies.cpsat.starts import best_start
from solver.strategies.strategy import Options, Watch
from solver.verify import verify
from tests.model.making import cluster, node, pods, spec, term, vector
from tests.properties.voices import loaded
from tests.sampling import Knobs, sample

if TYPE_CHECKING:
    from solver.cluster.cluster import Cluster
    from solver.strategies.cpsat.incumbent import Incumbent


@dataclass(frozen=True)
class Fixed:
    """A strategy that does what it is told: who goes to which node, or leaves (None), one after the other, by name."""

    told: tuple[tuple[str, str | None], ...]
    name: str = "fixed"

    def solve(self, asked: Cluster, question: Question, options: Options, watch: Watch) -> Answer:
        named = {pod.name: pod for pod in asked.pods}
        gone = {pod for pod, place in self.told if place is None}
        steps = [
            Evict(named[pod]) if place is None else Bind(named[pod], asked.node_named[place])
            for pod, place in self.told
        ]
        stay = {pod: asked.node_named[pod.node] for pod in asked.bound if pod.node and pod.name not in gone}
        arrived = {step.pod: step.node for step in steps if isinstance(step, Bind)}
        return Answer(Placement(asked, stay | arrived), tuple(steps))


def solved(asked, *starts):
    return CpSat(starts).solve(asked, Question(), Options(time_limit_s=20, workers=1), Watch(time.perf_counter() + 20))


def test_what_a_start_beats_is_not_called_proven():
    """Nobody had to leave for the urgent pod, so nobody does; the start evicts all the same, and places more."""
    asked = cluster(
        [node("n1", cpu=4000), node("n2", cpu=2000)],
        pods(spec("old", 2000), "old", on="n1"),
        pods(spec("urgent", 2000, priority=9), "urgent"),
        pods(spec("small", 1000), "s1", "s2", "s3", "s4"),
    )
    told = (("old", None), ("urgent", "n1"), ("s1", "n1"), ("s2", "n1"), ("s3", "n2"), ("s4", "n2"))
    alone, beaten = solved(asked), solved(asked, Fixed(told))
    levels = levels_of(Question(), asked)
    assert beaten.placement.evicted == ()
    assert values(beaten.placement, levels) == values(alone.placement, levels) == alone.bounds
    assert (alone.bounds[1], beaten.bounds[1]) == vector(2, 1)


def told_once(solving: Solving, best: Incumbent) -> bool:
    """Whether this incumbent is all that has been told of, level by level."""
    told = [(moment.level, moment.value) for moment in solving.watch.told]
    return told == list(zip(solving.levels, values(best.placement, solving.levels), strict=True))


def test_no_plan_counts_on_the_room_of_a_static_pod():
    """kube-scheduler preempts it; its kubelet would run it all the same, so that is neither a start nor a rival."""
    asked = cluster(
        [node("n1", cpu=1000)],
        pods(spec("etcd", 1000, static=True), "etcd", on="n1"),
        pods(spec("urgent", 1000, priority=9), "urgent"),
    )
    preempting = strategy_named("kube-scheduler")
    found = preempting.solve(asked, Question(), Options(), Watch(time.perf_counter() + 20))
    assert [pod.name for pod in found.placement.evicted] == ["etcd"]
    answer = solved(asked, preempting)
    assert answer.placement.evicted == ()
    assert answer.bounds == values(answer.placement, levels_of(Question(), asked)) == vector(1, 1, 0, 0, 0)


def leaning():
    """A follower that goes only where its friend is, and an urgent pod that drives the friend away afterwards."""
    asked = cluster(
        [node("n1", cpu=1000), node("n2", cpu=300)],
        pods(spec("friend", 500), "friend", on="n1"),
        pods(spec("follower", 200, affinity=term("friend")), "follower"),
        pods(spec("urgent", 800, priority=9), "urgent"),
        pods(spec("small", 300), "small"),
    )
    return asked, Fixed((("small", "n2"), ("follower", "n1"), ("friend", None), ("urgent", "n1")))


def test_a_start_that_leaned_on_a_pod_which_left_later_is_repaired():
    asked, start = leaning()
    answer = start.solve(asked, Question(), Options(), Watch(0))
    solving = Solving(asked, Question(), Options(), Watch(time.perf_counter() + 20), (start,))
    starts = best_start(solving)
    assert told_once(solving, starts.best)
    assert bind_order(answer.placement).steps is None
    assert starts.all == (answer.placement,)
    assert {pod.name: place.name for pod, place in starts.best.placement.node_of.items()} == {
        "small": "n2",
        "urgent": "n1",
    }
    assert verify(starts.best.placement, starts.best.steps, Question()) == ()


def test_whoever_need_not_leave_any_more_stays_in_a_repaired_start():
    """The one for whom room was made leaned on a friend who left later; without it nobody has to leave."""
    asked = cluster(
        [node("n1", cpu=1000)],
        pods(spec("friend", 500), "friend", on="n1"),
        pods(spec("vip", 300, priority=9, affinity=term("friend")), "vip"),
        pods(spec("small", 200), "small"),
    )
    start = Fixed((("vip", "n1"), ("friend", None), ("small", "n1")))
    answer = start.solve(asked, Question(), Options(), Watch(0))
    found = repaired(answer.placement, answer.steps, asked)
    assert found is not None
    assert {pod.name for pod in found.placement.node_of} == {"friend", "vip", "small"}
    assert verify(found.placement, found.steps, Question()) == ()


def test_no_answer_leans_on_a_pod_that_leaves_and_what_does_is_not_excluded_by_a_bound():
    asked, start = leaning()
    answer = solved(asked, start)
    levels = levels_of(Question(), asked)
    assert verify(answer.placement, answer.steps, Question()) == ()
    better = values(start.solve(asked, Question(), Options(), Watch(0)).placement, levels)
    assert better < values(answer.placement, levels)
    assert answer.bounds[1] == better[1]


@given(seed=integers(0, 2**32 - 1), policy=sampled_from([BoundPods.KEEP, BoundPods.MOVABLE, BoundPods.EVICTABLE]))
def test_whatever_leaves_leaves_first(seed, policy):
    """In clusters where many pods are bound and affinity is common; replayed step by step by the verification."""
    knobs = Knobs(
        nodes=(2, 3), pods=(5, 9), density=0.5, bound=0.4, rules=frozenset({"resources", "affinity", "priorities"})
    )
    asked, question = loaded(sample(seed, knobs)), Question(bound_pods=policy)
    answer = strategy_named("cpsat").solve(
        asked, question, Options(time_limit_s=5, workers=1), Watch(time.perf_counter() + 5)
    )
    kinds = [isinstance(step, Bind) for step in answer.steps]
    assert kinds == sorted(kinds)
    assert verify(answer.placement, answer.steps, question) == ()


def test_what_the_relaxation_proves_needs_no_start_from_it(monkeypatch):
    """The first start of this application is the best one, and the relaxation says so at once."""
    monkeypatch.setattr("solver.strategies.cpsat.fluid.start.Start", None)
    folder = Path(__file__).parents[3] / "scenarios" / "applications" / "opentelemetry-demo"
    result = run(load_scenario(folder), time_limit_s=60, workers=1)
    assert result.termination is Termination.OPTIMAL


class Waiting:
    """Goes on until its watch says that it is over."""

    name = "waiting"

    def solve(self, cluster: Cluster, question: Question, options: Options, watch: Watch) -> Answer:
        while watch.limit is None:
            time.sleep(0.001)
        return Answer(Placement(cluster, {}), (), limit=watch.limit)


def test_a_start_without_end_takes_its_part_of_the_time_and_is_interrupted_with_the_whole():
    asked = cluster([node("n1", cpu=1000)], pods(spec("small", 300), "small"))
    first = Fixed((("small", "n1"),))
    watch = Watch(time.perf_counter() + 0.4)
    solving = Solving(asked, Question(), Options(), watch, (first, Waiting()))
    starts = best_start(solving)
    assert len(starts.all) == 2
    assert told_once(solving, starts.best)
    assert watch.limit is None
    watch = Watch(time.perf_counter() + 1000, interrupted=True)
    assert watch.part(500).part(500).limit is Limit.INTERRUPT
