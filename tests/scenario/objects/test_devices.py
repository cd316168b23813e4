"""Annotations of shared GPUs: what they come to, and what is wrong with those that cannot be."""

from __future__ import annotations

import pytest

from tests.scenario.loading import NODE, cluster_of, problems_of

GPU = "nvidia.com/gpu"


def manifest(annotations, requested="", node=""):
    where = f"nodeName: {node}, " if node else ""
    resources = f'{{requests: {{{GPU}: "{requested}"}}}}' if requested else "{}"
    return f"""
    apiVersion: v1
    kind: Pod
    metadata: {{name: p, annotations: {{{annotations}}}}}
    spec: {{{where}containers: [{{name: main, resources: {resources}}}]}}
    """


def read(*arguments):
    return cluster_of(NODE, manifest(*arguments)).pods[0]


@pytest.mark.parametrize(
    ("milli", "requested", "share", "devices"),
    [
        ("460", "", 460, 0),
        ("460", "1", 460, 0),
        ("1000", "", 0, 1),
        ("1000", "4", 0, 4),
        ("4000", "", 0, 4),
        ("4000", "4", 0, 4),
    ],
)
def test_shares_and_whole_devices(milli, requested, share, devices):
    spec = read(f'podsolver/gpu-milli: "{milli}"', requested).spec
    assert (spec.gpu_milli, spec.requests.get(GPU, 0)) == (share, devices)


@pytest.mark.parametrize(
    ("milli", "requested", "message"),
    [
        ("1500", "", "more than one device, and no whole number of devices"),
        ("0", "", "out of range"),
        ("-5", "", "not a number of thousandths"),
        ("half", "", "not a number of thousandths"),
        ("", "", "not a number of thousandths"),
        ("0.5", "", "not a number of thousandths"),
        ("9999000", "", "out of range"),
        ("1" * 5000, "", "not a number of thousandths"),
        ("500", "2", "a share is of one device, and the pod requests 2"),
        ("2000", "3", "not the 3 of nvidia.com/gpu that the pod requests"),
    ],
)
def test_amounts_that_cannot_be(milli, requested, message):
    found = problems_of(NODE, manifest(f'podsolver/gpu-milli: "{milli}"', requested))
    (problem,) = found.values()
    assert problem.path == 'metadata.annotations["podsolver/gpu-milli"]'
    assert (problem.message, problem.value) == (message, milli)
    assert problem.remedy


def test_a_number_without_quotes_is_no_annotation():
    assert "a text is needed" in str(problems_of(NODE, manifest("podsolver/gpu-milli: 500")))


def test_models_are_a_list_and_ask_for_a_gpu():
    assert read('podsolver/gpu-milli: "5", podsolver/gpu-model: T4|A10|T4').spec.gpu_models == ("A10", "T4")
    assert "not a list of models" in str(problems_of(NODE, manifest("podsolver/gpu-model: T4|", "1")))
    assert "the pod asks for no GPU" in str(problems_of(NODE, manifest("podsolver/gpu-model: T4")))


FOUR = NODE.replace('pods: "110"', f'pods: "110", {GPU}: "4"')


def devices_of(*arguments):
    return cluster_of(FOUR, manifest(*arguments)).pods[0].devices


def test_devices_in_use_are_named_by_bound_pods():
    assert devices_of('podsolver/gpu-milli: "5", podsolver/gpu-device: "3"', "", "node-1") == (3,)
    assert devices_of('podsolver/gpu-device: "3,1"', "2", "node-1") == (1, 3)
    assert devices_of('podsolver/gpu-device: "3,1"', "2") == ()
    for wrong in ("1", "1,1", "1,x", "", "1,1,2", f"1,{'2' * 5000}"):
        found = problems_of(FOUR, manifest(f'podsolver/gpu-device: "{wrong}"', "2", "node-1"))
        assert "not 2 different device numbers" in str(found)


@pytest.mark.parametrize(("node", "remedy"), [(FOUR, "numbers from 0 to 3"), (NODE, "a node that has some")])
def test_a_device_that_the_node_does_not_have_is_a_problem(node, remedy):
    (problem,) = problems_of(node, manifest('podsolver/gpu-device: "3,4"', "2", "node-1")).values()
    assert problem.path == 'metadata.annotations["podsolver/gpu-device"]'
    assert problem.value == "3,4"
    assert "numbered from 0" in problem.message
    assert remedy in problem.remedy


def test_devices_of_a_node_that_is_not_in_the_input_are_not_asked_about():
    assert cluster_of(NODE, manifest('podsolver/gpu-device: "3,4"', "2", "elsewhere")).stray[0].devices == (3, 4)


def test_pods_of_different_shares_are_told_apart():
    one, other = (manifest(f'podsolver/gpu-milli: "{milli}"').replace("name: p", f"name: p{milli}") for milli in (5, 6))
    assert [pod.spec.gpu_milli for pod in cluster_of(NODE, one, other).pods] == [5, 6]
