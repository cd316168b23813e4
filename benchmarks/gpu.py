"""``python -m benchmarks gpu --data DIR``: how much of a GPU cluster can be allocated, and how much surely cannot.

GPU allocation is what placed pods ask for, over all GPUs. The trace asks for 98 % of them; inflated, as FGD's authors
do it, for 100 %; with models, a tenth of the pods with a GPU accepts some models only. kube-scheduler takes the pods as
they come and never looks back (online); all others know them all (offline), so the two are never compared as equals.
Every strategy runs in a process of its own.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import resource
import sys
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.gpu_trace import PODS_WITH_MODELS, Trace, generated, read
from benchmarks.harness import RESULTS, machine
from solver import run

if TYPE_CHECKING:
    from collections.abc import Sequence

ONLINE = ("kube-scheduler",)
STRATEGIES = (*ONLINE, "first-fit-decreasing", "cpsat")
FGD = 0.9523
"""At 100 % arrived load, as its authors recorded it (github.com/hkust-adsl/kubernetes-scheduler-simulator)."""
SEED = 0
_GOAL, _GOAL_WITH_MODELS = 0.001, 0.01
"""The largest part of all GPUs between cpsat's placement and its bound that is good enough; one GPU is let go."""
MODELS = "with models"
_OVERRUN, _OVERRUN_S = 1.05, 0.5


@dataclass(frozen=True)
class Outcome:
    """GPUs ``asked`` for and ``allocated`` of so many ``devices``; ``bound``: no placement allocates more."""

    load: str
    strategy: str
    nodes: int
    pods: int
    devices: int
    asked: float
    allocated: float
    bound: float | None
    pending: int
    limit_s: float
    seconds: float
    cpu_seconds: float
    peak_mib: int

    @property
    def kind(self) -> str:
        """Whether the strategy sees the pods one by one or all at once."""
        return "online" if self.strategy in ONLINE else "offline"

    @property
    def right(self) -> bool:
        """Whether time and bound are kept, and cpsat is near enough to its bound."""
        kept = self.seconds <= self.limit_s * _OVERRUN + _OVERRUN_S
        if self.bound is None:
            return kept
        goal = _GOAL_WITH_MODELS if self.load == MODELS else _GOAL
        return kept and 0 <= self.bound - self.allocated <= goal * self.devices + 1


def measured(load: str, trace: Trace, strategy: str, seconds: float) -> Outcome:
    """One strategy on one load, verified, in a process of its own."""
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_solve, args=(load, trace, strategy, seconds, sender))
    process.start()
    outcome: Outcome = receiver.recv()
    process.join()
    return outcome


def _solve(load: str, trace: Trace, strategy: str, seconds: float, sender: Any) -> None:
    result = run(trace.scenario(), strategy, time_limit_s=seconds)
    usage = resource.getrusage(resource.RUSAGE_SELF)
    (level,) = result.levels
    bound = None if level.bound is None else round(trace.asked - float(level.bound), 2)
    outcome = Outcome(
        load=load,
        strategy=strategy,
        nodes=len(trace.nodes),
        pods=len(trace.pods),
        devices=trace.devices,
        asked=round(trace.asked, 2),
        allocated=round(trace.asked - float(level.value), 2),
        bound=bound,
        pending=len(result.placement.pending),
        limit_s=seconds,
        seconds=round(result.runtime.total, 2),
        cpu_seconds=round(usage.ru_utime + usage.ru_stime, 2),
        peak_mib=usage.ru_maxrss // 1024,
    )
    sender.send(outcome)


def table(outcomes: Sequence[Outcome]) -> str:
    """A row for each load and strategy, in Markdown; FGD's published figure beside those of the inflated load."""
    header = "| load | asked | strategy | sees pods | GPUs allocated | allocation | at most | pending | s | peak MiB |"
    lines = [header, f"|{'---|' * 10}", *map(_row, outcomes)]
    if any(found.load == "inflated" for found in outcomes) and outcomes[0].nodes > 1000:
        lines.append(f"| inflated | 100.0 % | FGD, published | online | | {FGD:.2%} | | | | |")
    return "\n".join(lines)


def _row(found: Outcome) -> str:
    cells = (
        found.load,
        f"{found.asked / found.devices:.1%}",
        found.strategy,
        found.kind,
        f"{found.allocated:,.2f}",
        f"{found.allocated / found.devices:.2%}",
        "" if found.bound is None else f"{found.bound / found.devices:.2%}",
        f"{found.pending:,}",
        f"{found.seconds:.1f}",
        f"{found.peak_mib:,}",
    )
    return f"| {' | '.join(cells)} |"


def draw(outcomes: Sequence[Outcome], path: Path) -> None:
    """Allocation by strategy and load: online ones pale; a line where no placement can be."""
    from matplotlib.figure import Figure

    loads = list(dict.fromkeys(found.load for found in outcomes))
    figure = Figure(figsize=(10, 3.6), layout="constrained")
    for axes, load in zip(figure.subplots(1, len(loads), sharey=True, squeeze=False)[0], loads, strict=True):
        shown = [(each.strategy, each.kind, each.allocated / each.devices) for each in outcomes if each.load == load]
        if load == "inflated":
            shown.insert(1, ("FGD, published", "online", FGD))
        colours = ["#9db7d5" if kind == "online" else "#2f6db0" for _, kind, _ in shown]
        axes.bar(range(len(shown)), [100 * share for *_, share in shown], color=colours)
        axes.set_xticks(range(len(shown)), [_label(name, kind) for name, kind, _ in shown], fontsize=7)
        for bound in (each.bound / each.devices for each in outcomes if each.load == load and each.bound is not None):
            axes.axhline(100 * bound, color="black", linestyle="--", linewidth=1, label=f"bound {bound:.2%}")
        axes.set(title=load, ylim=(75, 100))
        axes.legend(frameon=False, loc="upper left", fontsize=8)
    figure.supylabel("% of all GPUs allocated (from 75)", fontsize=9)
    figure.savefig(path, dpi=120)


def _label(name: str, kind: str) -> str:
    """In as many lines as there are parts, so that neighbours keep clear."""
    return "\n".join((*name.replace(", ", "-").replace("first-fit", "first fit").split("-"), f"({kind})"))


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure both loads, print the table; exit 1 where an outcome is not right."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks gpu", description=__doc__)
    parser.add_argument("--data", type=Path, help="folder with the trace's CSV files")
    parser.add_argument("--seconds", type=float, default=60.0, help="time limit of each strategy (default 60)")
    parser.add_argument("--smoke", action="store_true", help="a small generated cluster")
    parser.add_argument("--record", action="store_true", help="keep the outcomes in benchmarks/results")
    chosen = parser.parse_args(arguments)
    if not (chosen.smoke or chosen.data):
        parser.error("name the folder of the trace: --data DIR")
    trace = generated(30, 160, SEED) if chosen.smoke else read(chosen.data)
    loads = {"plain": trace, "inflated": trace.inflated(1.0, SEED)}
    if not chosen.smoke and (chosen.data / PODS_WITH_MODELS).exists():
        loads[MODELS] = read(chosen.data, PODS_WITH_MODELS)
    outcomes = [
        measured(load, each, strategy, chosen.seconds) for load, each in loads.items() for strategy in STRATEGIES
    ]
    sys.stdout.write(table(outcomes) + "\n")
    if chosen.record:
        sys.stdout.write(f"recorded in {_record(outcomes)}\n")
        draw(outcomes, RESULTS / "gpu.png")
    return 0 if all(outcome.right for outcome in outcomes) else 1


def _record(outcomes: Sequence[Outcome]) -> Path:
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / "gpu.json"
    where = {**machine(), "load": round(os.getloadavg()[1], 1)}
    found = [{**asdict(outcome), "kind": outcome.kind, "right": outcome.right} for outcome in outcomes]
    text = {"date": datetime.now(UTC).date().isoformat(), "machine": where, "seed": SEED, "outcomes": found}
    path.write_text(json.dumps(text, indent=2) + "\n")
    return path


if __name__ == "__main__":
    sys.exit(main())
