"""``python -m benchmarks.packing --data DIR``: known optima reached and proven; cloud balancing with its bound.

Somewhere in DIR are the folders ``falkenauer`` (``instances.csv``, ``items.csv.gz``) and ``vector``, or one of them. Of
every family the first few instances are solved, each within the time limit in a process of its own, from the loaded
scenario to the verified result. A run fails where an answer contradicts what is known of an instance, a bound is above
its value, or the time limit is not kept.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.harness import LAUNCHER, RESULTS, machine
from benchmarks.packing_instances import balancing, cloud_balancing, falkenauer, triplets, uniform, vector

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from benchmarks.packing_instances import Instance

_OVERRUN, _OVERRUN_S = 1.05, 0.5
"""The time limit is kept within this factor and so many seconds."""
CLOUD_BALANCING = Path(__file__).with_name("data") / "cloud-balancing"
_OWN = "cloud balancing"
"""The family without known optima: it is told instance by instance."""


@dataclass(frozen=True)
class Outcome:
    """Value and bound of the cost, beside the best heuristic's ``start`` and the ``known`` limits of the optimum."""

    name: str
    family: str
    pods: int
    known: tuple[int, int] | None
    start: float
    value: float
    bound: float
    pending: int
    seconds: float
    cpu_seconds: float
    peak_mib: int

    @property
    def reached(self) -> bool:
        """Whether nothing better is known, or can be."""
        return self.value == self.bound or (self.known is not None and self.value <= self.known[1])

    @property
    def proven(self) -> bool:
        """Whether value and bound meet."""
        return self.value == self.bound

    @property
    def gap(self) -> float:
        """The part of the value above the bound."""
        return (self.value - self.bound) / self.value

    def sound(self, seconds: float) -> bool:
        """Whether nothing contradicts what is known, and the time limit was kept."""
        lower, upper = self.known or (self.bound, self.value)
        agrees = self.bound <= min(self.value, upper) and self.value >= lower and not self.pending
        return agrees and self.seconds <= seconds * _OVERRUN + _OVERRUN_S


def sample() -> Iterator[Instance]:
    """Own instances for a smoke run."""
    yield triplets(seed=1, bins=10)
    yield uniform(seed=1, items=40)
    computers = [((24, 96, 16), 4800), ((6, 4, 6), 660), ((8, 16, 8), 1200), ((12, 12, 12), 1500)] * 2
    processes = [(1 + rank % 5, 1 + rank % 7, 1 + rank % 3) for rank in range(20)]
    yield balancing(computers, processes, "own-balancing")


def instances(folder: Path | None, each: int | None) -> Iterator[Instance]:
    """The first ``each`` instances of every family that is in the folder (None: all), and cloud balancing."""
    for name, reader in (("falkenauer", falkenauer), ("vector", vector)):
        places = sorted(folder.rglob(name)) if folder else []
        for family in _by_family(reader(places[0])) if places else ():
            yield from family[:each]
    yield from cloud_balancing(CLOUD_BALANCING)


def _by_family(found: Iterable[Instance]) -> Iterable[list[Instance]]:
    families: dict[str, list[Instance]] = {}
    for instance in found:
        families.setdefault(instance.family, []).append(instance)
    return families.values()


def solved(instance: Instance, seconds: float, folder: Path) -> Outcome:
    """The outcome of one instance."""
    file = instance.write(folder)
    command = (sys.executable, "-m", "benchmarks.solving", str(file), "--seconds", str(seconds))
    launched = subprocess.run((sys.executable, str(LAUNCHER), *command), capture_output=True, text=True, check=True)
    told, used = json.loads(launched.stdout), json.loads(launched.stderr)
    return Outcome(
        name=instance.name,
        family=instance.family,
        pods=instance.pods,
        known=instance.known,
        start=told["incumbents"][0][1],
        value=told["value"],
        bound=told["bound"],
        pending=told["pending"],
        seconds=told["seconds"],
        cpu_seconds=round(used["cpu_seconds"], 2),
        peak_mib=used["peak_kib"] // 1024,
    )


def table(outcomes: Sequence[Outcome]) -> str:
    """A row per family, then a row per instance of cloud balancing, in Markdown."""
    rows = [
        "| family | instances | optimum reached | proven | by a heuristic alone | median s | longest s |",
        f"|{'---|' * 7}",
    ]
    families = dict.fromkeys(outcome.family for outcome in outcomes)
    rows += [_family(name, [each for each in outcomes if each.family == name]) for name in families]
    single = [outcome for outcome in outcomes if outcome.family == _OWN]
    if single:
        rows += ["", "| cloud balancing | first | cost | bound | gap | s | peak MiB |", f"|{'---|' * 7}"]
        rows += [_single(each) for each in single]
    return "\n".join(rows)


def _family(name: str, found: Sequence[Outcome]) -> str:
    cells = (
        name,
        len(found),
        sum(each.reached for each in found),
        sum(each.proven for each in found),
        sum(each.start <= (each.known[1] if each.known else each.bound) for each in found),
        f"{statistics.median(each.seconds for each in found):.2f}",
        f"{max(each.seconds for each in found):.2f}",
    )
    return f"| {' | '.join(map(str, cells))} |"


def _single(each: Outcome) -> str:
    cells = (f"{each.start:,.0f}", f"{each.value:,.0f}", f"{each.bound:,.0f}", f"{each.gap:.2%}", f"{each.seconds:.1f}")
    return f"| {each.name} | {' | '.join(cells)} | {each.peak_mib} |"


def draw(outcomes: Sequence[Outcome], path: Path) -> None:
    """Seconds over pods, and what heuristics and the answer are above the bound, family by family."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 4.5), layout="constrained")
    times, gaps = figure.subplots(1, 2)
    families = list(dict.fromkeys(outcome.family for outcome in outcomes))
    for family in families:
        found = [each for each in outcomes if each.family == family]
        times.scatter([each.pods for each in found], [each.seconds for each in found], s=16, label=family)
    times.set(xscale="log", yscale="log", xlabel="pods", ylabel="seconds until proven, or the time limit")
    times.legend(frameon=False, fontsize=7)
    starts = [each.start / each.bound * 100 - 100 for each in outcomes]
    ends = [each.value / each.bound * 100 - 100 for each in outcomes]
    rows = [families.index(each.family) for each in outcomes]
    gaps.scatter(starts, [row + 0.15 for row in rows], s=16, color="#E69F00", label="best heuristic")
    gaps.scatter(ends, [row - 0.15 for row in rows], s=16, color="#0072B2", label="cpsat")
    gaps.set(xlabel="% above the bound", yticks=range(len(families)), yticklabels=families)
    gaps.invert_yaxis()
    gaps.legend(frameon=False)
    figure.savefig(path, dpi=120)


def record(outcomes: Iterable[Outcome], seconds: float, each: int | None) -> Path:
    """Write the outcomes to the results file, with machine, date and what was run."""
    path = RESULTS / "packing.json"
    spec = {"limit_s": seconds, "instances_of_each_family": "all" if each is None else each}
    where = {**machine(), "load": round(os.getloadavg()[1], 1)}
    found = [asdict(outcome) for outcome in outcomes]
    text = {"date": datetime.now(UTC).date().isoformat(), "machine": where, **spec, "outcomes": found}
    path.write_text(json.dumps(text, indent=1) + "\n")
    return path


def main() -> int:
    """Solve the instances, print the table; exit 1 where an outcome is not sound."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.packing", description=__doc__)
    parser.add_argument("--data", type=Path, help="folder with falkenauer and vector")
    parser.add_argument("--seconds", type=float, default=60.0, help="time limit of each instance (default 60)")
    parser.add_argument("--each", type=int, default=3, metavar="N", help="instances of each family (default 3)")
    parser.add_argument("--all", action="store_true", help="all instances")
    parser.add_argument("--smoke", action="store_true", help="a few small instances of our own")
    parser.add_argument("--record", action="store_true", help="keep outcomes and picture in benchmarks/results")
    chosen = parser.parse_args()
    each = None if chosen.all else chosen.each
    asked = sample() if chosen.smoke else instances(chosen.data, each)
    with tempfile.TemporaryDirectory() as folder:
        outcomes = [solved(instance, chosen.seconds, Path(folder)) for instance in asked]
    sys.stdout.write(table(outcomes) + "\n")
    if chosen.record:
        sys.stdout.write(f"recorded in {record(outcomes, chosen.seconds, each)}\n")
        draw(outcomes, RESULTS / "packing.png")
    return 0 if all(outcome.sound(chosen.seconds) for outcome in outcomes) else 1


if __name__ == "__main__":
    sys.exit(main())
