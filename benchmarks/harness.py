"""Timing whole commands, and keeping what was measured with machine and date.

A benchmark is a list of `Case`s. Each is run several times in a process of its own, and checked: speed without the
right answer counts as a failure. Figures are medians: of wall-clock seconds, of CPU seconds (those of a machine that
does other work, too), and of rates where a program counts for itself; and the largest resident memory.
"""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
import sys
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

RESULTS = Path(__file__).parent / "results"
LAUNCHER = Path(__file__).with_name("launch.py")


@dataclass(frozen=True)
class Case:
    """One thing to measure: a command, the goal in seconds (None: there is none), and the check of what it printed.

    ``rate`` finds in what was printed how much the program has done per second; ``goal_per_s`` is the least it should
    be, ``most_mib`` the memory that it may take. ``profile`` is a command, run once, that prints the ``shares`` of the
    time by part of the program.
    """

    name: str
    command: tuple[str, ...]
    goal_s: float | None
    check: Callable[[str], bool]
    rate: Callable[[str], float] | None = None
    goal_per_s: float | None = None
    most_mib: int | None = None
    profile: tuple[str, ...] = ()


@dataclass(frozen=True)
class Measurement:
    """What came out: seconds of each run in order, peak memory in MiB, whether the answers were right, and rates."""

    name: str
    goal_s: float | None
    seconds: tuple[float, ...]
    peak_mib: int
    right: bool
    cpu_seconds: tuple[float, ...] = ()
    per_second: tuple[float, ...] = ()
    goal_per_s: float | None = None
    most_mib: int | None = None
    shares: Mapping[str, float] = field(default_factory=dict)

    @property
    def median_s(self) -> float:
        """The figure to quote."""
        return statistics.median(self.seconds)

    @property
    def median_cpu_s(self) -> float:
        """The same in CPU seconds, in which other work on the machine hardly shows."""
        return statistics.median(self.cpu_seconds or self.seconds)

    @property
    def median_per_s(self) -> float | None:
        """The rate to quote, where there is one."""
        return statistics.median(self.per_second) if self.per_second else None


def measure(case: Case, runs: int) -> Measurement:
    """Run a case ``runs`` times, after one run that does not count (file caches, compiled modules)."""
    timed = [_run(case) for _ in range(runs + 1)]
    return Measurement(
        case.name,
        case.goal_s,
        tuple(round(run.seconds, 4) for run in timed[1:]),
        max(run.peak_mib for run in timed),
        all(run.right for run in timed),
        tuple(round(run.cpu_seconds, 4) for run in timed[1:]),
        tuple(round(run.per_second, 1) for run in timed[1:] if run.per_second is not None),
        case.goal_per_s,
        case.most_mib,
        _shares(case) if case.profile else {},
    )


def _shares(case: Case) -> dict[str, float]:
    printed = subprocess.run(case.profile, check=True, capture_output=True, text=True).stdout
    found: dict[str, float] = json.loads(printed)["shares"]
    return found


@dataclass(frozen=True)
class _Run:
    seconds: float
    cpu_seconds: float
    peak_mib: int
    right: bool
    per_second: float | None


def _run(case: Case) -> _Run:
    """One run, launched by a small process."""
    launched = subprocess.run(
        (sys.executable, str(LAUNCHER), *case.command), capture_output=True, text=True, check=True
    )
    told = json.loads(launched.stderr)
    right = told["code"] == 0 and case.check(launched.stdout)
    rate = case.rate(launched.stdout) if case.rate and right else None
    return _Run(told["seconds"], told["cpu_seconds"], told["peak_kib"] // 1024, right, rate)


def machine() -> dict[str, str | int]:
    """What the figures were measured on."""
    return {
        "cores": os.cpu_count() or 0,
        "processor": _processor(),
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30),
        "python": platform.python_version(),
        "ortools": version("ortools"),
        "numpy": version("numpy"),
    }


def _processor() -> str:
    """The model's name where the system gives it."""
    listed = Path("/proc/cpuinfo")
    lines = listed.read_text().splitlines() if listed.is_file() else []
    models = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(models, platform.processor() or platform.machine())


def record(benchmark: str, measurements: Sequence[Measurement]) -> Path:
    """Write the measurements of a benchmark to its results file."""
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{benchmark}.json"
    figures = [
        {
            **asdict(measurement),
            "median_s": measurement.median_s,
            "median_cpu_s": measurement.median_cpu_s,
            "median_per_s": measurement.median_per_s,
        }
        for measurement in measurements
    ]
    where = {**machine(), "load": round(os.getloadavg()[1], 1)}
    text = {"date": datetime.now(UTC).date().isoformat(), "machine": where, "measurements": figures}
    path.write_text(json.dumps(text, indent=2) + "\n")
    return path


def table(measurements: Sequence[Measurement]) -> str:
    """The measurements as a Markdown table."""
    header = ("what", "median s", "min - max", "CPU s", "goal s", "per second", "goal", "peak MiB", "goal", "right")
    rows = [_line(header), _line(["---"] * len(header))]
    rows += [_line(_cells(found)) for found in measurements]
    return "\n".join(rows)


def shares_table(measurements: Sequence[Measurement], most: int = 10) -> str:
    """Where the time goes, in percent, as a Markdown table: the largest parts of each case that was profiled."""
    profiled = [found for found in measurements if found.shares]
    if not profiled:
        return ""
    parts = dict.fromkeys(part for found in profiled for part in list(found.shares)[:most])
    rows = [_line(("% of the time in", *(found.name for found in profiled))), _line(["---"] * (len(profiled) + 1))]
    rows += [_line((part, *(f"{found.shares.get(part, 0):.1f}" for found in profiled))) for part in parts]
    return "\n".join(rows)


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cells(found: Measurement) -> tuple[str, ...]:
    rate = found.median_per_s
    return (
        found.name,
        f"{found.median_s:.2f}",
        f"{min(found.seconds):.2f} - {max(found.seconds):.2f}",
        f"{found.median_cpu_s:.2f}",
        "" if found.goal_s is None else f"{found.goal_s:g}",
        "" if rate is None else f"{rate:,.0f}",
        "" if found.goal_per_s is None else f"{found.goal_per_s:,.0f}",
        f"{found.peak_mib:,}",
        "" if found.most_mib is None else f"{found.most_mib:,}",
        "yes" if found.right else "NO",
    )


def podsolver(*arguments: str) -> tuple[str, ...]:
    """The command line of podsolver in this interpreter's environment."""
    return (str(Path(sys.executable).with_name("podsolver")), *arguments)
