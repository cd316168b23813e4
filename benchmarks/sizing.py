"""Node sizes: how fast the mix is found and how good it is, and what simpler ways of sizing make of the same pods.

.venv/bin/python -m benchmarks.sizing speed [--record]     # 10,000 pods: gap and seconds
.venv/bin/python -m benchmarks.sizing naive [--record]     # how often simpler answers are invalid or dearer, 24 cases
.venv/bin/python -m benchmarks.sizing naive --smoke        # one small case, as the tests run it
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from itertools import product
from typing import TYPE_CHECKING

from benchmarks.harness import RESULTS, machine
from benchmarks.sizing_naive import WAYS, Verdict, judged
from benchmarks.sizing_workloads import workloads
from solver.studies.node_sizes.search import least_cost
from solver.studies.node_sizes.selection import Selection, selected
from solver.studies.node_sizes.task import Task
from solver.studies.node_sizes.zones import with_all_zones

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ZONES = ("a", "b", "c")
FAMILIES = ("m7i.*", "c7i.*", "r7i.*")
GROUPS_PER_POD = 0.15
MACHINES = {
    "aws m7i, c7i, r7i": ("aws", FAMILIES),
    "gcp n2": ("gcp", ("n2-standard-*", "n2-highcpu-*", "n2-highmem-*")),
    "azure D, F, E": ("azure", ("Standard_D*s_v5", "Standard_F*s_v2", "Standard_E*s_v5")),
}
"""General, compute and memory types of each provider."""
RULED = 0.4
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Case:
    """One case of `naive`; ``agents``: with DaemonSets, ``rules``: some deployments spread, or on different nodes."""

    machines: str
    pods: int
    agents: bool
    rules: bool
    seed: int
    limit_s: float


SMOKE = Case("aws m7i, c7i, r7i", 30, agents=True, rules=True, seed=0, limit_s=2.0)


def cases() -> list[Case]:
    """Every combination once, each drawn with a seed of its own."""
    choices = product(MACHINES, (40, 160), (True, False), (True, False))
    return [Case(*choice, seed=seed, limit_s=4.0) for seed, choice in enumerate(choices)]


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
    figures: object = speed() if asked.what == "speed" else naive(smoke=asked.smoke)
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


def naive(*, smoke: bool = False) -> dict[str, object]:
    """Each way on all cases together and by what these have: how often it is invalid, and how much dearer otherwise."""
    found = [(case, _judged(case)) for case in ([SMOKE] if smoke else cases())]
    figures: dict[str, object] = {"all": _summaries([verdicts for _, verdicts in found])}
    for name in ("machines", "pods", "agents", "rules"):
        for value in dict.fromkeys(getattr(case, name) for case, _ in found):
            some = [verdicts for case, verdicts in found if getattr(case, name) == value]
            figures[f"{name}: {value}"] = _summaries(some)
    return figures


def _judged(case: Case) -> Mapping[str, Verdict]:
    provider, types = MACHINES[case.machines]
    scenario = workloads(
        case.pods,
        max(3, int(case.pods * GROUPS_PER_POD)),
        case.seed,
        ruled=RULED if case.rules else 0.0,
        agents=case.agents,
    )
    offers = selected(Selection(provider, types=types, arch="amd64"), ZONES)
    task = Task(replace(scenario, cluster=with_all_zones(scenario.cluster, offers)), offers, case.limit_s)
    return judged(task, least_cost(task), max(case.limit_s / 4, 1.0))


def _summaries(verdicts: Sequence[Mapping[str, Verdict]]) -> dict[str, object]:
    return {way: _summary([each[way] for each in verdicts]) for way in WAYS}


def _summary(found: Sequence[Verdict]) -> dict[str, object]:
    dearer = [verdict.dearer for verdict in found if verdict.dearer is not None and verdict.sure]
    return {
        "cases": len(found),
        "invalid": sum(verdict.dearer is None for verdict in found),
        "packed_otherwise": sum(verdict.dearer is not None and not verdict.packed for verdict in found),
        "not_known": sum(not verdict.sure for verdict in found),
        "dearer": sum(share > _ROUNDING for share in dearer),
        "median_dearer": round(statistics.median(dearer), 4) if dearer else None,
        "most_dearer": round(max(dearer), 4) if dearer else None,
    }


def _record(what: str, figures: object) -> None:
    path = RESULTS / f"sizing-{what}.json"
    date = datetime.now(UTC).date().isoformat()
    path.write_text(json.dumps({"date": date, "machine": machine(), "figures": figures}, indent=2) + "\n")


if __name__ == "__main__":
    main()
