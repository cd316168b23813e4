"""Node sizes: how fast the mix is found and how good it is, and what simpler ways of sizing make of the same pods.

.venv/bin/python -m benchmarks.sizing speed [--record]     # 10,000 pods: gap and seconds
.venv/bin/python -m benchmarks.sizing naive [--record]     # how often simpler answers are invalid or dearer
.venv/bin/python -m benchmarks.sizing naive --smoke        # one small case, as the tests run it
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime

from benchmarks.harness import RESULTS, machine
from benchmarks.sizing_naive import WAYS, Verdict, judged
from benchmarks.sizing_workloads import workloads
from solver.studies.node_sizes.search import least_cost
from solver.studies.node_sizes.selection import Selection, selected
from solver.studies.node_sizes.task import Task
from solver.studies.node_sizes.zones import with_all_zones

ZONES = ("a", "b", "c")
FAMILIES = ("m7i.*", "c7i.*", "r7i.*")
GROUPS_PER_POD = 0.15


@dataclass(frozen=True)
class Speed:
    """One large case: what was asked, how long it took, and how far from the bound it ended."""

    pods: int
    groups: int
    offers: int
    limit_s: float
    goal_gap: float
    seconds: float
    gap: float
    cost_per_hour: float
    nodes: int


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("speed", "naive"))
    parser.add_argument("--record", action="store_true")
    parser.add_argument("--smoke", action="store_true")
    asked = parser.parse_args()
    figures = speed() if asked.what == "speed" else naive(smoke=asked.smoke)
    print(json.dumps(figures, indent=2))
    if asked.record:
        _record(asked.what, figures)


def task_for(pods: int, groups: int, seed: int, types: tuple[str, ...], limit_s: float) -> Task:
    scenario = workloads(pods, groups, seed)
    offers = selected(Selection("aws", types=types, arch="amd64"), ZONES)
    cluster = with_all_zones(scenario.cluster, offers)
    return Task(replace(scenario, cluster=cluster), offers, limit_s)


def speed() -> list[dict[str, object]]:
    """Families as teams use them, and all of AWS at once."""
    return [asdict(_speed(FAMILIES, 30.0)), asdict(_speed((), 120.0))]


def _speed(types: tuple[str, ...], limit_s: float) -> Speed:
    task = task_for(10_000, 200, 0, types, limit_s)
    began = time.perf_counter()
    mix = least_cost(task)
    seconds = time.perf_counter() - began
    return Speed(
        10_000,
        200,
        len(task.offers),
        limit_s,
        0.005,
        round(seconds, 2),
        round(float(mix.gap), 5),
        round(float(mix.cost), 4),
        len(mix.nodes),
    )


def naive(*, smoke: bool = False) -> dict[str, dict[str, object]]:
    """Each way on all cases: the share of invalid answers, and how much dearer the valid ones are."""
    seeds = range(1) if smoke else range(8)
    pods, limit_s = (30, 2.0) if smoke else (200, 8.0)
    verdicts: dict[str, list[Verdict]] = {way: [] for way in WAYS}
    for seed in seeds:
        task = task_for(pods, max(3, int(pods * GROUPS_PER_POD)), seed, FAMILIES, limit_s)
        mix = least_cost(task)
        for way, verdict in judged(task, mix).items():
            verdicts[way].append(verdict)
    return {way: _summary(found) for way, found in verdicts.items()}


def _summary(found: list[Verdict]) -> dict[str, object]:
    dearer = [verdict.dearer for verdict in found if verdict.dearer is not None]
    return {
        "cases": len(found),
        "invalid": sum(verdict.dearer is None for verdict in found),
        "dearer": sum(share > 0 for share in dearer),
        "median_dearer": round(statistics.median(dearer), 4) if dearer else None,
        "most_dearer": round(max(dearer), 4) if dearer else None,
    }


def _record(what: str, figures: object) -> None:
    path = RESULTS / f"sizing-{what}.json"
    date = datetime.now(UTC).date().isoformat()
    path.write_text(json.dumps({"date": date, "machine": machine(), "figures": figures}, indent=2) + "\n")


if __name__ == "__main__":
    main()
