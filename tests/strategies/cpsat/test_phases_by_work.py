"""Every phase with counted work: it does something, and the same to the last figure, whatever the clock says."""

from __future__ import annotations

import math
import os
import subprocess
import sys

import pytest

from benchmarks.clusters import Size, write
from benchmarks.container_instances import generated as containers
from benchmarks.gpu_trace import generated as gpus
from benchmarks.packing_instances import triplets
from benchmarks.priority_instances import Cell
from benchmarks.priority_instances import generated as priorities
from solver.objectives import values
from solver.objectives.question import levels_of
from solver.run import run
from solver.scenario import load_scenario
from solver.strategies.cpsat.phases import PHASES
from solver.strategies.cpsat.strategy import CpSat
from solver.strategies.greedy import FirstFitDecreasing
from solver.strategies.strategy import Options, Watch


def clustered(folder):
    return load_scenario(write(folder / "large.json", Size(nodes=80, pods=400, workloads=30)))


def running(folder):
    return load_scenario(write(folder / "running.json", Size(nodes=40, pods=200, workloads=20, running=True)))


def half_empty(folder):
    return load_scenario(write(folder / "running.json", Size(nodes=110, pods=220, workloads=20, running=True)))


def tied(folder):
    return load_scenario(containers(60, 0).write(folder / "tied.json"))


def few_pods(folder):
    return priorities(1, Cell(nodes=8, pods=32, priorities=2, usage=0.95)).scenario()


def room_alone(folder):
    return triplets(3, 12).scenario(folder)


def shared_devices(folder):
    return gpus(60, 500, 3).scenario()


CASES = {
    "fit_patterns": (few_pods, 2.5),
    "relax": (clustered, 2.5),
    "pack": (room_alone, 2.5),
    "pack_afresh": (running, 2.5),
    "come_home": (half_empty, 2.5),
    "share_devices": (shared_devices, 2.5),
    "fill_classes": (tied, 2.5),
    "search_around": (clustered, 1.5),
    "search_exactly": (clustered, 0.8),
}
"""By phase, what it has to do with, and an amount of work."""
AFTER = {"come_home": "pack_afresh"}
"""Phases that go on from what another one has done."""


def test_every_phase_has_a_case():
    assert {phase.__name__ for phase in PHASES} == {"count", *CASES}


def solved(scenario, work):
    watch = Watch(-math.inf, work_limit=work)
    options = Options(seed=1, work_limit=work)
    found = CpSat((FirstFitDecreasing(),)).solve(scenario.cluster, scenario.question, options, watch)
    placed = {pod.key: node.name for pod, node in found.placement.node_of.items()}
    return (placed, repr(found.steps), found.bounds, found.limit, watch.work), found


@pytest.mark.parametrize("name", CASES)
def test_a_phase_does_the_same_whatever_the_clock_says(name, tmp_path, monkeypatch):
    make, work = CASES[name]
    scenario, spent = make(tmp_path), []

    def counting(phase):
        def run(solving):
            before = solving.watch.work
            phase(solving)
            spent.append(solving.watch.work - before)

        return run

    named = {phase.__name__: phase for phase in PHASES}
    before = (named[AFTER[name]],) if name in AFTER else ()
    monkeypatch.setattr("solver.strategies.cpsat.strategy.PHASES", (PHASES[0], *before, counting(named[name])))
    monkeypatch.setattr("solver.strategies.cpsat.sharing.start._SMALLEST", 0)
    first, _ = solved(scenario, work)
    monkeypatch.setattr("solver.strategies.strategy.time.perf_counter", lambda: math.inf)
    again, _ = solved(scenario, work)
    assert first == again
    assert spent[0] == spent[1] > 0.01


def test_plans_and_their_neighbourhoods_do_the_same_whatever_the_clock_says(tmp_path, monkeypatch):
    """Where few pods keep apart, nodes are filled by the relaxation's prices first."""
    scenario = load_scenario(write(tmp_path / "plain.json", Size(nodes=60, pods=300, workloads=20)))
    chosen = tuple(phase for phase in PHASES if phase.__name__ in ("count", "fill_classes"))
    monkeypatch.setattr("solver.strategies.cpsat.strategy.PHASES", chosen)
    first, _ = solved(scenario, 2.5)
    monkeypatch.setattr("solver.strategies.strategy.time.perf_counter", lambda: math.inf)
    assert first == solved(scenario, 2.5)[0]


@pytest.mark.parametrize("name", ["fit_patterns", "pack", "fill_classes"])
def test_with_enough_work_all_is_proven_as_it_is_by_time(name, tmp_path):
    scenario = CASES[name][0](tmp_path)
    (*_, limit, work), found = solved(scenario, 5.0)
    assert limit is None
    assert work < 5.0
    assert values(found.placement, levels_of(scenario.question, found.placement.cluster)) == found.bounds


def test_no_hash_decides_anything(tmp_path):
    """Another process has other hashes, this one whichever the tests were begun with."""
    path = write(tmp_path / "plain.json", Size(nodes=40, pods=200, workloads=20))
    told = f"import solver; print(solver.run(solver.load_scenario({str(path)!r}), work_limit=0.4, seed=2).steps)"
    environment = {**os.environ, "PYTHONHASHSEED": "7"}
    other = subprocess.run([sys.executable, "-c", told], env=environment, capture_output=True, check=True, text=True)
    assert other.stdout == f"{run(load_scenario(path), work_limit=0.4, seed=2).steps}\n"
