from __future__ import annotations

import pytest

from solver.cluster.ports import HostPort
from solver.scenario.objects.containers import normalised_image
from tests.scenario.loading import notices_of, pod, problems_of, read_pod


def ports(*entries: str, spec: str = "", extra: str = "") -> tuple[HostPort, ...]:
    containers = f"[{{name: main, ports: [{', '.join(entries)}]{extra}}}]"
    return read_pod(spec, containers=containers).spec.host_ports


def test_a_port_of_the_node_is_tcp_on_every_address_unless_said_otherwise():
    assert ports("{containerPort: 80, hostPort: 8080}") == (HostPort(8080, "TCP", "0.0.0.0"),)
    assert ports("{containerPort: 80, hostPort: 53, protocol: UDP, hostIP: 10.0.0.1}") == (
        HostPort(53, "UDP", "10.0.0.1"),
    )


def test_a_container_port_alone_takes_no_port_of_the_node():
    assert ports("{containerPort: 80}", "{containerPort: 81, hostPort: 0}") == ()


def test_in_the_nodes_own_network_every_container_port_is_a_port_of_the_node():
    assert ports("{containerPort: 9100}", spec="hostNetwork: true") == (HostPort(9100),)


def test_ports_of_sidecars_count_and_those_of_other_init_containers_do_not():
    port = "ports: [{containerPort: 1, hostPort: %d}]"
    inits = f"[{{name: a, {port % 1}}}, {{name: b, restartPolicy: Always, {port % 2}}}]"
    assert read_pod(f"initContainers: {inits}").spec.host_ports == (HostPort(2),)


@pytest.mark.parametrize(
    ("image", "normalised"),
    [
        ("nginx", "nginx:latest"),
        ("nginx:1.27", "nginx:1.27"),
        ("registry.example.com:5000/shop/front", "registry.example.com:5000/shop/front:latest"),
        ("registry.example.com:5000/shop/front:2", "registry.example.com:5000/shop/front:2"),
        ("shop/front@sha256:abc", "shop/front@sha256:abc"),
    ],
)
def test_latest_is_added_to_an_image_without_a_tag(image, normalised):
    assert normalised_image(image) == normalised


def test_images_are_those_of_init_containers_and_containers():
    found = read_pod("initContainers: [{name: i, image: a}]", containers="[{name: c, image: b}, {name: d, image: b}]")
    assert found.spec.images == ("a:latest", "b:latest", "b:latest")


@pytest.mark.parametrize(
    ("port", "key", "message"),
    [
        ("{containerPort: 70000}", "containerPort", "out of range"),
        ("{containerPort: 0}", "containerPort", "out of range"),
        ("{hostPort: 80}", "containerPort", "missing"),
        ("{containerPort: 80, hostPort: -1}", "hostPort", "out of range"),
        ("{containerPort: 80, protocol: HTTP}", "protocol", "not one of the possible values"),
        ("{containerPort: 80, hostIP: here}", "hostIP", "not an IP address"),
    ],
)
def test_impossible_ports_are_problems(port, key, message):
    found = problems_of(pod(containers=f"[{{name: main, ports: [{port}]}}]"))
    assert found[f"spec.containers[0].ports[0].{key}"].message == message


@pytest.mark.parametrize(
    ("resources", "path", "words"),
    [
        ("requests: {cpu: 1.5x}", "requests.cpu", "not a quantity"),
        ("requests: {memory: -1}", "requests.memory", "negative"),
        ("requests: {memory: 1e30}", "requests.memory", "beyond"),
        ("requests: {gpu: 1}", "requests.gpu", "not a resource"),
        ("limits: {gpu: 1}", "limits.gpu", "not a resource"),
        ("requests: {example.com/gpu: 0.5}", 'requests["example.com/gpu"]', "fraction"),
        ("requests: {cpu: 2}, limits: {cpu: 1}", "requests.cpu", "more than the limit"),
        ("requests: {cpu: 1Mi}", "requests.cpu", "more than any machine has"),
        ("limits: {memory: 1Ei}", "limits.memory", "more than any machine has"),
    ],
)
def test_impossible_amounts_are_problems(resources, path, words):
    found = problems_of(pod(containers=f"[{{name: main, resources: {{{resources}}}}}]"))
    assert words in found[f"spec.containers[0].resources.{path}"].message


def test_more_than_any_machine_could_count_is_a_problem_even_where_each_part_is_not():
    large = "{name: c, resources: {requests: {memory: 1E}}}"
    found = problems_of(pod(containers=f"[{large}, {large}]"))
    assert {path: problem.message for path, problem in found.items()} == {"spec.containers": "too much memory in all"}


def test_a_fraction_of_a_byte_is_remarked_on_for_somebody_may_have_meant_mebibytes():
    thousandths = "[{name: c, resources: {requests: {memory: 128m, cpu: 100m}}}]"
    assert "memory of 128m has a fraction of a byte" in notices_of(pod(containers=thousandths))
    assert notices_of(pod(containers=thousandths.replace("128m", "128Mi"))) == ""


def test_a_pod_has_at_least_one_container():
    assert problems_of(pod(containers="[]"))["spec.containers"].message == "no container"
