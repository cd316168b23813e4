"""How long a user waits before anything is solved: start, loading, the smallest comparison."""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks import dumps
from benchmarks.harness import Case, podsolver

SCENARIOS = Path(__file__).parent.parent / "scenarios"


def cases(folder: Path, smoke: bool) -> list[Case]:
    """The cases, with their inputs written to ``folder``; a smoke run loads few pods."""
    few, many = (40, 80) if smoke else (10_000, 50_000)
    return [
        Case("podsolver --help", podsolver("--help"), 0.3, lambda out: "compare" in out),
        _loading(dumps.write(folder / "few.yaml", few), few, 10),
        _loading(dumps.write(folder / "few.json", few), few, 3),
        _loading(dumps.write(folder / "many.json", many), many, 10),
        Case(
            "compare the storefront",
            podsolver("compare", str(SCENARIOS / "basics/storefront"), "-o", str(folder / "storefront")),
            3,
            lambda out: "cpsat" in out,
        ),
    ]


def _loading(path: Path, pods: int, goal_s: float) -> Case:
    """Loading one dump in a fresh interpreter, start-up included."""
    program = f"import solver; print(len(solver.load_scenario({str(path)!r}).cluster.pods))"
    return Case(
        f"load {pods:,} pods from {path.suffix[1:].upper()} ({path.stat().st_size / 1e6:.0f} MB)",
        (sys.executable, "-c", program),
        goal_s,
        lambda out: out.strip() == str(pods),
    )
