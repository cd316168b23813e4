"""CP-SAT searches end when they are told to, tell in the caller's thread, and leave no thread behind."""

from __future__ import annotations

import threading
from functools import partial
from itertools import count
from typing import TYPE_CHECKING

import pytest

from solver.model.linear import total
from solver.model.program import Program
from solver.strategies.cpsat.exact.backend import CpSatBackend, Verdict
from solver.strategies.cpsat.exact.running import Effort

if TYPE_CHECKING:
    from collections.abc import Iterator


def packing(items=9, bins=5):
    """Items of awkward sizes in as few bins as possible; the program, and the number of bins."""
    program = Program()
    inside = [[program.integer(0, 3) for _ in range(bins)] for _ in range(items)]
    used = [program.boolean().linear for _ in range(bins)]
    for row in inside:
        program.require(total(row).equals(3))
    for place, each in enumerate(used):
        load = total(row[place] * (11 + 7 * item) for item, row in enumerate(inside))
        program.require(load <= each * 250)
    return program, total(used)


def _exhausted(asked: Iterator[int], times: int) -> bool:
    return next(asked) >= times


def test_a_search_is_stopped_at_any_moment_and_leaves_no_thread():
    """Before it has begun, while it runs, when it has ended: hundreds of short searches, two workers each."""
    before = threading.active_count()
    program, bins = packing()
    backend = CpSatBackend(program)
    for seed in range(200):
        effort = Effort(0.01 * (seed % 3), 2, seed, stop=partial(_exhausted, count(), seed % 4))
        found = backend.solve(bins, effort, {}, heard=(lambda value, bound: None) if seed % 2 else None)
        assert found.verdict is not Verdict.INFEASIBLE
    assert threading.active_count() == before


def test_whoever_hears_of_improvements_is_called_in_its_own_thread():
    program, bins = packing()
    heard = []
    found = CpSatBackend(program).solve(
        bins,
        Effort(20, 2, 0),
        {},
        heard=lambda value, bound: heard.append((value, bound, threading.current_thread())),
    )
    assert {thread for *_, thread in heard} == {threading.current_thread()}
    assert heard[-1][0] == bins.value(found.values)
    assert [bound for _, bound, _ in heard] == sorted(bound for _, bound, _ in heard)


def test_what_whoever_hears_raises_ends_the_search():
    program, bins = packing(items=20, bins=30)
    before = threading.active_count()

    def fail(value, bound):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        CpSatBackend(program).solve(bins, Effort(600, 2, 0), {}, heard=fail)
    assert threading.active_count() == before
