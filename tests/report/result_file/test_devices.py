"""Devices of shared GPUs, and what is unserved, in a result file and back, in the table, and in a placement file."""

from __future__ import annotations

import json

import jsonschema
import pytest

from solver.report.placement_file import placement_yaml
from solver.report.result_file import result_text
from solver.report.result_file.claims import contradictions
from solver.report.result_file.read import read_result
from solver.report.result_file.schema import shipped_schema
from solver.report.text.placement import placement_text
from solver.rules.gpu_sharing.assign import RULE
from solver.run import run
from solver.verify import verify
from tests.scenario.loading import cluster_of, scenario_of

NODE = """
apiVersion: v1
kind: Node
metadata: {name: n, labels: {nvidia.com/gpu.product: T4}}
status: {allocatable: {cpu: "8", pods: "9", nvidia.com/gpu: "2"}}
"""
ASKED = """
apiVersion: podsolver/v1alpha1
kind: Scenario
spec: {objectives: [{unserved: nvidia.com/gpu}, pending]}
"""


def share(name: str, milli: int) -> str:
    metadata = f"{{name: {name}, annotations: {{podsolver/gpu-milli: '{milli}', podsolver/gpu-model: T4}}}}"
    return f"{{apiVersion: v1, kind: Pod, metadata: {metadata}, spec: {{containers: [{{name: main}}]}}}}"


@pytest.fixture(scope="module")
def scenario():
    return scenario_of(ASKED, NODE, share("a", 600), share("b", 600), share("c", 400), share("d", 700))


@pytest.fixture(scope="module")
def result(scenario):
    return run(scenario, time_limit_s=20, workers=1)


def test_the_file_names_the_device_of_each_pod_and_reads_back(scenario, result, tmp_path):
    document = json.loads(result_text(result))
    jsonschema.validate(document, json.loads(shipped_schema()))
    assert document["levels"][0]["resource"] == "nvidia.com/gpu"
    assert (document["levels"][0]["objective"], document["levels"][0]["value"]) == ("unserved", 0.6)
    assert {"default/c", "default/d"} < set(document["devices"])
    (tmp_path / "result.json").write_text(json.dumps(document))
    claim = read_result(str(tmp_path / "result.json"), scenario.cluster)
    assert claim.placement.assigned == result.placement.assigned
    assert verify(claim.placement, claim.steps, scenario.question) == ()
    assert contradictions(claim, scenario.question) == []


def test_a_file_with_a_device_too_full_is_found_out(scenario, result, tmp_path):
    document = json.loads(result_text(result))
    document["devices"] = {key: [0] for key in document["devices"]}
    (tmp_path / "result.json").write_text(json.dumps(document))
    claim = read_result(str(tmp_path / "result.json"), scenario.cluster)
    assert {each.rule for each in verify(claim.placement, claim.steps, scenario.question)} == {RULE}


def test_the_table_has_a_column_for_devices(result):
    header, *rows = placement_text(result).splitlines()
    assert header.split()[-1] == "GPU"
    assert {row.split()[-1] for row in rows} == {"0", "1", "<none>"}


def test_a_placement_file_reads_back_with_its_devices(result):
    there = {pod.name: pod.devices for pod in cluster_of(NODE, placement_yaml(result)).pods}
    assert there == {pod.name: devices for pod, devices in result.placement.assigned[RULE].items()}
