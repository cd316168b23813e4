from __future__ import annotations

import pytest

from solver.cluster.cluster import Cluster
from solver.report.text.levels import levels_text, summary
from solver.result import Limit
from tests.report.samples import Row, initial_shop, node, placement, replicas, result_of, shop, spec


def test_levels_are_listed_in_their_order_with_what_is_proven():
    levels = (Row("pending", 0, 0, 1000), Row("cost", "12.5", 10), Row("preferences", 3))
    rows = [line.split("   ") for line in levels_text(result_of(initial_shop(), "cpsat", *levels)).splitlines()]
    assert [[cell.strip() for cell in row if cell.strip()] for row in rows] == [
        ["LEVEL", "VALUE", "BOUND", "GAP", "PROVEN"],
        ["pending, priority ≥ 1,000", "0", "0", "0 %", "yes"],
        ["cost", "12.5", "10", "20.0 %", "no"],
        ["preferences", "3", "–", "–", "no"],
    ]


def test_a_result_in_one_line():
    placed = placement(shop(), front_0="n0", paid_0="n0")
    told = summary(result_of(placed, "cpsat", Row("cost", 1, 1)))
    assert told == "cpsat: optimal, 2 pods on 1 used node, 3 pending, 1.00 s"


def test_what_is_not_proven_is_not_called_optimal():
    assert "feasible, not proven optimal" in summary(result_of(initial_shop(), "random", Row("cost", 1)))


def test_evictions_and_moves_are_told():
    cluster = Cluster((node("n0"), node("n1")), tuple(replicas("old", 2, spec(), on="n0")))
    told = summary(result_of(placement(cluster, old_0="n1", old_1="")))
    assert "none pending, 1 evicted, 1 moved, " in told


@pytest.mark.parametrize(
    ("limit", "words"),
    [
        (Limit.TIME, "stopped by the time limit"),
        (Limit.WORK, "stopped by the work limit"),
        (Limit.INTERRUPT, "interrupted"),
    ],
)
def test_why_it_stopped_early_is_told(limit, words):
    assert f", {words}, " in summary(result_of(initial_shop(), limit=limit))
