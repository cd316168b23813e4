"""Effective requests: the examples of the Kubernetes documentation, and what it says in words."""

from __future__ import annotations

import pytest

from solver.cluster.pod import CpuMemory
from tests.scenario.loading import NODE, read_pod

MI = 2**20
GI = 2**30
UNSAID = CpuMemory(100, 200 * MI)


def container(cpu: str = "", memory: str = "", kind: str = "requests", extra: str = "") -> str:
    amounts = ", ".join(f"{name}: {amount}" for name, amount in (("cpu", cpu), ("memory", memory)) if amount)
    return f"{{name: c, resources: {{{kind}: {{{amounts}}}}}{extra}}}"


def sidecar(cpu: str) -> str:
    return container(cpu, extra=", restartPolicy: Always")


@pytest.mark.parametrize(
    ("init", "main", "cpu"),
    [
        ([], ["500m", "250m"], 750),
        (["200m"], ["500m"], 500),
        (["2"], ["500m", "250m"], 2000),
        (["1", "3", "2"], ["500m"], 3000),
        (["s:100m"], ["500m"], 600),
        (["s:100m", "2"], ["500m"], 2100),
        (["2", "s:100m"], ["500m"], 2000),
        (["s:1", "s:2"], ["500m"], 3500),
        (["s:1", "3", "s:2"], ["500m"], 4000),
    ],
)
def test_a_pod_asks_for_the_larger_of_what_runs_side_by_side_and_what_starting_takes(init, main, cpu):
    inits = [sidecar(each[2:]) if each.startswith("s:") else container(each) for each in init]
    pod = read_pod(f"initContainers: [{', '.join(inits)}]", containers=f"[{', '.join(map(container, main))}]")
    assert pod.spec.requests == {"cpu": cpu}


def test_every_resource_has_its_own_maximum():
    pod = read_pod(f"initContainers: [{container('2', '64Mi')}]", containers=f"[{container('500m', '512Mi')}]")
    assert pod.spec.requests == {"cpu": 2000, "memory": 512 * MI}


def test_overhead_comes_on_top_of_the_maximum():
    pod = read_pod(f"initContainers: [{container('2')}], overhead: {{cpu: 250m, memory: 120Mi}}")
    assert pod.spec.requests == {"cpu": 2250, "memory": 120 * MI}


def test_a_limit_stands_in_for_a_missing_request_resource_by_resource():
    both = "[{name: c, resources: {requests: {cpu: 100m}, limits: {cpu: 1, memory: 1Gi}}}]"
    assert read_pod(containers=both).spec.requests == {"cpu": 100, "memory": GI}


def test_an_explicit_request_of_zero_is_not_replaced_by_the_limit():
    zero = "[{name: c, resources: {requests: {cpu: 0}, limits: {cpu: 1}}}]"
    pod = read_pod(containers=zero)
    assert pod.spec.requests == {}
    assert pod.spec.score_requests == CpuMemory(0, 200 * MI)


def test_containers_that_say_nothing_count_100m_and_200mi_each_for_the_scores_only():
    pod = read_pod(f"initContainers: [{sidecar('50m')}]", containers="[{name: a}, {name: b}]")
    assert pod.spec.requests == {"cpu": 50}
    assert pod.spec.score_requests == pod.spec.occupied == CpuMemory(250, 600 * MI)


def test_fractions_are_added_up_before_they_are_rounded_up():
    tenth = "{name: c, resources: {requests: {memory: '0.1', cpu: 1500u}}}"
    assert read_pod(containers=f"[{tenth}, {tenth}]").spec.requests == {"cpu": 4, "memory": 1}


def test_extended_resources_and_huge_pages_are_counted_in_pieces_and_bytes():
    asked = "{nvidia.com/gpu: 2, hugepages-2Mi: 100Mi, ephemeral-storage: 1Gi}"
    pod = read_pod(containers=f"[{{name: c, resources: {{requests: {asked}, limits: {asked}}}}}]")
    assert pod.spec.requests == {"nvidia.com/gpu": 2, "hugepages-2Mi": 100 * MI, "ephemeral-storage": GI}


def test_requests_of_the_pod_take_the_place_of_those_of_its_containers():
    pod = read_pod("resources: {requests: {cpu: 2}}", containers=f"[{container('500m', '1Gi')}]")
    assert pod.spec.requests == {"cpu": 2000, "memory": GI}
    assert pod.spec.occupied == CpuMemory(2000, GI)
    assert pod.spec.score_requests == CpuMemory(500, GI), "the score of a pod on its way in looks at containers only"


def test_with_limits_of_the_pod_missing_requests_come_from_containers_and_then_from_the_limits():
    pod = read_pod("resources: {limits: {cpu: 4, memory: 2Gi}}", containers=f"[{container('500m')}, {container('1')}]")
    assert pod.spec.requests == {"cpu": 1500, "memory": 2 * GI}
    assert pod.spec.occupied == CpuMemory(1500, 2 * GI)


def test_nothing_stands_in_for_what_the_pod_as_a_whole_asks_for_and_something_for_the_rest():
    pod = read_pod("resources: {requests: {cpu: 2}}", containers="[{name: a}, {name: b}]")
    assert pod.spec.occupied == CpuMemory(2000, 400 * MI)


def test_a_pod_can_ask_as_a_whole_for_cpu_memory_and_huge_pages_only():
    pod = read_pod("resources: {requests: {cpu: 1, example.com/thing: 3}}")
    assert pod.spec.requests == {"cpu": 1000}


RESIZED = (
    "containerStatuses: [{name: main, image: x, imageID: x, ready: true, restartCount: 0, "
    "allocatedResources: {cpu: 750m}, resources: {requests: {cpu: 700m, memory: 2Gi}}}]"
)
ASKED = "[{name: main, resources: {requests: {cpu: 500m, memory: 1Gi}}}]"


def test_while_a_bound_pod_is_resized_the_larger_of_spec_and_status_counts():
    pod = read_pod("nodeName: node-1", NODE, status=RESIZED, containers=ASKED)
    assert pod.spec.requests == {"cpu": 750, "memory": 2 * GI}
    assert pod.spec.occupied == CpuMemory(750, 2 * GI)


def test_a_resize_refused_as_infeasible_leaves_what_the_status_says():
    refused = f"{RESIZED}, conditions: [{{type: PodResizePending, status: 'True', reason: Infeasible}}]"
    larger = "[{name: main, resources: {requests: {cpu: 8, memory: 1Gi}}}]"
    assert read_pod("nodeName: node-1", NODE, status=refused, containers=larger).spec.requests["cpu"] == 750
    deferred = refused.replace("Infeasible", "Deferred")
    assert read_pod("nodeName: node-1", NODE, status=deferred, containers=larger).spec.requests["cpu"] == 8000


def test_the_status_of_a_pod_without_a_node_plays_no_part():
    assert read_pod(status=RESIZED, containers=ASKED).spec.requests == {"cpu": 500, "memory": GI}


def test_a_pod_without_requests_asks_for_nothing():
    pod = read_pod()
    assert pod.spec.requests == {}
    assert pod.spec.score_requests == UNSAID
