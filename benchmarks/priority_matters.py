"""``python -m benchmarks.priority_matters --data DIR``: pending pods and disruption, priority by priority, with proofs.

Each instance starts from kube-scheduler's placement where that leaves pods pending, or from the recorded start of a
published run; bound pods may be moved and evicted. It is solved in a process of its own. ``cold``: that process imports
OR-Tools and the strategies within the time limit, as the command line does; ``warm``: they are there already.
Wall-clock time is what the limit counts; CPU time beside it tells how busy the machine was otherwise.

Each outcome is written down at once: after Ctrl-C the same command goes on where it was. ``--carry``: what a shorter
limit has proven counts for the longer ones too and is not solved again.
"""

from __future__ import annotations

import argparse
import importlib
import multiprocessing
import resource
import sys
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.priority_instances import Cell, generated, read
from benchmarks.priority_outcomes import Ledger, Outcome, contradictions, sound
from benchmarks.priority_tables import peer_shares, tables
from solver import run

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from benchmarks.priority_instances import Instance

SAMPLE = tuple((seed, Cell(4, 16, priorities, 0.95)) for priorities in (1, 2) for seed in (11, 23))
"""Own instances for a smoke run."""
_PASSES = 5
_IMPORTED = ("solver.strategies.cpsat.strategy", "solver.strategies.cpsat.patterns.search", "solver.verify")


def solved(instance: Instance, seconds: float) -> Outcome:
    """The outcome of one instance, in a process of its own.

    Raises:
        EOFError: the process ended without one.
    """
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_solve, args=(instance, seconds, sender))
    process.start()
    sender.close()
    outcome: Outcome = receiver.recv()
    process.join()
    return outcome


def _solve(instance: Instance, seconds: float, sender: Any) -> None:
    scenario = instance.scenario()
    began, used = time.perf_counter(), resource.getrusage(resource.RUSAGE_SELF)
    result = run(scenario, time_limit_s=seconds)
    took, usage = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_SELF)
    cpu = usage.ru_utime + usage.ru_stime - used.ru_utime - used.ru_stime
    priorities = sorted({pod.priority for pod in scenario.cluster.pods}, reverse=True)
    placed = Counter(pod.priority for pod in result.placement.node_of)
    before = Counter(pod.priority for pod in scenario.cluster.bound)
    moved, evicted = len(result.placement.moved), len(result.placement.evicted)
    outcome = Outcome(
        name=instance.name,
        cell=instance.cell,
        values=tuple(int(level.value) for level in result.levels),
        bounds=tuple(int(level.bound or 0) for level in result.levels),
        before=tuple(before[priority] for priority in priorities),
        placed=tuple(placed[priority] for priority in priorities),
        moved=moved,
        evicted=evicted,
        seconds=round(took, 3),
        cpu_seconds=round(cpu, 3),
        peer=_peer_of(instance, priorities),
    )
    sender.send(outcome)


def _peer_of(instance: Instance, priorities: Sequence[int]) -> dict[str, Any] | None:
    peer = instance.peer
    if peer is None:
        return None
    placed = [peer.placed.get(priority, 0) for priority in priorities]
    return {
        "seconds": peer.seconds,
        "proven": peer.proven,
        "placed": placed,
        "moved": peer.moved,
        "evicted": peer.evicted,
    }


def main() -> int:
    """Solve the instances, print the tables; exit 1 where an outcome is not sound."""
    chosen = _arguments()
    instances = (
        [generated(*each) for each in SAMPLE] if chosen.smoke else _in_passes(list(read(chosen.data)), chosen.sample)
    )
    if chosen.warm:
        for name in _IMPORTED:
            importlib.import_module(name)
    limits = [10.0] if chosen.smoke else sorted(chosen.seconds)
    ledgers = [
        Ledger.of(limit, "warm" if chosen.warm else "cold", chosen.record and not chosen.smoke) for limit in limits
    ]
    for place, ledger in enumerate(ledgers):
        if chosen.carry:
            ledger.carry(ledgers[:place])
        _work(ledger, instances)
    names = {instance.name for instance in instances}
    faults = list(contradictions([outcome for ledger in ledgers for outcome in ledger.outcomes]))
    for ledger in ledgers:
        outcomes = [outcome for outcome in ledger.all if outcome.name in names]
        shares = peer_shares(chosen.data, ledger.seconds) if chosen.data else {}
        sys.stdout.write(f"\n{ledger.title}\n\n{tables(outcomes, shares)}\n")
        faults += [f"{outcome.name}: not sound" for outcome in outcomes if not sound(outcome, ledger.seconds)]
    if chosen.picture:
        from benchmarks.priority_picture import draw

        draw(ledgers, chosen.data, chosen.picture)
    sys.stdout.write("".join(f"{fault}\n" for fault in faults))
    return 1 if faults else 0


def _in_passes(instances: Sequence[Instance], step: int) -> list[Instance]:
    """Every so many-th instance, in passes over all slices, so that each is seen early."""
    chosen = instances[::step]
    return [instance for first in range(_PASSES) for instance in chosen[first::_PASSES]]


def _work(ledger: Ledger, instances: Iterable[Instance]) -> None:
    """What is not written down yet."""
    known = {outcome.name for outcome in ledger.all}
    for instance in instances:
        if instance.name not in known:
            ledger.add(solved(instance, ledger.seconds))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.priority_matters", description=__doc__)
    parser.add_argument("--data", type=Path, help="folder with instances.jsonl and per_combo_peer_results.csv")
    parser.add_argument("--seconds", type=float, nargs="+", default=[1.0, 10.0], help="time limits (default 1 and 10)")
    parser.add_argument("--sample", type=int, default=1, metavar="K", help="only every K-th instance (default all)")
    parser.add_argument("--smoke", action="store_true", help="a few generated instances")
    parser.add_argument("--carry", action="store_true", help="what a shorter limit has proven is not solved again")
    parser.add_argument("--warm", action="store_true", help="with everything imported beforehand")
    parser.add_argument(
        "--record", action="store_true", help="keep the outcomes in benchmarks/results, and go on from them"
    )
    parser.add_argument("--picture", type=Path, metavar="FILE", help="draw the shares that are proven")
    chosen = parser.parse_args()
    if not (chosen.smoke or chosen.data):
        parser.error("name the folder of the instances: --data DIR")
    return chosen


if __name__ == "__main__":
    sys.exit(main())
