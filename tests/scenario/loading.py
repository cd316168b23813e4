"""Scenarios from text, for tests: manifests as YAML, all in one file."""

from __future__ import annotations

from io import BytesIO
from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

from solver.errors import InputError
from solver.scenario import Scenario, load_scenario
from solver.scenario.problems import Problem

if TYPE_CHECKING:
    from solver.cluster.cluster import Cluster
    from solver.cluster.pod import Pod

NODE = """
apiVersion: v1
kind: Node
metadata: {name: node-1, labels: {kubernetes.io/hostname: node-1}}
status: {allocatable: {cpu: "4", memory: 16Gi, pods: "110"}}
"""


def scenario_of(*manifests: str, expand: bool = True) -> Scenario:
    """The scenario of these manifests."""
    text = "\n---\n".join(dedent(manifest) for manifest in manifests)
    return load_scenario("-", stdin=BytesIO(text.encode()), expand=expand)


def cluster_of(*manifests: str, expand: bool = True) -> Cluster:
    """The cluster of these manifests."""
    return scenario_of(*manifests, expand=expand).cluster


def problems_of(*manifests: str) -> dict[str, Problem]:
    """The problems of manifests that cannot be read, by the path to the key."""
    with pytest.raises(InputError) as caught:
        scenario_of(*manifests)
    assert "Traceback" not in str(caught.value)
    return {problem.path: problem for problem in all_of(caught.value)}


def all_of(error: InputError) -> list[Problem]:
    """The problems that an error carries."""
    return [problem for problem in error.problems if isinstance(problem, Problem)]


def notices_of(*manifests: str) -> str:
    """All notices, one on a line."""
    return "\n".join(str(notice) for notice in scenario_of(*manifests).notices)


def pod(
    spec: str = "", name: str = "p", metadata: str = "", status: str = "", containers: str = "[{name: main}]"
) -> str:
    """A Pod whose spec has these further fields, in flow style."""
    further = f", {spec}" if spec else ""
    return (
        f"{{apiVersion: v1, kind: Pod, metadata: {{name: {name}{', ' + metadata if metadata else ''}}}, "
        f"spec: {{containers: {containers}{further}}}{', status: {' + status + '}' if status else ''}}}"
    )


def read_pod(
    spec: str = "", *others: str, metadata: str = "", status: str = "", containers: str = "[{name: main}]"
) -> Pod:
    """The Pod of `pod` as the cluster has it, in the company of other manifests."""
    cluster = cluster_of(pod(spec, metadata=metadata, status=status, containers=containers), *others)
    return next(each for each in (*cluster.pods, *cluster.stray) if each.name == "p")


def workload(kind: str, name: str = "web", spec: str = "", template: str = "", metadata: str = "") -> str:
    """A workload with one container, whose spec and pods' spec have these further fields, in flow style."""
    api_version = {"Job": "batch/v1", "ReplicationController": "v1"}.get(kind, "apps/v1")
    selector = {"Job": "", "ReplicationController": f"selector: {{app: {name}}}, "}.get(
        kind, f"selector: {{matchLabels: {{app: {name}}}}}, "
    )
    return (
        f"{{apiVersion: {api_version}, kind: {kind}, metadata: {{name: {name}{', ' + metadata if metadata else ''}}}, "
        f"spec: {{{selector}{spec + ', ' if spec else ''}template: {{metadata: {{labels: {{app: {name}}}}}, "
        f"spec: {{containers: [{{name: main}}]{', ' + template if template else ''}}}}}}}}}"
    )


def own(spec: str) -> str:
    """A Scenario document with this spec, in flow style."""
    return f"{{apiVersion: podsolver/v1alpha1, kind: Scenario, metadata: {{name: asked}}, spec: {{{spec}}}}}"
