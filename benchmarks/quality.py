"""How good an answer is within a time limit: clusters, goals for the gap, and what came out.

Every answer is verified. A benchmark fails where a pod is pending, the gap is above its goal, the time limit is not
kept (within 5 % and 0.5 s), or memory is above what may be taken.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from benchmarks.clusters import write
from benchmarks.harness import LAUNCHER, RESULTS, machine

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from benchmarks.clusters import Size

_OVERRUN, _OVERRUN_S = 1.05, 0.5
_NEAR = 0.01
"""The gap of which the time is told."""


@dataclass(frozen=True)
class Question:
    """A cluster, the time limit in seconds, and the largest gap and memory that are good enough (None: any)."""

    name: str
    size: Size
    seconds: float
    most_gap: float | None
    most_mib: int | None = None
    seed: int = 0


@dataclass(frozen=True)
class Outcome:
    """What came out; ``near_s`` is when an incumbent was first within 1 % of the bound, None where none was."""

    name: str
    nodes: int
    pods: int
    limit_s: float
    seconds: float
    cpu_seconds: float
    near_s: float | None
    value: float
    bound: float
    gap: float
    most_gap: float | None
    pending: int
    used: int
    moved: int
    peak_mib: int
    most_mib: int | None
    load: float

    @property
    def right(self) -> bool:
        """Whether it is as good as asked for, in the time and memory given."""
        good = self.most_gap is None or self.gap <= self.most_gap
        kept = self.seconds <= self.limit_s * _OVERRUN + _OVERRUN_S
        fits = self.most_mib is None or self.peak_mib <= self.most_mib
        return good and kept and fits and self.pending == 0 and self.bound <= self.value


def ask(question: Question, folder: Path) -> Outcome:
    """Solve the cluster in a process of its own."""
    file = write(folder / f"{question.name}.json", question.size, question.seed)
    command = (sys.executable, "-m", "benchmarks.solving", str(file), "--seconds", str(question.seconds))
    load = os.getloadavg()[0]
    launched = subprocess.run((sys.executable, str(LAUNCHER), *command), capture_output=True, text=True, check=True)
    return _outcome(question, json.loads(launched.stdout), json.loads(launched.stderr), load)


def _outcome(question: Question, told: dict[str, Any], used: dict[str, Any], load: float) -> Outcome:
    value, bound = told["value"], told["bound"]
    near = (seconds for seconds, reached in told["incumbents"] if reached - bound <= _NEAR * reached)
    return Outcome(
        name=question.name,
        nodes=question.size.nodes,
        pods=question.size.pods,
        limit_s=question.seconds,
        seconds=told["seconds"],
        cpu_seconds=round(used["cpu_seconds"], 1),
        near_s=next(near, None),
        value=round(value, 2),
        bound=round(bound, 2),
        gap=round((value - bound) / value, 6) if value else 0.0,
        most_gap=question.most_gap,
        pending=told["pending"],
        used=told["used"],
        moved=told["moved"],
        peak_mib=used["peak_kib"] // 1024,
        most_mib=question.most_mib,
        load=round(load, 1),
    )


def table(outcomes: Sequence[Outcome]) -> str:
    """The outcomes as a Markdown table."""
    names = ("cluster", "limit s", "seconds", "CPU s", "within 1 % at s", "cost", "bound", "gap", "goal", "moved")
    columns = (*names, "peak MiB", "right")
    return "\n".join((f"| {' | '.join(columns)} |", f"|{'---|' * len(columns)}", *map(_row, outcomes)))


def _row(found: Outcome) -> str:
    cells = (
        f"{found.name}: {found.nodes:,} nodes, {found.pods:,} pods",
        f"{found.limit_s:g}",
        f"{found.seconds:.1f}",
        f"{found.cpu_seconds:.1f}",
        "" if found.near_s is None else f"{found.near_s:.1f}",
        f"{found.value:,.2f}",
        f"{found.bound:,.2f}",
        f"{found.gap:.2%}",
        "" if found.most_gap is None else f"{found.most_gap:.2%}",
        f"{found.moved:,}" if found.moved else "",
        f"{found.peak_mib:,}",
        "yes" if found.right else "NO",
    )
    return f"| {' | '.join(cells)} |"


def record(benchmark: str, outcomes: Sequence[Outcome]) -> Path:
    """Write the outcomes to the benchmark's results file, with machine, date and load."""
    path = RESULTS / f"{benchmark}.json"
    found = [{**asdict(outcome), "right": outcome.right} for outcome in outcomes]
    where = {**machine(), "load": round(os.getloadavg()[1], 1)}
    text = {"date": datetime.now(UTC).date().isoformat(), "machine": where, "outcomes": found}
    path.write_text(json.dumps(text, indent=2) + "\n")
    return path
