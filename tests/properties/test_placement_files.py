"""A placement file reads back as the pods that it was written from, and everybody's verdicts stay the same."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import given, settings

from solver.cluster.pod import PodSpec
from solver.report.placement_file import placement_yaml
from solver.report.placement_file.pod import pod_document
from solver.run import run
from solver.scenario import load_scenario
from solver.scenario.dump import yaml_text
from solver.verify.replay import Replay
from tests.sampling import clusters, growing, sample, written

if TYPE_CHECKING:
    from solver.cluster.cluster import Cluster
    from solver.cluster.pod import Pod
    from solver.result import Result
    from tests.sampling import Raw

TESTS = Path(__file__).parents[1]
RECORDINGS = sorted((TESTS / "recordings").glob("*.yaml"))
EVERYTHING = TESTS / "scenario" / "everything.yaml"


def said(pod: Pod) -> dict[str, Any]:
    """Everything that any rule could read of a pod."""
    return {field.name: getattr(pod.spec, field.name) for field in fields(PodSpec)} | {
        "workload": pod.workload,
        "started_at": pod.started_at,
        "node": pod.node,
    }


def read_back(objects: list[Raw], cluster: Cluster, folder: Path) -> Cluster:
    """The cluster of the same objects, with its pods as they are written out in place of their own."""
    pods = [pod_document(pod, pod.node, pod.started_at) for pod in (*cluster.pods, *cluster.stray)]
    path = folder / "written.yaml"
    path.write_text(yaml_text([*without_pods(objects), *pods]))
    return load_scenario(path, expand=False).cluster


def without_pods(objects: list[Raw]) -> list[Raw]:
    return [item for item in objects if item["kind"] != "Pod"]


def assert_alike(before: Cluster, after: Cluster) -> None:
    assert {pod.key: said(pod) for pod in (*before.pods, *before.stray)} == {
        pod.key: said(pod) for pod in (*after.pods, *after.stray)
    }
    assert verdicts(before) == verdicts(after)


def verdicts(cluster: Cluster) -> dict[tuple[str, str], object]:
    """What the judge says of every pending pod on every node."""
    replay = Replay(cluster, cluster.pods)
    return {(pod.key, node.name): replay.objection(pod, node) for pod in cluster.pending for node in cluster.nodes}


@given(clusters())
@settings(max_examples=60)
def test_sampled_pods_read_back_as_they_are(tmp_path_factory: pytest.TempPathFactory, objects: list[Raw]) -> None:
    folder = tmp_path_factory.mktemp("pods")
    cluster = load_scenario(written(objects, folder)).cluster
    assert_alike(cluster, read_back(objects, cluster, folder))


@pytest.mark.parametrize("recording", RECORDINGS, ids=lambda file: file.stem)
def test_recorded_pods_read_back_as_they_are(recording: Path, tmp_path: Path) -> None:
    objects = [item for item in yaml.safe_load_all(recording.read_text()) if item]
    cluster = load_scenario(recording, expand=False).cluster
    assert_alike(cluster, read_back(objects, cluster, tmp_path))


def test_pods_with_every_field_read_back_as_they_are(tmp_path: Path) -> None:
    objects = [item for item in yaml.safe_load_all(EVERYTHING.read_text()) if item]
    cluster = load_scenario(EVERYTHING, expand=False).cluster
    assert_alike(cluster, read_back(objects, cluster, tmp_path))


def workload(kind: str, name: str, api_version: str = "apps/v1", **spec: object) -> Raw:
    labels = {"app": name}
    container = {"name": "main", "resources": {"requests": {"cpu": "200m"}}}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [container]}}
    selector = {} if kind == "Job" else {"selector": {"matchLabels": labels}}
    metadata = {"name": name, "namespace": "shop"}
    whole = {**selector, "template": template, **spec}
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata, "spec": whole}


CLAIM = {"metadata": {"name": "data"}, "spec": {"resources": {"requests": {"storage": "1Gi"}}}}
WORKLOADS = [
    workload("Deployment", "web", replicas=3),
    workload("ReplicaSet", "old", replicas=2),
    workload("StatefulSet", "db", replicas=2, volumeClaimTemplates=[CLAIM]),
    workload("DaemonSet", "log"),
    workload("Job", "sum", "batch/v1", parallelism=2),
]
PRESENT = {
    "apiVersion": "podsolver/v1alpha1",
    "kind": "Scenario",
    "spec": {"nodePools": [{"name": "pool", "shape": {"cpu": "4", "memory": "8Gi"}, "count": 2}]},
}


@pytest.mark.parametrize("seed", range(6))
def test_a_placement_is_what_its_file_says_with_workloads_and_pools_beside_it(seed: int, tmp_path: Path) -> None:
    """The nodes that pools open are not in the input, so only those who stay on present nodes are compared."""
    objects = [*growing(seed), *sample(seed), *WORKLOADS]
    before, result, again = placed_and_read_again(objects, tmp_path)
    present = before.node_named
    expected = {
        pod.key: said(pod) | {"node": node.name}
        for pod, node in result.placement.node_of.items()
        if node.name in present
    }
    assert {pod.key: said(pod) for pod in again.bound} == expected


def test_workloads_make_no_second_pods_beside_those_of_a_placement_file(tmp_path: Path) -> None:
    before, result, again = placed_and_read_again([PRESENT, *WORKLOADS], tmp_path)
    assert not result.placement.pending
    assert sorted(pod.key for pod in again.pods) == sorted(pod.key for pod in before.pods)
    assert again.storage.claims.keys() == before.storage.claims.keys() == {"shop/data-db-0", "shop/data-db-1"}


def placed_and_read_again(objects: list[Raw], folder: Path) -> tuple[Cluster, Result, Cluster]:
    """The cluster, the baseline's answer, and the cluster with its placement file in place of the listed pods."""
    whole = written(objects, folder)
    scenario = load_scenario(whole)
    result = run(scenario, "kube-scheduler")
    (folder / "placement.yaml").write_text(placement_yaml(result))
    whole.write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": without_pods(objects)}))
    return scenario.cluster, result, load_scenario(whole, folder / "placement.yaml").cluster
