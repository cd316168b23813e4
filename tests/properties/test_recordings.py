"""The judge and the oracle against recordings of kube-scheduler itself: the same verdict for every node, every time.

Nominations are no part of either reading, so attempts made while a pod is nominated are carried out and not compared.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from solver.scenario import load_scenario
from solver.verify.replay import Replay
from tests.oracle import feasible, settled
from tests.oracle.filters import Bound
from tests.oracle.objects import key, node_named, of_kind, spec
from tests.oracle.run import run
from tests.oracle.scores import nodes_named, scores

if TYPE_CHECKING:
    from tests.oracle.objects import Raw

RECORDINGS = Path(__file__).parents[1] / "recordings"
NAMES = sorted(file.name.removesuffix(".trace.json") for file in RECORDINGS.glob("*.trace.json"))


class Run:
    """A recorded run carried out again, in the judge's replay and on the raw objects."""

    def __init__(self, recording: str) -> None:
        file = RECORDINGS / f"{recording}.yaml"
        self.objects: list[Raw] = [item for item in yaml.safe_load_all(file.read_text()) if item]
        self.attempts = json.loads((RECORDINGS / f"{recording}.trace.json").read_text())["attempts"]
        self.cluster = load_scenario(file, expand=False).cluster
        self.pods = {pod.key: pod for pod in self.cluster.pods}
        self.raw = {key(item): item for item in of_kind(self.objects, "Pod")}
        self.bound = Bound({pod.key: str(spec(self.raw[pod.key])["nodeName"]) for pod in self.cluster.bound})
        self.replay = Replay(self.cluster, self.cluster.pods)
        self.nominated = {pod.key for pod in self.cluster.pods if pod.nominated_node}

    def by_replay(self, pod: str) -> dict[str, str | None]:
        """Node to the plugin that rejects it."""
        objections = {node: self.replay.objection(self.pods[pod], node) for node in self.cluster.nodes}
        return {node.name: objection and objection[0] for node, objection in objections.items()}

    def by_oracle(self, pod: str) -> dict[str, str | None]:
        nodes = (node.name for node in self.cluster.nodes)
        return {node: feasible(self.objects, self.bound, self.raw[pod], node)[1] for node in nodes}

    def carry_out(self, attempt: dict[str, Any]) -> None:
        pod, chosen, preemption = attempt["pod"], attempt["chosen"], attempt.get("preemption")
        if chosen:
            self.replay.bind(self.pods[pod], self.cluster.node_named[chosen])
            self.objects = settled(self.objects, self.raw[pod], node_named(self.objects, chosen))
            self.bound[pod] = chosen
            self.nominated.discard(pod)
        elif preemption and preemption["nominated"]:
            for victim in preemption["victims"]:
                self.replay.evict(self.pods[victim])
                del self.bound[victim]
            self.nominated.add(pod)


def recorded(attempt: dict[str, Any], run: Run) -> dict[str, str | None]:
    """Node to plugin; one that rejects the pod outright does so everywhere, and what is narrowed away is affinity's."""
    rejected = (attempt.get("prefilter") or {}).get("rejected")
    if rejected:
        return {node.name: rejected["plugin"] for node in run.cluster.nodes}
    verdicts = attempt["filter"] or {}
    return {node: verdict and (verdict["plugin"] or "NodeAffinity") for node, verdict in verdicts.items()}


@pytest.mark.parametrize("recording", NAMES)
def test_every_verdict_is_the_recorded_one(recording):
    run = Run(recording)
    for attempt in run.attempts:
        if not run.nominated:
            wanted = recorded(attempt, run)
            told = run.by_replay(attempt["pod"])
            assert {node: told[node] is None for node in wanted} == {node: not wanted[node] for node in wanted}
            naive = run.by_oracle(attempt["pod"])
            narrowed = {
                node for node, verdict in (attempt["filter"] or {}).items() if verdict and not verdict["plugin"]
            }
            compared = [node for node in wanted if node not in narrowed]
            assert {node: naive[node] for node in compared} == {node: wanted[node] for node in compared}
            assert all(naive[node] for node in narrowed)
        run.carry_out(attempt)


@pytest.mark.parametrize("recording", NAMES)
def test_the_oracles_scores_are_the_recorded_ones(recording):
    run = Run(recording)
    for attempt in run.attempts:
        wanted = attempt["scores"] or {}
        if wanted:
            nodes = nodes_named(run.objects, set(wanted))
            naive = scores(run.objects, run.bound, run.raw[attempt["pod"]], nodes)
            for node, row in wanted.items():
                plugins = {plugin: points for plugin, points in row.items() if plugin != "total"}
                assert {plugin: points[node] for plugin, points in naive.items()} == plugins, (attempt["pod"], node)
        run.carry_out(attempt)


@pytest.mark.parametrize("recording", NAMES)
def test_the_oracles_own_run_is_the_recorded_one(recording):
    """Decision by decision, preemption and nominations included."""
    recorded_run = Run(recording)
    told = run(recorded_run.objects)
    assert [{**record, "raw": None} for record in told] == [{**record, "raw": None} for record in recorded_run.attempts]
