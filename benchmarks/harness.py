"""Timing whole commands, and keeping what was measured with machine and date.

A benchmark is a list of `Case`s. Each is run several times in a process of its own, and checked: speed without the
right answer counts as a failure. Figures are medians of wall-clock seconds, and the largest resident memory.
"""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

RESULTS = Path(__file__).parent / "results"


@dataclass(frozen=True)
class Case:
    """One thing to measure: a command, the goal in seconds (None: there is none), and the check of what it printed."""

    name: str
    command: tuple[str, ...]
    goal_s: float | None
    check: Callable[[str], bool]


@dataclass(frozen=True)
class Measurement:
    """What came out: seconds of each run in order, peak memory in MiB, and whether the answers were right."""

    name: str
    goal_s: float | None
    seconds: tuple[float, ...]
    peak_mib: int
    right: bool

    @property
    def median_s(self) -> float:
        """The figure to quote."""
        return statistics.median(self.seconds)


def measure(case: Case, runs: int) -> Measurement:
    """Run a case ``runs`` times, after one run that does not count (file caches, compiled modules)."""
    timed = [_run(case) for _ in range(runs + 1)]
    seconds = tuple(round(took, 4) for took, _, _ in timed[1:])
    return Measurement(
        case.name, case.goal_s, seconds, max(peak for _, peak, _ in timed), all(right for _, _, right in timed)
    )


def _run(case: Case) -> tuple[float, int, bool]:
    """Seconds, peak MiB and rightness of one run; ``wait4`` gives the memory of this process alone."""
    with tempfile.TemporaryFile("w+") as printed:
        began = time.perf_counter()
        process = subprocess.Popen(case.command, stdout=printed, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        took = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        printed.seek(0)
        return took, usage.ru_maxrss // 1024, process.returncode == 0 and case.check(printed.read())


def machine() -> dict[str, str | int]:
    """What the figures were measured on."""
    return {
        "cores": os.cpu_count() or 0,
        "processor": platform.processor() or platform.machine(),
        "python": platform.python_version(),
        "ortools": version("ortools"),
        "numpy": version("numpy"),
    }


def record(benchmark: str, measurements: Sequence[Measurement]) -> Path:
    """Write the measurements of a benchmark to its results file."""
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{benchmark}.json"
    figures = [{**asdict(measurement), "median_s": measurement.median_s} for measurement in measurements]
    text = {"date": datetime.now(UTC).date().isoformat(), "machine": machine(), "measurements": figures}
    path.write_text(json.dumps(text, indent=2) + "\n")
    return path


def table(measurements: Sequence[Measurement]) -> str:
    """The measurements as a Markdown table."""
    rows = ["| what | median s | min - max | goal s | peak MiB | right |", "|---|---|---|---|---|---|"]
    for found in measurements:
        spread = f"{min(found.seconds):.2f} - {max(found.seconds):.2f}"
        goal = "" if found.goal_s is None else f"{found.goal_s:g}"
        right = "yes" if found.right else "NO"
        rows.append(f"| {found.name} | {found.median_s:.2f} | {spread} | {goal} | {found.peak_mib} | {right} |")
    return "\n".join(rows)


def podsolver(*arguments: str) -> tuple[str, ...]:
    """The command line of podsolver in this interpreter's environment."""
    return (str(Path(sys.executable).with_name("podsolver")), *arguments)
