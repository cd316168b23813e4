"""One solver at work on a program of whole numbers, in a thread of its own."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from ortools.linear_solver import pywraplp  # type: ignore[import-untyped]

if TYPE_CHECKING:
    from ortools.linear_solver import linear_solver_pb2

_LEAST_MS = 20


class Attempt:
    """Runs until it is done or its time is up; a solver that cannot be interrupted goes on until then."""

    def __init__(self, solver: str, parameters: str, program: linear_solver_pb2.MPModelProto, seconds: float) -> None:
        self._solver = pywraplp.Solver.CreateSolver(solver)
        self._solver.LoadModelFromProto(program)
        self._solver.SetSolverSpecificParametersAsString(parameters)
        self._solver.SetTimeLimit(max(_LEAST_MS, int(seconds * 1000)))
        self._status: int | None = None
        self._thread = threading.Thread(target=self._solve, daemon=True)
        self._thread.start()

    def _solve(self) -> None:
        self._status = self._solver.Solve()

    def wait(self, seconds: float) -> None:
        """Until it is done, at most so long."""
        self._thread.join(seconds)

    def interrupt(self) -> None:
        """Nobody waits for it any more."""
        self._solver.InterruptSolve()

    @property
    def done(self) -> bool:
        """Whether it has come to its end."""
        return self._status is not None

    @property
    def infeasible(self) -> bool:
        """Whether it says that there is no solution."""
        return self._status is not None and self._status == int(pywraplp.Solver.INFEASIBLE)

    @property
    def solved(self) -> bool:
        """Whether it has a solution."""
        return self._status in (pywraplp.Solver.OPTIMAL, pywraplp.Solver.FEASIBLE)

    def amounts(self, first: int, number: int) -> list[int]:
        """The values of so many variables from the ``first`` one on."""
        return [round(self._solver.variable(first + place).solution_value()) for place in range(number)]
