"""``python -m benchmarks.priority_matters --data DIR``: pending pods and disruption, priority by priority, with proofs.

Each instance starts from kube-scheduler's placement, its bound pods may be moved and evicted, and it is solved in a
process of its own, so that the time holds imports, building, solving and verifying. ``certified``: every level proven.
Wall-clock time is what the limit counts; CPU time beside it tells how busy the machine was otherwise.
"""

from __future__ import annotations

import argparse
import csv
import json
import multiprocessing
import os
import resource
import sys
import time
from collections import defaultdict
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.harness import RESULTS, machine
from benchmarks.priority_instances import Cell, generated, read
from solver import run

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from benchmarks.priority_instances import Instance

SAMPLE = tuple((seed, Cell(4, 16, priorities, 0.95)) for priorities in (1, 2) for seed in (11, 23))
"""Own instances for a smoke run."""
_OVERRUN = 1.05
_OVERRUN_S = 0.5
"""The time limit is kept within this factor and so many seconds."""

Slice = tuple[int, int, int, float]
"""Nodes, pods, priorities, usage."""


@dataclass(frozen=True)
class Outcome:
    """Values and bounds level by level, with wall-clock and CPU seconds; ``moved`` counts pods of the start."""

    name: str
    cell: Cell
    values: tuple[int, ...]
    bounds: tuple[int, ...]
    moved: int
    seconds: float
    cpu_seconds: float

    @property
    def certified(self) -> bool:
        """Whether every level is proven."""
        return self.values == self.bounds

    @property
    def gap(self) -> float:
        """Of the first level without a proof: the part of its value above its bound."""
        pairs = zip(self.values, self.bounds, strict=True)
        return next(((value - bound) / value for value, bound in pairs if bound < value), 0.0)


def solved(instance: Instance, seconds: float) -> Outcome:
    """The outcome of one instance, in a process of its own."""
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_solve, args=(instance, seconds, sender))
    process.start()
    outcome: Outcome = receiver.recv()
    process.join()
    return outcome


def _solve(instance: Instance, seconds: float, sender: Any) -> None:
    scenario = instance.scenario()
    began, used = time.perf_counter(), resource.getrusage(resource.RUSAGE_SELF)
    result = run(scenario, time_limit_s=seconds)
    took, usage = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_SELF)
    cpu = usage.ru_utime + usage.ru_stime - used.ru_utime - used.ru_stime
    values = tuple(int(level.value) for level in result.levels)
    bounds = tuple(int(level.bound or 0) for level in result.levels)
    moved = len(result.placement.moved)
    sender.send(Outcome(instance.name, instance.cell, values, bounds, moved, round(took, 3), round(cpu, 3)))


def kept(outcome: Outcome, seconds: float) -> bool:
    """Whether an outcome is sound: no bound above its value, the time limit kept."""
    sound = all(bound <= value for value, bound in zip(outcome.values, outcome.bounds, strict=True))
    return sound and outcome.seconds <= seconds * _OVERRUN + _OVERRUN_S


def peers(folder: Path, seconds: float) -> Mapping[Slice, tuple[int, int]]:
    """(certified, called) of the published table for a time limit."""
    with (folder / "per_combo_peer_results.csv").open() as lines:
        return {
            _slice_of(row): (int(row["default_optimal"]) + int(row["better_optimal"]), int(row["called"]))
            for row in csv.DictReader(lines)
            if float(row["timeout_s"]) == seconds
        }


def _slice_of(row: Mapping[str, str]) -> Slice:
    return int(row["nodes"]), int(row["pods"]), int(row["priorities"]), float(row["usage"])


def table(outcomes: Iterable[Outcome], peer: Mapping[Slice, tuple[int, int]]) -> str:
    """A row per slice, the peer's share beside ours, in Markdown; then the shares by number of nodes."""
    slices: dict[Slice, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        cell = outcome.cell
        slices[cell.nodes, cell.pods, cell.priorities, cell.usage].append(outcome)
    rows = [
        "| nodes | pods | priorities | usage | certified | peer | mean gap of the rest | mean s | mean CPU s |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for key, found in sorted(slices.items()):
        rows.append(f"| {' | '.join(map(str, key))} | {_row(found, peer.get(key))} |")
    return "\n".join([*rows, "", *_by_nodes(slices)])


def _row(found: Sequence[Outcome], peer: tuple[int, int] | None) -> str:
    rest = [each.gap for each in found if not each.certified]
    gap = f"{sum(rest) / len(rest):.0%}" if rest else ""
    theirs = f"{peer[0]}/{peer[1]}" if peer else ""
    means = (sum(each.seconds for each in found) / len(found), sum(each.cpu_seconds for each in found) / len(found))
    ours = f"{sum(each.certified for each in found)}/{len(found)}"
    return f"{ours} | {theirs} | {gap} | {means[0]:.2f} | {means[1]:.2f}"


def _by_nodes(slices: Mapping[Slice, Sequence[Outcome]]) -> Iterable[str]:
    by_nodes: dict[int, list[bool]] = defaultdict(list)
    for (nodes, *_), found in slices.items():
        by_nodes[nodes] += [each.certified for each in found]
    shares = {nodes: sum(each) / len(each) for nodes, each in sorted(by_nodes.items())}
    yield from (f"{nodes} nodes: {share:.1%} of {len(by_nodes[nodes])} certified" for nodes, share in shares.items())
    small = [share for nodes, share in shares.items() if nodes <= 32]
    if small:
        yield f"sizes up to 32 nodes taken equally: {sum(small) / len(small):.1%}"


def main() -> int:
    """Solve the instances, print the table; exit 1 where an outcome is not sound."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.priority_matters", description=__doc__)
    parser.add_argument("--data", type=Path, help="folder with instances.jsonl and per_combo_peer_results.csv")
    parser.add_argument("--seconds", type=float, default=10.0, help="time limit of each instance (default 10)")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="only every N-th instance")
    parser.add_argument("--smoke", action="store_true", help="a few generated instances")
    parser.add_argument("--record", action="store_true", help="keep the outcomes in benchmarks/results")
    chosen = parser.parse_args()
    if not (chosen.smoke or chosen.data):
        parser.error("name the folder of the instances: --data DIR")
    instances = [generated(*each) for each in SAMPLE] if chosen.smoke else list(read(chosen.data))[:: chosen.every]
    outcomes = [solved(instance, chosen.seconds) for instance in instances]
    peer = peers(chosen.data, chosen.seconds) if chosen.data else {}
    sys.stdout.write(table(outcomes, peer) + "\n")
    if chosen.record:
        sys.stdout.write(f"recorded in {_record(outcomes, chosen.seconds)}\n")
    return 0 if all(kept(outcome, chosen.seconds) for outcome in outcomes) else 1


def _record(outcomes: Sequence[Outcome], seconds: float) -> Path:
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"priority_matters_{seconds:g}s.json"
    where = {**machine(), "load": round(os.getloadavg()[1], 1)}
    text = {"date": datetime.now(UTC).date().isoformat(), "machine": where, "outcomes": [asdict(o) for o in outcomes]}
    path.write_text(json.dumps(text, indent=None, separators=(",", ":")) + "\n")
    return path


if __name__ == "__main__":
    sys.exit(main())
