"""Loose pods are rearranged by rules of their own; the judge accepts whatever comes out, and it is never worse."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver.cluster.labels import LabelSelector, Operator, Requirement, equals
from solver.cluster.pod_affinity import PodAffinity, PodAffinityTerm
from solver.cluster.ports import HostPort
from solver.cluster.topology import HOSTNAME, ZONE, SpreadConstraint
from solver.objectives.question import BoundPods, ObjectiveName, Question
from solver.placement import initial
from solver.strategies.bind_order import bind_order
from solver.strategies.cpsat.groundwork import groundwork
from solver.strategies.cpsat.incumbent import Incumbent
from solver.strategies.cpsat.packing.loads import Loads
from solver.strategies.cpsat.packing.loose import company
from solver.strategies.cpsat.packing.projection import scarcest
from solver.strategies.cpsat.packing.rearranged import Rearranging, rearranged
from solver.strategies.cpsat.packing.refilling import Refilling
from solver.strategies.cpsat.stages import stages_of, standing
from solver.strategies.greedy import BestFit, FirstFitDecreasing
from solver.strategies.strategy import Options, Watch
from solver.verify import verify
from tests.properties.voices import loaded
from tests.sampling import Knobs, growing, sample
from tests.strategies.cpsat.packing.instances import Kind, cluster

QUESTION = Question((ObjectiveName.PENDING, ObjectiveName.COST), BoundPods.FIXED)
TIED = Knobs(nodes=(2, 6), pods=(4, 14), density=0.25, bound=0.2)
APART = replace(TIED, rules=frozenset({"anti_affinity", "ports", "taints", "resources"}), density=0.5, bound=0.1)


def never() -> bool:
    return False


def started(problem, strategy):
    answer = strategy.solve(problem, QUESTION, Options(), Watch(time.perf_counter() + 60))
    return Incumbent(answer.placement, answer.steps)


def judged(incumbent, loads, work):
    """What the judge says of the loads, carried out."""
    order = bind_order(rearranged(incumbent.placement, loads, work))
    assert order.steps is not None
    return verify(order.placement, order.steps, QUESTION)


def contents(loads):
    return loads.room.tolist(), [sorted(on) for on in loads.on], [loads.barred(node) for node in range(len(loads.on))]


@pytest.mark.parametrize("knobs", [TIED, APART], ids=["all rules", "apart"])
@given(seed=st.integers(0, 2**32 - 1), pools=st.booleans())
@settings(max_examples=60)
def test_the_judge_accepts_all_that_becomes_of_an_answer(knobs, seed, pools):
    problem = loaded([*sample(seed, knobs), *(growing(seed) if pools else [])])
    work, incumbent = groundwork(problem, BoundPods.FIXED), started(problem, FirstFitDecreasing())
    scarce = scarcest(work.ground, 10, never)
    if scarce is None:
        return
    kept_apart = company(work.ground)
    loads = Loads(work.ground, kept_apart, incumbent.placement)
    refilling = Refilling(loads, scarce, seed % 1000)
    assert judged(incumbent, loads, work) == ()
    for _ in range(6):
        if not loads.left and refilling.can_improve:
            before = refilling.cost
            refilling.round()
            assert refilling.cost <= before + 1e-9
            assert not loads.left
    again = Loads(work.ground, kept_apart, rearranged(incumbent.placement, loads, work))
    assert contents(again) == contents(loads)
    refilling.anew((work.ground.column[node] for node in scarce.nodes), never)
    assert loads.missing[0] or judged(incumbent, loads, work) == ()
    assert len(loads.left) + sum(map(len, loads.on)) == len(loads.loose)


def apart(problem, pods, labels):
    """These pods carry the labels, and keep away from all that do."""
    term = PodAffinityTerm(HOSTNAME, equals(labels), frozenset({"default"}))
    return replace(
        problem,
        pods=tuple(
            replace(pod, spec=replace(pod.spec, labels=labels, anti_affinity=PodAffinity(required=(term,))))
            if place in pods
            else pod
            for place, pod in enumerate(problem.pods)
        ),
    )


def improved(problem, strategy):
    """The cost before and after rearranging, and its bound."""
    work, incumbent = groundwork(problem, BoundPods.FIXED), started(problem, strategy)
    scarce = scarcest(work.ground, 10, never)
    assert scarce is not None
    stages = stages_of(QUESTION, problem)
    before = standing(incumbent.placement, stages)
    rearranging = Rearranging(work, scarce, 0, 400, lambda placement: standing(placement, stages) < before)
    deadline = time.perf_counter() + 20
    found = next(rearranging.improved(incumbent.placement, lambda: time.perf_counter() > deadline))
    assert verify(found.placement, found.steps, QUESTION) == ()
    after = standing(found.placement, stages)
    assert after < before
    return before[-1], after[-1], scarce.bound


def test_losses_come_together_until_a_node_is_empty():
    """First-fit decreasing puts the two largest together, so that nothing else fits beside them."""
    problem = apart(cluster([Kind((10,), 1, 6)], [(4,), (4,), (3,), (3,), (3,), (3,)]), {2, 3}, {"a": "b"})
    assert improved(problem, FirstFitDecreasing()) == (3, 2, 2)


def test_a_cheaper_node_takes_what_a_dear_one_holds():
    """Best fit has put all on the node that they fill most."""
    problem = cluster([Kind((10, 9), 5, 1), Kind((10, 12), 3, 1)], [(4, 4), (4, 4)])
    assert improved(problem, BestFit()) == (5, 3, 3)


def test_all_are_filled_anew_where_the_answer_leaves_pods_out():
    problem = apart(cluster([Kind((6,), 1, 3)], [(3,), (3,), (2,), (2,), (2,)]), {0, 1}, {"a": "b"})
    work, nobody = groundwork(problem, BoundPods.FIXED), initial(problem)
    scarce = scarcest(work.ground, 10, never)
    assert scarce is not None
    found = next(Rearranging(work, scarce, 0, 400, lambda _: True).filled_anew(nobody, never))
    assert verify(found.placement, found.steps, QUESTION) == ()
    assert found.placement.pending == ()
    assert not list(Rearranging(work, scarce, 0, 400, lambda _: False).filled_anew(nobody, never))


def test_who_bars_whom_is_mutual_and_each_reason_to_stay_is_known():
    problem = cluster([Kind((10,), 1, 4)], [(1,), (2,), (3,), (4,), (5,)])
    away = PodAffinityTerm(HOSTNAME, equals({"a": "b"}), frozenset({"default"}))
    zonal = replace(away, topology_key=ZONE, selector=equals({"c": "d"}))
    any_label = LabelSelector((Requirement("nobody", Operator.DOES_NOT_EXIST),))
    spread = SpreadConstraint(1, ZONE, hard=True, selector=any_label)
    changes: list[dict[str, Any]] = [
        {"anti_affinity": PodAffinity(required=(away,))},
        {"labels": {"a": "b"}, "host_ports": (HostPort(80),)},
        {"host_ports": (HostPort(80, address="10.0.0.1"),)},
        {"affinity": PodAffinity(required=(zonal,))},
        {"labels": {"c": "d"}},
    ]
    pods = tuple(
        replace(pod, spec=replace(pod.spec, **change)) for pod, change in zip(problem.pods, changes, strict=True)
    )
    known = company(groundwork(replace(problem, pods=pods), BoundPods.FIXED).ground)
    meet = [[known.shows[one].isdisjoint(known.bars[other]) for other in range(len(pods))] for one in range(len(pods))]
    assert [[not each for each in row] for row in meet] == [
        [False, True, False, False, False],
        [True, True, True, False, False],
        [False, True, True, False, False],
        [False, False, False, False, False],
        [False, False, False, False, False],
    ]
    assert known.free == (True, True, True, False, False)
    everybody = tuple(replace(pod, spec=replace(pod.spec, spread=(spread,))) for pod in pods[:1])
    known = company(groundwork(replace(problem, pods=(*everybody, *pods[1:])), BoundPods.FIXED).ground)
    assert not any(known.free)
