"""Every benchmark of quality reaches its goal at its smallest size, and knows a bad answer when it sees one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from benchmarks import growth
from benchmarks.__main__ import QUALITY
from benchmarks.clusters import Size
from benchmarks.quality import Outcome, Question, ask, table

GOOD = Outcome("a", 10, 60, 20, 19.0, 30.0, 2.0, 100.0, 99.5, 0.005, 0.01, 0, 8, 0, 300, 4096, 0.5)


@pytest.mark.parametrize("name", sorted(QUALITY))
def test_the_smallest_size_is_placed_within_its_goal(name, tmp_path):
    found = [ask(question, tmp_path) for question in QUALITY[name](True)]
    assert [outcome.name for outcome in found if not outcome.right] == []
    assert "gap" in table(found)


def test_a_gap_memory_time_or_pod_too_much_is_not_right():
    assert GOOD.right
    for change in ({"gap": 0.02}, {"peak_mib": 5000}, {"seconds": 22.0}, {"pending": 1}, {"bound": 101.0}):
        assert not replace(GOOD, **change).right, change


def test_the_same_seed_gives_the_same_answer(tmp_path):
    question = Question("same", Size(6, 20, 4), 10, 0.0)
    assert ask(question, tmp_path).value == ask(question, tmp_path).value


def test_growth_is_drawn(tmp_path):
    growth.draw([GOOD, replace(GOOD, nodes=100, near_s=None)], tmp_path / "growth.png")
    assert (tmp_path / "growth.png").stat().st_size > 1000
