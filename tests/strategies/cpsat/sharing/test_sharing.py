"""Device patterns, the rows that they give the relaxation, whole numbers, and the start that comes of them."""

from __future__ import annotations

import time
from fractions import Fraction
from itertools import combinations_with_replacement

import numpy as np
import pytest

from benchmarks.gpu_trace import generated
from solver.cluster.devices import DEVICE, GPU
from solver.objectives.question import BoundPods, ObjectiveName, Question, Unserved
from solver.placement import initial
from solver.rules.gpu_sharing.assign import RULE
from solver.strategies.cpsat import CpSat
from solver.strategies.cpsat.fluid.bounds import FluidBounds, Relaxations
from solver.strategies.cpsat.groundwork import groundwork
from solver.strategies.cpsat.incumbent import Incumbent, StageResult
from solver.strategies.cpsat.sharing.arrange import Arrangement
from solver.strategies.cpsat.sharing.patterns import DevicePatterns
from solver.strategies.cpsat.sharing.start import shared_start
from solver.strategies.cpsat.sharing.whole import shared_out
from solver.strategies.cpsat.stages import stages_of
from solver.strategies.strategy import Options, Watch
from solver.verify import verify
from tests.model.making import cluster, node, pods, spec, vector


def test_the_fewest_devices_are_those_of_the_best_patterns():
    """Ten of 470 go in twos, of 320 in threes; 650 and 320 go together, 810 alone."""
    needed, worth = DevicePatterns([810, 650, 470, 320]).fewest(np.array([2.0, 4.0, 10.0, 10.0]))
    assert needed == pytest.approx(2 + 4 + 5 + (10 - 4) / 3)
    assert worth @ np.array([2.0, 4.0, 10.0, 10.0]) == pytest.approx(needed)


@pytest.mark.parametrize("sizes", [[810, 190, 95], [701, 300, 299], [500, 334, 333], [999, 1]])
def test_no_set_of_shares_on_a_device_is_worth_more_than_the_device(sizes):
    _, worth = DevicePatterns(sizes).fewest(np.array([7.0, 5.0, 9.0][: len(sizes)]))
    for number in range(1, 8):
        for chosen in combinations_with_replacement(range(len(sizes)), number):
            if sum(sizes[each] for each in chosen) <= DEVICE:
                assert sum(worth[each] for each in chosen) <= 1 + 1e-6


def unserved(asked):
    """The bound of the relaxation on what stays unserved, in thousandths."""
    stages = stages_of(Question((Unserved(GPU),), BoundPods.FIXED), asked)
    bounds = FluidBounds(Relaxations(groundwork(asked, BoundPods.FIXED).ground), stages, [Fraction(10**6)])
    return bounds.of(0, 10.0) * 1000


def test_shares_that_do_not_go_together_leave_some_unserved():
    """Of six shares of 400 on two devices, four fit: by thousandths five would. Nodes do not add up either."""
    shares = pods(spec(gpu_milli=400), *map(str, range(6)))
    assert unserved(cluster([node("n", allocatable={GPU: 2})], shares)) == 800
    assert unserved(cluster([node("n", allocatable={GPU: 1}), node("m", allocatable={GPU: 1})], shares)) == 800


def test_mixed_shares_are_bounded_by_patterns():
    """Three of 340 and three of 330 on two devices: no device holds three of 340."""
    large, small = pods(spec(gpu_milli=340), "a", "b", "c"), pods(spec("s", gpu_milli=330), "d", "e", "f", "g")
    found = unserved(cluster([node("n", allocatable={GPU: 2})], large, small))
    assert 330 <= found <= 340


def trace():
    return generated(60, 330, 3)


def test_whole_numbers_are_dealt_out_within_the_room_of_every_node_and_device():
    scenario = trace().scenario()
    ground = groundwork(scenario.cluster, BoundPods.FIXED).ground
    relaxations = Relaxations(ground)
    relaxation = relaxations.where(())
    cuts = relaxations.cuts(relaxation)
    amounts = np.array([ground.amount(group, f"{GPU}, thousandths") for group in relaxation.supply.groups])
    cuts.solved(relaxation.serving(amounts), 10.0)
    shares = shared_out(cuts, relaxation.serving(amounts), 0.9, 5.0)
    assert shares is not None
    seats = list(Arrangement(relaxation, cuts.patterns.sizes).seats(shares))
    assert len(seats) > 0.9 * shares.pods.sum()
    loads: dict[tuple[int, int], int] = {}
    cpu: dict[int, int] = {}
    for seat in seats:
        wanted = relaxation.supply.groups[seat.row].spec
        cpu[seat.place] = cpu.get(seat.place, 0) + wanted.requests["cpu"]
        for device in seat.devices:
            at = (seat.place, device)
            loads[at] = loads.get(at, 0) + (wanted.gpu_milli or DEVICE)
            assert device < ground.cluster.nodes[seat.place].allocatable[GPU]
    assert max(loads.values()) <= DEVICE
    assert all(taken <= ground.cluster.nodes[at].allocatable["cpu"] for at, taken in cpu.items())


def test_the_start_is_carried_out_and_near_its_bound(monkeypatch):
    monkeypatch.setattr("solver.strategies.cpsat.sharing.start._SMALLEST", 0)
    scenario = trace().inflated(1.0, 1).scenario()
    asked = scenario.cluster
    stages, ground = stages_of(scenario.question, asked), groundwork(asked, BoundPods.FIXED).ground
    nobody = initial(asked)
    result = StageResult(stages[0], stages[0].value(nobody), Fraction(0))
    watch = Watch(time.perf_counter() + 10)
    found = shared_start(Relaxations(ground), [result], watch, Incumbent(nobody, ()))
    assert verify(found.placement, found.steps, scenario.question) == ()
    assert set(found.placement.assigned[RULE]) == set(filter(_asks, found.placement.node_of))
    bound = unserved(asked) / 1000
    assert bound <= stages[0].value(found.placement) <= bound + 3


def _asks(pod):
    return bool(pod.spec.gpu_milli or pod.spec.requests.get(GPU))


def test_without_shares_nothing_is_started():
    asked = cluster([node("n", allocatable={GPU: 1})], pods(spec(requests={GPU: 1}), "p", "q"))
    answer = CpSat().solve(
        asked, Question((Unserved(GPU), ObjectiveName.PENDING)), Options(workers=1), Watch(time.perf_counter() + 20)
    )
    assert answer.bounds == vector(1, 1)
    assert answer.placement.assigned == {}
