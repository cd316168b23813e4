"""The benchmarks of node sizes at their smallest size."""

from __future__ import annotations

from benchmarks.sizing import cases, naive, task_for
from benchmarks.sizing_naive import WAYS
from solver.studies.node_sizes.search import least_cost


def test_simpler_ways_are_never_cheaper_than_a_proven_mix():
    figures = naive(smoke=True)["all"]
    assert isinstance(figures, dict)
    assert tuple(figures) == WAYS
    for found in figures.values():
        assert found["cases"] == 1
        assert found["most_dearer"] is None or float(str(found["most_dearer"])) >= 0


def test_the_cases_differ_in_everything():
    assert len(cases()) == len({(case.machines, case.pods, case.agents, case.rules) for case in cases()}) == 24
    assert len({case.seed for case in cases()}) == 24


def test_a_large_case_has_a_verified_draft_with_its_bound():
    task = task_for(1_500, 120, 0, ("m7i.*", "c7i.*"), 4.0)
    mix = least_cost(task)
    assert mix.result.strategy == "fill-and-exchange"
    assert not mix.placement.pending
    assert 0 < mix.bound <= mix.cost
    assert mix.gap < 0.1
