"""One CP-SAT search, in a thread of its own: it can be stopped, and what it finds is told in the caller's thread.

CP-SAT's own threads run no Python but the two lines that put a number into a queue. Whatever else is to be done about
an improvement may raise, which would end the process there; here it ends the search. No search outlives its call.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from math import ceil
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

from ortools.sat.python import cp_model

from solver.strategies.work import counted, spend

if TYPE_CHECKING:
    from collections.abc import Iterator

_SEEDS = 2**31
"""CP-SAT takes seeds below this."""
_POLL_S = 0.05
"""How often the caller looks at its limits while CP-SAT searches."""
_LEAST_S = 0.01
_LEAST_WORK = 1e-4
"""CP-SAT takes a limit of 0 for none."""
_UNLIMITED_S = 1e6
_CALL = 2e-3
"""What a search counts beside its deterministic time: about the seconds of the shortest one."""

Heard = Callable[[int | None, int], None]
"""Told the incumbent's value (None before the first) and the bound, as the search improves them."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How a search may work; ``stop`` is asked again and again whether to end it.

    ``work`` limits CP-SAT's deterministic time: with it, and seconds to spare, a seed gives the same on every run.
    ``spend`` is told the deterministic time that was taken; where work is counted, that is counted anyway.
    """

    seconds: float
    workers: int
    seed: int
    stop: Callable[[], bool] = bool
    work: float | None = None
    spend: Callable[[float], None] = lambda work: None

    @staticmethod
    def within(amount: float, workers: int | None, seed: int, stop: Callable[[], bool] = bool) -> Effort:
        """So many seconds, or so much work where that is counted; ``workers`` None: all cores, or one."""
        if counted():
            return Effort(_UNLIMITED_S, workers or 1, seed, stop, work=amount)
        return Effort(amount, workers or os.cpu_count() or 1, seed, stop)


@dataclass(frozen=True, slots=True)
class _Moment:
    """An improvement: the objective without its constant (None: the bound alone is new), and the bound."""

    value: int | None
    bound: int


class _Over:
    """The search has ended."""


_Moments = SimpleQueue[_Moment | _Over]


class Run:
    """A search for the least objective; ``constant`` is what CP-SAT does not count of it."""

    def __init__(self, effort: Effort, constant: int, heard: Heard | None) -> None:
        self.solver = _solver(effort)
        self.bound = 0
        """Heard so far; no objective is ever negative."""
        self._stop = effort.stop
        self._spend = effort.spend
        self._constant = constant
        self._heard = heard
        self._value: int | None = None
        self._moments: _Moments = SimpleQueue()
        self._over = False

    def status(self, model: cp_model.CpModel) -> cp_model.CpSolverStatus:
        """Search until the end, or until it is told to stop."""
        stop = self._stop
        if counted() and stop():
            # Breaking it off would be a race with its beginning; with next to no work it ends by itself.
            self.solver.parameters.max_deterministic_time = _LEAST_WORK
            stop = bool
        with self._searching(model) as search:
            while not self._over and not stop():
                self._hear()
        while not self._over:
            self._hear()
        status = search.result()
        work = self.solver.response_proto.deterministic_time
        self._spend(max(work, _LEAST_WORK))
        spend(_CALL + work)
        return status

    @contextmanager
    def _searching(self, model: cp_model.CpModel) -> Iterator[Future[cp_model.CpSolverStatus]]:
        """A search that is over when this is left, however it is left."""
        told = None
        if self._heard is not None:
            told = _Told(self._moments)
            self.solver.best_bound_callback = lambda bound: self._moments.put(_Moment(None, _whole(bound)))
        with ThreadPoolExecutor(1) as pool:
            search = pool.submit(self.solver.solve, model, told)
            search.add_done_callback(lambda _: self._moments.put(_Over()))
            try:
                yield search
            finally:
                while not search.done():
                    # One stop before the search has begun is lost, so it is said again.
                    self.solver.stop_search()
                    wait((search,), _POLL_S)

    def _hear(self) -> None:
        """Pass on the next improvement, if there is one soon."""
        try:
            moment = self._moments.get(timeout=_POLL_S)
        except Empty:
            return
        if isinstance(moment, _Over):
            self._over = True
            return
        if moment.value is not None:
            self._value = moment.value + self._constant
        self.bound = max(self.bound, moment.bound + self._constant)
        if self._heard is not None:
            self._heard(self._value, self.bound)


class _Told(cp_model.CpSolverSolutionCallback):
    """Puts down what CP-SAT has found."""

    def __init__(self, moments: _Moments) -> None:
        super().__init__()
        self._moments = moments

    def on_solution_callback(self) -> None:
        """CP-SAT has found a better solution."""
        self._moments.put(_Moment(round(self.objective_value), _whole(self.best_objective_bound)))


def _whole(bound: float) -> int:
    """An integer objective is never below the next integer; bounds come as floats."""
    return ceil(bound - 1e-6)


def _solver(effort: Effort) -> cp_model.CpSolver:
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = max(effort.seconds, _LEAST_S)
    solver.parameters.num_workers = effort.workers
    solver.parameters.random_seed = effort.seed % _SEEDS
    solver.parameters.catch_sigint_signal = False
    if effort.work is not None:
        solver.parameters.max_deterministic_time = max(effort.work, _LEAST_WORK)
        solver.parameters.interleave_search = effort.workers > 1
    return solver
