"""Drafts: every pod has a node, no node holds too much, and more time never makes them dearer."""

from __future__ import annotations

import time
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from solver.cluster.resources import PODS
from solver.compare.requested import requested_on
from solver.studies.node_sizes.draft import Draft
from solver.studies.node_sizes.drafted import Drafted
from solver.studies.node_sizes.floor import Floor
from solver.studies.node_sizes.kinds import Kinds
from solver.studies.node_sizes.relaxation import Relaxation, relaxation
from tests.studies.node_sizes.makings import machine, offers, pods, spec, task

if TYPE_CHECKING:
    from solver.studies.node_sizes.task import Task

SOME = offers(
    machine("one", 1000, 4, "0.10", pods=6), machine("four", 4000, 16, "0.35"), machine("wide", 2000, 32, "0.40")
)


def shop(seconds: float = 0.5):
    workloads = [
        *pods("web", 13, spec(300, 1)),
        *pods("db", 4, spec(500, 6, "db", apart=True)),
        *pods("job", 9, spec(100, 2, "job")),
    ]
    return task(workloads, SOME, [spec(100, 0, "agent")], seconds)


def relaxed_of(small: Task) -> tuple[Kinds, Relaxation | None]:
    kinds = Kinds(small)
    return kinds, relaxation(kinds, Fraction(0), lambda: False)


def test_a_draft_places_every_pod_within_its_nodes():
    small = shop()
    draft = Draft(*relaxed_of(small))
    assert draft.improve(time.monotonic() + 0.5)
    placement = draft.placement()
    assert not placement.pending
    for node in placement.used:
        for name, amount in requested_on(placement, node).items():
            assert amount <= node.allocatable.get(name, 0), (node, name)
        assert sum(pod.spec.daemon for pod in placement.pods_on[node]) == 1
        assert sum(pod.spec.labels["app"] == "db" for pod in placement.pods_on[node]) <= 1
        assert requested_on(placement, node)[PODS] > 1


def test_rounds_never_raise_the_price_and_the_bound_of_totals_is_below():
    small = shop()
    draft = Draft(*relaxed_of(small))
    assert draft.improve(time.monotonic() + 0.5, enough=1e9)
    first = draft.placement()
    cheaper = draft.improve(time.monotonic() + 0.5)
    costs = [sum(Fraction(node.price_per_hour or 0) for node in each.used) for each in (first, draft.placement())]
    assert cheaper == (costs[1] < costs[0])
    assert costs[1] <= costs[0]
    assert Floor(small.offers, small.workloads).of(small.offers) <= float(costs[1])


def test_the_prices_of_resources_never_give_an_offer_away_below_its_worth():
    small = shop()
    floor = Floor(small.offers, small.workloads)
    vertices = floor.vertices(small.offers, floor.names, seed=0)
    rooms = [
        [max(offer.template.allocatable[name] - (100 if name == "cpu" else name == PODS), 0) for name in floor.names]
        for offer in SOME
    ]
    for prices in vertices:
        for room, offer in zip(rooms, SOME, strict=True):
            assert float(prices @ room) <= float(offer.price) * (1 + 1e-6)


def test_without_time_or_room_there_is_no_draft():
    assert not Draft(*relaxed_of(shop())).improve(time.monotonic() - 1)
    assert Drafted(*relaxed_of(task(pods("big", 1, spec(64_000)), SOME))).result(0.2, 0.0) is None


@pytest.mark.parametrize("apart", [False, True])
def test_a_drafted_result_is_verified_and_has_an_order_of_binds(apart):
    found = Drafted(*relaxed_of(task(pods("web", 5, spec(300, 1, apart=apart)), SOME))).result(0.3, 0.0)
    assert found is not None
    assert len(found.steps) == 5
    assert not found.violations
