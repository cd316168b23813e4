"""``python -m benchmarks.containers --data DIR``: the fewest machines for Alibaba's long-running containers.

DIR holds the data set as `container_instances.read` wants it. The scenario is solved within the time limit in a process
of its own; machines used, their bound, seconds and memory are told. The run fails where a container is left without a
machine or more machines are used than the goal allows.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.container_instances import generated, part, read
from benchmarks.harness import LAUNCHER, RESULTS, machine

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.container_instances import Containers

_OVERRUN, _OVERRUN_S = 1.05, 0.5
"""The time limit is kept within this factor and so many seconds."""
_PARTS = (4, 1)
"""Each so-manieth machine and app; the whole comes last."""
_LEAST_S = 20.0
"""A part gets its part of the time limit, but no less than this."""


@dataclass(frozen=True)
class Outcome:
    """Machines and containers of a data set, and what came out; ``first`` is what the best heuristic used."""

    machines: int
    apps: int
    containers: int
    limit_s: float
    first: int
    used: int
    bound: int
    pending: int
    seconds: float
    cpu_seconds: float
    load_s: float
    peak_mib: int

    @property
    def gap(self) -> float:
        """The part of the used machines above the bound."""
        return (self.used - self.bound) / self.used

    @property
    def sound(self) -> bool:
        """Whether all is placed, the bound is one, and the time limit was kept."""
        kept = self.seconds <= self.limit_s * _OVERRUN + _OVERRUN_S
        return self.bound <= self.used and not self.pending and kept


def solved(containers: Containers, seconds: float, folder: Path) -> Outcome:
    """The outcome of one data set."""
    file = containers.write(folder / "containers.json")
    command = (sys.executable, "-m", "benchmarks.solving", str(file), "--seconds", str(seconds))
    launched = subprocess.run((sys.executable, str(LAUNCHER), *command), capture_output=True, text=True, check=True)
    told, used = json.loads(launched.stdout), json.loads(launched.stderr)
    return Outcome(
        machines=len(containers.machines),
        apps=len(containers.apps),
        containers=containers.pods,
        limit_s=seconds,
        first=int(told["incumbents"][0][1]),
        used=told["used"],
        bound=int(told["bound"]),
        pending=told["pending"],
        seconds=told["seconds"],
        cpu_seconds=round(used["cpu_seconds"], 1),
        load_s=told["load_s"],
        peak_mib=used["peak_kib"] // 1024,
    )


def table(outcomes: Sequence[Outcome]) -> str:
    """A row per data set, in Markdown."""
    heads = ("machines", "containers", "first", "used", "bound", "gap", "pending", "limit s", "s", "load s", "peak MiB")
    return "\n".join((f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}", *map(_row, outcomes)))


def _row(found: Outcome) -> str:
    counts = (found.machines, found.containers, found.first, found.used, found.bound)
    cells = (
        *(f"{count:,}" for count in counts),
        f"{found.gap:.2%}",
        str(found.pending),
        f"{found.limit_s:g}",
        f"{found.seconds:.0f}",
        f"{found.load_s:.0f}",
        f"{found.peak_mib:,}",
    )
    return f"| {' | '.join(cells)} |"


def draw(outcomes: Sequence[Outcome], path: Path) -> None:
    """Machines used by the best heuristic and by the answer, and their bound, as shares of the machines there are."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 3.5), layout="constrained")
    axes = figure.subplots()
    names = [f"{found.machines:,} machines\n{found.containers:,} containers" for found in outcomes]
    for shift, colour, label, counts in (
        (-0.25, "#E69F00", "best heuristic", [found.first for found in outcomes]),
        (0.0, "#0072B2", "cpsat", [found.used for found in outcomes]),
        (0.25, "#999999", "bound", [found.bound for found in outcomes]),
    ):
        shares = [100 * count / found.machines for count, found in zip(counts, outcomes, strict=True)]
        axes.bar([place + shift for place in range(len(outcomes))], shares, 0.24, color=colour, label=label)
    axes.set(xticks=range(len(outcomes)), xticklabels=names, ylabel="% of the machines in use")
    figure.legend(frameon=False, ncols=3, loc="outside upper center")
    figure.savefig(path, dpi=120)


def record(outcomes: Sequence[Outcome]) -> Path:
    """Write the outcomes to the results file, with machine and date."""
    path = RESULTS / "containers.json"
    where = {**machine(), "load": round(os.getloadavg()[1], 1)}
    found = [asdict(outcome) for outcome in outcomes]
    text = {"date": datetime.now(UTC).date().isoformat(), "machine": where, "outcomes": found}
    path.write_text(json.dumps(text, indent=1) + "\n")
    draw(outcomes, RESULTS / "containers.png")
    return path


def main() -> int:
    """Solve, print the table; exit 1 where an outcome is not sound."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.containers", description=__doc__)
    parser.add_argument("--data", type=Path, help="folder with machines.csv, apps.csv and app_interference.csv")
    parser.add_argument("--seconds", type=float, default=240.0, help="time limit of the whole (default 240)")
    parser.add_argument("--every", type=int, nargs="*", default=_PARTS, help="parts: each N-th machine and app")
    parser.add_argument("--smoke", action="store_true", help="a small data set of our own")
    parser.add_argument("--record", action="store_true", help="keep outcomes and picture in benchmarks/results")
    chosen = parser.parse_args()
    if not (chosen.smoke or chosen.data):
        parser.error("name the folder of the data set: --data DIR")
    parts = [16] if chosen.smoke else chosen.every
    with tempfile.TemporaryDirectory() as folder:
        outcomes = [
            solved(
                generated(machines=30, seed=1) if chosen.smoke else part(read(chosen.data), every),
                max(chosen.seconds / every, _LEAST_S),
                Path(folder),
            )
            for every in parts
        ]
    sys.stdout.write(table(outcomes) + "\n")
    if chosen.record:
        sys.stdout.write(f"recorded in {record(outcomes)}\n")
    return 0 if all(outcome.sound for outcome in outcomes) else 1


if __name__ == "__main__":
    sys.exit(main())
