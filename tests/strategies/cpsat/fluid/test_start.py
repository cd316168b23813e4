"""The start from the relaxation: every rule kept, everything placed, and few nodes."""

from __future__ import annotations

import time
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis.strategies import integers

from benchmarks.clusters import Size, write
from solver.cluster.pool import NodePool
from solver.objectives.question import BoundPods, Question
from solver.scenario import load_scenario
from solver.strategies.cpsat.fluid import start
from solver.strategies.cpsat.fluid.bounds import FluidBounds, Relaxations
from solver.strategies.cpsat.fluid.draft import draft
from solver.strategies.cpsat.fluid.fill import Fill
from solver.strategies.cpsat.fluid.neighbourhood import Neighbourhoods
from solver.strategies.cpsat.fluid.refill import Refilling
from solver.strategies.cpsat.groundwork import groundwork
from solver.strategies.cpsat.phases.cheaper_start import fill_classes
from solver.strategies.cpsat.solving import Solving
from solver.strategies.cpsat.stages import stages_of, standing
from solver.strategies.greedy import FirstFitDecreasing
from solver.strategies.strategy import Options, Watch
from solver.verify import verify
from tests.model.making import cluster, node, pods, spec, spread
from tests.properties.voices import loaded
from tests.sampling import Knobs, growing, sample

KNOBS = Knobs(nodes=(2, 5), pods=(4, 12), density=0.3)


def watch():
    return Watch(time.perf_counter() + 60)


def filled(asked, monkeypatch, policy=BoundPods.KEEP):
    """From the input's own placement."""
    monkeypatch.setattr("solver.strategies.cpsat.phases.cheaper_start._SMALLEST", 0)
    monkeypatch.setattr(start, "_PAIRS_PER_S", 1)
    monkeypatch.setattr(start, "_RESERVE", 0.99)
    solving = Solving(asked, Question(bound_pods=policy), Options(), watch())
    fill_classes(solving)
    return solving.incumbent


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


def drafted(asked, time_left=lambda: 1.0):
    """A filling of the cluster in which nobody waits, with what is proven."""
    stages = stages_of(Question(), asked)
    place = next(at for at, stage in enumerate(stages) if stage.level.objective == "cost")
    bounds = FluidBounds(Relaxations(groundwork(asked, BoundPods.KEEP).ground), stages, [Fraction(0)] * len(stages))
    priced = bounds.priced(place, 5.0)
    assert priced is not None
    drawn = draft(priced, 5.0)
    assert drawn is not None
    filling = Fill(drawn, time_left, 0)
    filling.run()
    return filling, bounds.beside_paid(place)


def test_rounds_only_improve_and_keep_every_count(tmp_path):
    """Sizes that first leave nodes half empty: the price goes down, nobody is lost, and even shares stay even."""
    asked = load_scenario(str(write(tmp_path / "cluster.json", Size(60, 300, 20)))).cluster
    filling, least = drafted(asked)
    plan = filling.plan
    before, rounds = plan.counts.copy(), iter(range(12))
    better = Neighbourhoods(filling, 0).run(least, lambda: next(rounds, None) is None)
    assert better == (price(plan.counts, asked) < price(before, asked))
    assert price(plan.counts, asked) <= price(before, asked)
    assert (plan.counts.sum(axis=1) == before.sum(axis=1)).all()
    assert (plan.room >= 0).all()
    assert (plan.quotas.most >= 0).all()
    assert (plan.counts <= plan.most).all()


def test_filling_again_never_costs_more(tmp_path):
    asked = load_scenario(str(write(tmp_path / "cluster.json", Size(60, 300, 20), seed=1))).cluster
    filling, _ = drafted(asked)
    counts = filling.plan.counts
    prices = np.array([float(each.price_per_hour or 0) for each in asked.nodes])
    refilling = Refilling(filling, prices, np.zeros(len(prices), dtype=np.bool_), 0)
    before, paid = counts.sum(axis=1), price(counts, asked)
    for _ in range(15):
        refilling.round()
        assert price(counts, asked) <= paid
        assert (counts.sum(axis=1) == before).all()
        assert (filling.plan.room >= 0).all()
        paid = price(counts, asked)


def test_a_filling_that_was_cut_short_can_still_be_carried_out(tmp_path):
    """After a few nodes time is over: of pods that spread, no zone has more than one above the least."""
    asked = load_scenario(str(write(tmp_path / "cluster.json", Size(60, 300, 20)))).cluster
    rounds = iter([1.0] * 18)
    filling, _ = drafted(asked, lambda: next(rounds, 0.0))
    plan = filling.plan
    plan.level()
    assert plan.left.any()
    assert plan.counts.any()
    for shares in plan.shares:
        counts = [plan.counts[shares.row, domain].sum() for domain in shares.domains]
        assert max(counts) <= min(counts) + shares.skew


def test_pools_are_filled_as_well_as_nodes_that_are_there(patch):
    """Only pools, in zones that count when opened: 24 pods that spread fill four nodes of the better pool."""
    small = NodePool("s", tuple(node(f"s-{z}", z, 1000, price_per_hour=Decimal(2)) for z in "abc"), (0,) * 3, 40)
    large = NodePool("l", tuple(node(f"l-{z}", z, 3000, price_per_hour=Decimal(3)) for z in "abc"), (0,) * 3, 40)
    wanting = (pods(spec(app, 500, spread=(spread(app),)), *(f"{app}{n}" for n in range(12))) for app in ("x", "y"))
    asked = cluster([], *wanting, pools=(small, large))
    found = filled(asked, patch)
    stages = stages_of(Question(), asked)
    assert dict(zip((stage.level.objective for stage in stages), standing(found.placement, stages), strict=True)) == {
        "pending": 0,
        "disruption": 0,
        "cost": 12,
        "preferences": 0,
    }
    assert verify(found.placement, found.steps, Question()) == ()


def price(counts, asked):
    return sum(node.price_per_hour for node, used in zip(asked.nodes, counts.any(axis=0), strict=True) if used)
