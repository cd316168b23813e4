"""A pod that moves within its home breaks nothing: by hand what a home is, by sampling that the judge agrees."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver.cluster.labels import equals
from solver.cluster.node import Node
from solver.cluster.pod import PodSpec
from solver.cluster.pod_affinity import PodAffinity, PodAffinityTerm
from solver.cluster.taints import Effect, Taint
from solver.cluster.topology import HOSTNAME, ZONE, SpreadConstraint
from solver.model.domains import domains_of
from solver.objectives.question import BoundPods
from solver.rules.pod_topology_spread.classes import spread_classes
from solver.strategies.bind_order import bind_order
from solver.strategies.cpsat.groundwork import groundwork
from solver.strategies.cpsat.packing.homes import Homes
from solver.strategies.cpsat.packing.loads import Loads
from solver.strategies.cpsat.packing.loose import company
from solver.strategies.cpsat.packing.rearranged import rearranged
from solver.strategies.greedy import FirstFitDecreasing
from solver.verify import verify
from tests.properties.voices import loaded
from tests.sampling import Knobs, growing, sample
from tests.strategies.cpsat.packing.instances import Kind, cluster
from tests.strategies.cpsat.packing.test_rearranged import QUESTION, started

if TYPE_CHECKING:
    from solver.cluster.cluster import Cluster
    from solver.placement import Placement
    from solver.strategies.cpsat.groundwork import Groundwork
    from solver.strategies.cpsat.incumbent import Incumbent

WIDE = Knobs(nodes=(4, 9), pods=(6, 16), density=0.3, bound=0.15)
SPREAD = replace(WIDE, rules=frozenset({"spread", "taints", "node_affinity", "resources"}), density=0.6)
BETWEEN = replace(WIDE, rules=frozenset({"spread", "affinity", "anti_affinity", "resources"}), density=0.4)


def filled(problem: Cluster) -> tuple[Groundwork, Incumbent, Loads]:
    """What first-fit decreasing makes of it."""
    work, incumbent = groundwork(problem, BoundPods.FIXED), started(problem, FirstFitDecreasing())
    return work, incumbent, Loads(work.ground, company(work.ground), incumbent.placement)


def shuffled(loads: Loads, dice: Random, moves: int) -> int:
    """Pods go one by one to any node that takes them; how many of those were tied to a domain."""
    tied = 0
    for _ in range(moves):
        node = dice.randrange(len(loads.on))
        there = loads.take(node)
        if there:
            goes = there.pop(dice.randrange(len(there)))
            loads.put(node, there)
            takers = [taker for taker in loads.takers(goes).tolist() if loads.on[taker] or loads.may_open(taker)]
            home = dice.choice(takers or [node])  # Where others hold too much already, nobody would come anew.
            loads.put(home, [goes])
            tied += home != node and not loads.is_free(goes)
    return tied


def counted(placement: Placement, problem: Cluster) -> Counter[tuple[object, str]]:
    """Of every DoNotSchedule constraint, the pods that it counts in each of its domains."""
    counts: Counter[tuple[object, str]] = Counter()
    for each in spread_classes(dict.fromkeys(pod.spec for pod in problem.pods), problem.nodes, hard=True):
        for domain in domains_of(each.constraint.topology_key, each.eligible).all:
            names = {node.name for node in domain.nodes}
            inside = [pod for pod, node in placement.node_of.items() if node.name in names]
            counts[(each.constraint, each.counted, tuple(each.eligible)), domain.value] = sum(
                each.counted.holds(pod.spec) for pod in inside
            )
    return counts


@pytest.mark.parametrize("knobs", [WIDE, SPREAD, BETWEEN], ids=["all rules", "spread", "between pods"])
@given(seed=st.integers(0, 2**32 - 1), pools=st.booleans())
@settings(max_examples=50)
def test_the_judge_accepts_every_move_within_a_home(knobs, seed, pools):
    problem = loaded([*sample(seed, knobs), *(growing(seed) if pools else [])])
    work, incumbent, loads = filled(problem)
    missing = loads.missing
    shuffled(loads, Random(seed), 30)
    assert loads.missing == missing
    after = rearranged(incumbent.placement, loads, work)
    order = bind_order(after)
    assert order.steps is not None
    assert verify(order.placement, order.steps, QUESTION) == ()
    if not pools:
        assert counted(after, problem) == counted(incumbent.placement, problem)


def test_pods_that_spread_do_move():
    """Otherwise the samples above would say little."""
    moved = 0
    for seed in range(20):
        problem = loaded(sample(seed, SPREAD))
        *_, loads = filled(problem)
        moved += shuffled(loads, Random(seed), 30)
    assert moved > 20


def homes(specs: list[PodSpec]) -> list[list[list[int]]]:
    """For each spec, its homes on five nodes: two in zone a, the second one tainted, two in b, the last in none."""
    named = [
        Node(f"n{place}", {"cpu": 8000, "pods": 10}, {HOSTNAME: f"n{place}", **({ZONE: zone} if zone else {})})
        for place, zone in enumerate(("a", "a", "b", "b", ""))
    ]
    named[1] = replace(named[1], taints=(Taint("set", "apart", Effect.NO_SCHEDULE),))
    named[3] = replace(named[3], labels={**named[3].labels, "disk": "slow"})
    base = cluster([Kind((1,), 1, 1)], [(1,)])
    pods = tuple(replace(base.pods[0], name=f"p{place}", spec=spec) for place, spec in enumerate(specs))
    ground = groundwork(replace(base, nodes=tuple(named), pods=pods), BoundPods.FIXED).ground
    known = Homes(ground, {HOSTNAME})
    return [_parts(known.of(pod.spec)) for pod in pods]


def _parts(numbers: np.ndarray) -> list[list[int]]:
    parts = [np.flatnonzero(numbers == number).tolist() for number in np.unique(numbers)]
    return sorted(parts)


def spec(**said: object) -> PodSpec:
    return replace(PodSpec(namespace="default", requests={"cpu": 1}), **said)  # type: ignore[arg-type]


MINE = equals({"app": "mine"})
BY_ZONE = SpreadConstraint(1, ZONE, hard=True, selector=MINE)
NEAR_MINE = PodAffinityTerm(ZONE, MINE, frozenset({"default"}))
ANYWHERE, ZONES = [[0, 1, 2, 3, 4]], [[0, 1], [2, 3], [4]]


def test_the_home_of_a_pod_that_spreads_is_its_zone_and_so_it_is_for_whom_it_counts():
    mine, carrier, other = spec(labels={"app": "mine"}), spec(spread=(BY_ZONE,)), spec(labels={"app": "other"})
    assert homes([mine, carrier, other]) == [ZONES, ZONES, ANYWHERE]
    assert homes([mine, other]) == [ANYWHERE, ANYWHERE]


def test_nodes_that_are_not_counted_are_another_home():
    mine = spec(labels={"app": "mine"})
    honest = spec(spread=(replace(BY_ZONE, honors_taints=True),))
    assert homes([mine, honest])[0] == [[0], [1, 4], [2, 3]]
    choosy = spec(spread=(BY_ZONE,), node_selector={"disk": "slow"})
    assert homes([mine, choosy])[0] == [[0, 1, 2, 4], [3]]
    open_minded = spec(spread=(replace(BY_ZONE, honors_affinity=False),), node_selector={"disk": "slow"})
    assert homes([mine, open_minded])[0] == ZONES


def test_who_spreads_over_nodes_stays_on_its_node():
    carrier = spec(labels={"app": "mine"}, spread=(replace(BY_ZONE, topology_key=HOSTNAME),))
    assert homes([carrier]) == [[[0], [1], [2], [3], [4]]]


@pytest.mark.parametrize("field", ["affinity", "anti_affinity"])
def test_terms_over_zones_bind_both_sides_to_theirs(field):
    mine, carrier = spec(labels={"app": "mine"}), spec(**{field: PodAffinity(required=(NEAR_MINE,))})
    assert homes([mine, carrier, spec()]) == [ZONES, ZONES, ANYWHERE]


def test_no_candidate_is_opened_that_would_be_a_new_domain():
    """Two zones are there; of the pool's nodes one would be in a third, which would hold none of those that spread."""
    base = cluster([Kind((4,), 1, 2), Kind((4,), 1, 2, pool=True)], [(1,), (1,)])
    nodes = tuple(
        replace(node, labels={**node.labels, ZONE: zone}) for node, zone in zip(base.nodes, "ab", strict=True)
    )
    templates = tuple(replace(base.pools[0].templates[0], name=f"in-{zone}", labels={ZONE: zone}) for zone in "ac")
    pool = replace(base.pools[0], templates=templates, taken=(0, 0))
    pods = tuple(replace(pod, spec=spec(labels={"app": "mine"}, spread=(BY_ZONE,))) for pod in base.pods)
    problem = replace(base, nodes=nodes, pools=(pool,), pods=pods)
    ground = groundwork(problem, BoundPods.FIXED).ground
    in_c = [node for node in ground.candidate_nodes if node.labels[ZONE] == "c"]
    closed = Homes(ground, set()).closed([])
    assert {ground.cluster.nodes[place] for place in np.flatnonzero(closed)} == set(in_c)
    assert not Homes(ground, set()).closed(in_c[:1]).any()
    nobody = replace(problem, pods=tuple(replace(pod, spec=spec()) for pod in pods))
    assert not Homes(groundwork(nobody, BoundPods.FIXED).ground, set()).closed([]).any()
