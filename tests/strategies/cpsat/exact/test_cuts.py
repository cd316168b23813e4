"""Placements that cannot be carried out are taken out, and nothing else."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from solver.objectives import values
from solver.objectives.question import BoundPods, Question, levels_of
from solver.result import Limit
from solver.strategies.bind_order import Ordering, bind_order
from solver.strategies.cpsat import CpSat
from solver.strategies.cpsat.exact.backend import CpSatBackend, Verdict
from solver.strategies.cpsat.exact.cuts import exclude
from solver.strategies.strategy import Options, Watch
from solver.verify import verify
from tests.model.making import EFFORT, cluster, model_of, node, pods, spec, term, vector

if TYPE_CHECKING:
    from solver.placement import Placement

TWO = [node("n1", "a"), node("n2", "b")]


def test_each_cut_takes_out_one_placement_until_none_is_left():
    """Two equal pods on two nodes, or pending: counts (0..2, 0..2) of at most two pods, six in all."""
    model = model_of(cluster(TWO, pods(spec(), "p1", "p2")))
    seen = set()
    while (found := CpSatBackend(model.program).solve(None, EFFORT, {})).verdict is not Verdict.INFEASIBLE:
        counts = tuple(model.count(model.groups[0], place).value(found.values) for place in TWO)
        assert counts not in seen
        seen.add(counts)
        exclude(model, found.values, model.groups)
    assert len(seen) == 6


@pytest.mark.parametrize("exhausted", [True, False])
def test_the_search_goes_on_after_a_placement_without_an_order(monkeypatch, exhausted):
    """The first placements found are declared impossible; what was surely impossible leaves the bounds valid."""
    refused: list[Placement] = []

    def choosy(placement, *how, **limits):
        if len(refused) < 2:
            refused.append(placement)
            return Ordering(placement, None, exhausted=exhausted)
        return bind_order(placement)

    monkeypatch.setattr("solver.strategies.cpsat.exact.search.bind_order", choosy)
    monkeypatch.setattr("solver.strategies.cpsat.exact.search.sensitive_groups", lambda groups, cluster: groups)
    asked = cluster(TWO, pods(spec(cpu=300), "p1", "p2"), pods(spec("small", 250), "t1", "t2"))
    question = Question(bound_pods=BoundPods.KEEP)
    answer = CpSat().solve(asked, question, Options(workers=1), Watch(time.perf_counter() + 60))
    assert len(refused) == 2
    assert verify(answer.placement, answer.steps, question) == ()
    assert not answer.placement.pending
    assert answer.bounds == values(answer.placement, levels_of(question, asked))


def test_a_later_round_proves_what_a_search_that_gave_up_could_not(monkeypatch):
    """Whatever uses the first node is refused; from an incumbent that does not, the bound comes without any cut."""

    def choosy(placement, *how, **limits):
        if any(used.name == "n1" for used in placement.used):
            return Ordering(placement, None, exhausted=False)
        return bind_order(placement)

    monkeypatch.setattr("solver.strategies.cpsat.exact.search.bind_order", choosy)
    monkeypatch.setattr("solver.strategies.cpsat.exact.search.sensitive_groups", lambda groups, cluster: groups)
    asked = cluster([*TWO, node("n3", "c")], pods(spec(anti_affinity=term("web")), "p1", "p2"))
    answer = CpSat().solve(asked, Question(), Options(workers=1), Watch(time.perf_counter() + 60))
    assert {used.name for used in answer.placement.used} == {"n2", "n3"}
    assert answer.bounds == vector(0, 0, 2, 0)


def test_a_search_that_runs_out_of_ideas_before_the_time_is_over_says_so(monkeypatch):
    monkeypatch.setattr(
        "solver.strategies.cpsat.exact.search.bind_order",
        lambda asked, *how, **limits: Ordering(asked, None, exhausted=False),
    )
    monkeypatch.setattr("solver.strategies.cpsat.exact.search.sensitive_groups", lambda groups, cluster: groups)
    answer = CpSat().solve(
        cluster([TWO[0]], pods(spec(), "p")), Question(), Options(workers=1), Watch(time.perf_counter() + 60)
    )
    assert answer.placement.pending
    assert answer.limit is Limit.WORK
