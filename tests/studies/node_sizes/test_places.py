"""Mixes with a place for every pod of a zone that fails."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from random import Random

import pytest

from solver.cluster.labels import equals
from solver.cluster.topology import ZONE, SpreadConstraint
from solver.studies.node_sizes.places import with_places
from solver.studies.node_sizes.refuge import takes_all
from solver.studies.node_sizes.risk import Part
from solver.studies.node_sizes.shared_places import shared
from solver.studies.node_sizes.survival import _PLACE_ALL, after, parts_of, survives
from tests.studies.node_sizes.makings import machine, offers, pods, spec, task

THREE = ("a", "b", "c")


def spread(app: str, cpu: int):
    return spec(cpu, 1, app, spread=(SpreadConstraint(1, ZONE, True, equals({"app": app})),))


def sampled(seed: int, zones: tuple[str, ...]):
    """Some kinds, most with few pods, some of them spread over the zones or kept apart."""
    draw = Random(seed)
    some = []
    for at in range(draw.randint(2, 5)):
        cpu, app = draw.choice((200, 300, 500, 900)), f"app-{at}"
        rule = draw.random()
        of = spread(app, cpu) if rule < 0.4 else spec(cpu, 1, app, apart=rule < 0.6)
        some += pods(app, draw.randint(1, 7), of)
    types = (machine("one", 1000, 8, "0.1"), machine("two", 2000, 16, "0.19"))
    return task(some, offers(*types, zones=zones), seconds=2.0)


@pytest.mark.parametrize("zones", [("a", "b"), THREE, (*THREE, "d")])
@pytest.mark.parametrize("seed", range(6))
def test_every_zone_may_fail_and_its_pods_find_their_places(seed, zones):
    small = sampled(seed, zones)
    mix = with_places(small, 2.0)
    assert mix is not None
    assert len(mix.placement.node_of) == len(small.workloads.pending)
    meant = {pod.key: pod.spec for pod in small.workloads.pods}
    for zone in parts_of(mix, Part.ZONE):
        assert takes_all(after(small, mix, Part.ZONE, zone), mix, meant, _PLACE_ALL)
    bought = [Counter(node.instance_type for node in mix.nodes if node.zone == zone) for zone in zones]
    assert all(some == bought[0] for some in bought)


def test_even_numbers_cost_what_the_bound_asks_for():
    """Four pods, a node each: with three zones two in each, half as much again."""
    small = task(pods("web", 4, spec(900, 0)), offers(machine("one", 1000, 4, "0.1"), zones=THREE))
    mix = with_places(small, 2.0)
    assert mix is not None
    assert mix.cost == Fraction(6, 10)
    assert survives(small, mix, Part.ZONE, 0.0)


def test_single_pods_share_places():
    """Two kinds with one pod each: one place in each zone is enough for both, whichever zone fails."""
    some = pods("web", 1, spec(900, 0)) + pods("db", 1, spec(800, 0, "db"))
    small = task(some, offers(machine("one", 1000, 4, "0.1"), zones=THREE))
    mix = with_places(small, 2.0)
    assert mix is not None
    assert mix.cost == Fraction(3, 10)
    assert survives(small, mix, Part.ZONE, 0.0)


def test_a_shared_place_is_large_enough_for_each_and_shared_by_those_that_are_alike():
    sizes = {"tall": (900, 1), "tall too": (850, 1), "wide": (100, 8), "wide too": (100, 7)}
    kinds = {name: spec(*size, name) for name, size in sizes.items()}
    some = [pod for name, kind in kinds.items() for pod in pods(name, 1, kind)]
    asked = task(some, offers(machine("one", 1000, 10, "0.1"), zones=THREE))
    groups = list(shared(asked, list(kinds.values()), 2))
    assert {frozenset(kind.labels["app"] for kind in group) for group, _ in groups} == {
        frozenset({"tall", "tall too"}),
        frozenset({"wide", "wide too"}),
    }
    for group, place in groups:
        assert all(place.requests[name] >= amount for kind in group for name, amount in kind.requests.items())


def test_pods_of_one_zone_cannot_outlive_it():
    bound = spec(500, 0, node_selector={ZONE: "a"})
    small = task(pods("web", 1, bound), offers(machine("one", 1000, 4, "0.1"), zones=THREE))
    assert with_places(small, 1.0) is None
