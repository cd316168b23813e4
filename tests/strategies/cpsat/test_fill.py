"""The start from the relaxation: every rule kept, everything placed, and few nodes."""

from __future__ import annotations

import time
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis.strategies import integers

from benchmarks.clusters import Size, write
from solver.objectives.question import BoundPods, Question
from solver.placement import initial
from solver.scenario import load_scenario
from solver.strategies.cpsat.fluid import start
from solver.strategies.cpsat.groundwork import groundwork
from solver.strategies.cpsat.search import Incumbent
from solver.strategies.cpsat.stages import stages_of, standing
from solver.strategies.greedy import FirstFitDecreasing
from solver.strategies.strategy import Options, Watch
from solver.verify import verify
from tests.properties.voices import loaded
from tests.sampling import Knobs, growing, sample

KNOBS = Knobs(nodes=(2, 5), pods=(4, 12), density=0.3)


def watch():
    return Watch(time.perf_counter() + 60)


def filled(asked, monkeypatch, policy=BoundPods.KEEP):
    """From the input's own placement."""
    monkeypatch.setattr(start, "_SMALLEST", 0)
    question = Question(bound_pods=policy)
    work = groundwork(asked, policy)
    stages = stages_of(question, asked)
    bounds = [Fraction(0)] * len(stages)
    return start.improved_start(work, stages, bounds, Options(), watch(), Incumbent(initial(asked), ()))


@pytest.fixture(scope="module")
def patch():
    with pytest.MonkeyPatch.context() as patched:
        yield patched


@given(seed=integers(0, 2**32 - 1))
def test_every_rule_is_kept(patch, seed):
    asked = loaded([*sample(seed, KNOBS), *(growing(seed) if seed % 2 else [])])
    found = filled(asked, patch)
    assert verify(found.placement, found.steps, Question()) == ()


def test_a_filled_cluster_costs_less_than_first_fit(tmp_path, patch):
    asked = load_scenario(str(write(tmp_path / "cluster.json", Size(60, 300, 20)))).cluster
    found = filled(asked, patch)
    stages = stages_of(Question(), asked)
    other = FirstFitDecreasing().solve(asked, Question(), Options(), watch())
    assert standing(found.placement, stages)[:2] == (Fraction(0), Fraction(0))
    assert standing(found.placement, stages) < standing(other.placement, stages)
    assert verify(found.placement, found.steps, Question()) == ()
