"""kube-scheduler's loop, every node scored: pods per second, whole runs, pools, memory, and where the time goes."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from benchmarks.arrivals import cluster
from benchmarks.clusters import write
from benchmarks.consolidation import ELASTIC
from benchmarks.harness import Case, podsolver

if TYPE_CHECKING:
    from pathlib import Path

LOOPS = (("plain", 1, 10_000), ("plain", 50, 10_000), ("spread", 1, 5_000), ("spread", 50, 5_000))
"""Mix, number of workloads, goal in pods per second."""

MIXES = ("plain", "spread", "mixed")

POOLED = ("kube-scheduler", "first-fit-decreasing")
"""Strategies that open nodes of pools, as many as the pods need."""


def cases(folder: Path, smoke: bool) -> list[Case]:
    """The cases, with their inputs written to ``folder``; a smoke run has few nodes and pods."""
    shrink = 100 if smoke else 1
    return [
        *(_loop(folder, mix, 5_000 // shrink, 20_000 // shrink, workloads, goal) for mix, workloads, goal in LOOPS),
        *(_whole(folder, mix, 1_000 // shrink, 5_000 // shrink, 5) for mix in MIXES),
        _whole(folder, "plain", 5_000 // shrink, 50_000 // shrink, None, most_mib=1024),
        *(_pooled(folder, strategy, smoke) for strategy in POOLED),
    ]


def _loop(folder: Path, mix: str, nodes: int, pods: int, workloads: int, goal: int) -> Case:
    """The loop alone, in CPU seconds of its one process."""
    file = _written(folder, mix, nodes, pods, workloads)

    def all_right(printed: str) -> bool:
        told = json.loads(printed)
        return bool(told["placed"] == told["pods"] == pods and told["violations"] == 0)

    def rate(printed: str) -> float:
        told = json.loads(printed)
        return float(told["pods"] / told["seconds"])

    name = f"loop: {pods:,} {mix} pods, {nodes:,} nodes, {workloads} workload{'s' * (workloads > 1)}"
    command = (sys.executable, "-m", "benchmarks.scheduling", str(file))
    return Case(name, command, None, all_right, rate, goal, profile=(*command, "--profile"))


def _whole(folder: Path, mix: str, nodes: int, pods: int, goal_s: float | None, most_mib: int | None = None) -> Case:
    """The command, from the file to the verified placement of every pod."""
    file = _written(folder, mix, nodes, pods, 20)
    return Case(
        f"solve: {pods:,} {mix} pods, {nodes:,} nodes, verified",
        podsolver("solve", str(file), "--strategy", "kube-scheduler"),
        goal_s,
        lambda printed: f"{pods:,} pods on" in printed and "none pending" in printed,
        most_mib=most_mib,
    )


def _pooled(folder: Path, strategy: str, smoke: bool) -> Case:
    """The command on the elastic cluster of the consolidation benchmark: no node is there, four pools may grow."""
    size = replace(ELASTIC, nodes=60, pods=300, workloads=20) if smoke else ELASTIC
    file = folder / f"pools-{size.pods}.json"
    if not file.exists():
        write(file, size)
    return Case(
        f"pools: {size.pods:,} pods, four pools of up to {size.nodes:,} nodes, {strategy}, verified",
        podsolver("solve", str(file), "--strategy", strategy),
        None,
        lambda printed: f"{strategy}: feasible" in printed,
    )


def _written(folder: Path, mix: str, nodes: int, pods: int, workloads: int) -> Path:
    file = folder / f"{mix}-{nodes}-{pods}-{workloads}.json"
    if not file.exists():
        file.write_text(json.dumps(cluster(mix, nodes, pods, workloads)))
    return file
