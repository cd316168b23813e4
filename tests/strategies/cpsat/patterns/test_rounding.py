"""Whole numbers of patterns: what is found is a choice of them, and only exact arithmetic says that there is none."""

from __future__ import annotations

import subprocess
import sys
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis.strategies import integers

from solver.strategies.cpsat.patterns import rounding as roundings
from solver.strategies.cpsat.patterns.attempt import Attempt
from solver.strategies.cpsat.patterns.columns import Columns
from solver.strategies.cpsat.patterns.dive import dive
from solver.strategies.cpsat.patterns.generation import Generation
from solver.strategies.cpsat.patterns.rounding import Rounding
from solver.strategies.cpsat.verdict import Verdict
from tests.strategies.cpsat.patterns.tiny import fewest_pending, fillings, tiny_task

seeds = integers(0, 2**32 - 1)


def all_columns(task):
    """Every pattern of every class."""
    rows = [(place, pods) for place in range(len(task.classes)) for pods in fillings(task, place)]
    return Columns.of(task, np.array([place for place, _ in rows]), np.array([pods for _, pods in rows]))


@settings(max_examples=40)
@given(seed=seeds)
def test_the_fewest_are_found_and_fewer_are_refuted(seed):
    task = tiny_task(Random(seed))
    columns, fewest = all_columns(task), fewest_pending(task)
    found = Rounding(task, columns, fewest).decided(20.0, bool, 0.0)
    assert found.filled is not None
    placed = np.sum(list(found.filled.values()), axis=0)
    assert task.sizes.sum() - placed.sum() <= fewest
    for node, pods in found.filled.items():
        room = next(each.room for each in task.classes if node in each.nodes)
        assert (pods @ task.requests <= room).all()
    if fewest:
        assert Rounding(task, columns, fewest - 1).decided(20.0, bool, 0.0).verdict is Verdict.INFEASIBLE
        assert Rounding(task, columns, fewest - 1).improved(20.0, bool).verdict is Verdict.UNKNOWN


class Liar:
    """A solver that says at once that there is nothing."""

    done, infeasible, solved = True, True, False

    def interrupt(self):
        pass

    def wait(self, seconds):
        pass


def test_floating_point_is_not_believed_that_there_is_nothing():
    task = tiny_task(Random(1))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(
            roundings, "Attempt", lambda solver, *rest: Liar() if solver == "CBC" else Attempt(solver, *rest)
        )
        rounding = Rounding(task, all_columns(task), fewest_pending(task))
        assert rounding.decided(20.0, bool, 0.0).verdict is Verdict.FEASIBLE
        assert rounding.improved(20.0, bool).verdict is Verdict.UNKNOWN


@given(seed=seeds)
def test_a_dive_gives_every_node_a_pattern_and_leaves_the_relaxation_as_it_was(seed):
    task = tiny_task(Random(seed))
    generation = Generation(task, None, bool)
    generation.run()
    before = generation.master.solve().value
    found = dive(generation, np.random.default_rng(seed), bool)
    assert found is not None
    columns, times = found
    for place, nodes in enumerate(task.nodes_of):
        assert times[columns.node_class == place].sum() == nodes
    assert (columns.pods @ task.requests <= np.array([each.room for each in task.classes])[columns.node_class]).all()
    assert generation.master.solve().value <= before + 1e-6
    assert dive(generation, np.random.default_rng(seed), lambda: True) is None


def test_what_takes_long_to_import_is_left_until_it_is_needed():
    """Small instances are solved in less time than CP-SAT's Python interface takes to be there."""
    code = (
        "import sys, solver.strategies.cpsat.patterns.search, solver.strategies.cpsat.phases; "
        "print([name for name in ('pandas', 'ortools.sat.python.cp_model', 'ortools.math_opt') if name in sys.modules])"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout == "[]\n"
