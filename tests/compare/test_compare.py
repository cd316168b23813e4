from __future__ import annotations

import pytest

import solver
from solver.errors import OptionError
from solver.placement import initial
from solver.result import Answer, Limit
from solver.run.registry import STRATEGIES
from tests.report.samples import result_of, sampled, shop


def test_the_strategies_are_run_in_the_order_asked_for():
    names = ["first-fit-decreasing", "kube-scheduler"]
    comparison = solver.compare(sampled(shop()), names)
    assert [result.strategy for result in comparison.results] == names
    assert comparison.table.index.tolist() == names
    assert comparison.skipped == ()
    assert comparison.against == "kube-scheduler"
    assert comparison.headline


@pytest.mark.parametrize(
    ("names", "told"),
    [((), "no strategy to compare"), (("cpsat", "simplex"), "'simplex'"), (("cpsat", "cpsat"), "named twice")],
)
def test_strategies_that_cannot_be_compared_are_refused_before_anything_runs(names, told):
    with pytest.raises(OptionError, match=told):
        solver.compare(sampled(shop()), names, started=lambda name, watch: pytest.fail(name))


def test_the_start_of_each_strategy_is_told():
    told = []
    names = ("first-fit-decreasing", "best-fit")
    solver.compare(sampled(shop()), names, started=lambda name, watch: told.append((name, watch.limit)))
    assert told == [("first-fit-decreasing", None), ("best-fit", None)]


def test_an_interrupt_keeps_what_there_is_and_names_what_is_left_out(monkeypatch):
    class Interrupted:
        name = "random"

        def solve(self, cluster, question, options, watch):
            return Answer(initial(cluster), (), limit=Limit.INTERRUPT)

    monkeypatch.setitem(STRATEGIES, "random", Interrupted)
    comparison = solver.compare(sampled(shop()), ("best-fit", "random", "cpsat", "kube-scheduler"))
    assert [result.strategy for result in comparison.results] == ["best-fit", "random"]
    assert comparison.skipped == ("cpsat", "kube-scheduler")


def test_those_that_place_the_most_pods_are_known_highest_priorities_first():
    from solver.compare.comparison import Comparison
    from tests.report.samples import placement

    cluster = shop()
    several_low = placement(cluster, front_0="n0", front_1="n1", front_2="n2")
    one_high = placement(cluster, paid_0="n0")
    comparison = Comparison(sampled(cluster), (result_of(several_low, "random"), result_of(one_high)))
    assert comparison.place_most == [False, True]
