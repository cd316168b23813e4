"""Containers of a pod: what each asks for, after the API server's defaults.

Source: https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/,
.../workloads/pods/sidecar-containers/
"""

from __future__ import annotations

from enum import StrEnum
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

from solver.cluster.containers import Amounts, Container
from solver.cluster.ports import ANY_ADDRESS, HostPort
from solver.cluster.resources import CPU, EPHEMERAL_STORAGE, MEMORY, peak
from solver.scenario.objects.amounts import check_names, read_amounts, rounded, too_large
from solver.scenario.quantities import MILLI

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from solver.scenario.field import Field


class RestartPolicy(StrEnum):
    """What happens when a container ends; an init container that always restarts is a sidecar."""

    ALWAYS = "Always"
    ON_FAILURE = "OnFailure"
    NEVER = "Never"


class Protocol(StrEnum):
    """Transport protocols of ports."""

    TCP = "TCP"
    UDP = "UDP"
    SCTP = "SCTP"


def read_containers(
    place: Field, host_network: bool, running: Mapping[str, Field], infeasible: bool
) -> tuple[Container, ...]:
    """``spec.containers`` or ``spec.initContainers``.

    ``running`` are the container statuses by name (none for a pod without a node), ``infeasible`` says that the kubelet
    refused the resize that the spec asks for.
    """
    init = bool(place.path) and place.path[-1] == "initContainers"
    found = []
    for item in place:
        container = _read_container(item, host_network, init)
        status = running.get(str(item.at("name").value))
        if status is not None and (container.sidecar or not init):
            container = _resized(container, status, infeasible)
        found.append(container)
    return tuple(found)


def running_statuses(pod: Field) -> tuple[dict[str, Field], bool]:
    """The statuses that say what containers really have, by name, and whether a resize was refused as infeasible."""
    statuses = {
        str(status.at("name").value): status
        for key in ("containerStatuses", "initContainerStatuses")
        for status in pod.at("status", key)
        if status.at("resources").present
    }
    return statuses, resize_infeasible(pod.at("status", "conditions").value)


def resize_infeasible(conditions: Any) -> bool:
    """Whether the first PodResizePending condition says Infeasible."""
    for condition in conditions if isinstance(conditions, list) else ():
        if isinstance(condition, dict) and condition.get("type") == "PodResizePending":
            return bool(condition.get("reason") == "Infeasible")
    return False


def _resized(container: Container, status: Field, infeasible: bool) -> Container:
    """The larger of what the spec asks for and what the status says, unless the spec's wish was refused."""
    actual = [read_amounts(status.at("resources", "requests")), read_amounts(status.at("allocatedResources"))]
    occupied = peak(actual if infeasible else [container.requests, *actual])
    return Container(
        container.image, container.requests, container.limits, occupied, container.sidecar, container.ports
    )


def _read_container(place: Field, host_network: bool, init: bool) -> Container:
    resources = place.at("resources")
    limits = read_amounts(resources.at("limits"))
    requests = read_amounts(resources.at("requests"))
    _check_requests(resources.at("requests"), requests, limits)
    _check_amounts(resources.at("limits"), limits)
    requests = {**limits, **requests}
    sidecar = place.at("restartPolicy").choice(RestartPolicy) is RestartPolicy.ALWAYS and init
    ports = tuple(_host_ports(place.at("ports"), host_network))
    image = normalised_image(place.at("image").text())
    return Container(image, requests, limits, requests, sidecar, ports if sidecar or not init else ())


def _check_requests(place: Field, requests: Amounts, limits: Amounts) -> None:
    _check_amounts(place, requests)
    for name, amount in requests.items():
        if amount > limits.get(name, amount):
            place.at(name).wrong("more than the limit", "lower the request or raise the limit")


def _check_amounts(place: Field, amounts: Amounts) -> None:
    check_names(place, amounts)
    for name in too_large(rounded(amounts)):
        place.at(name).wrong("more than any machine has", _TOO_MUCH.get(name, "lower the amount"))
    for name in (MEMORY, EPHEMERAL_STORAGE):
        if amounts.get(name, 0) % MILLI:
            place.findings.notices.add(
                f"{name} of {place.at(name).value} has a fraction of a byte, which counts as a whole one; m is a "
                "thousandth, Mi is a mebibyte",
                place.document.file,
            )


_TOO_MUCH = {CPU: 'cpu counts cores: write "2" or "500m"'}


def _host_ports(place: Field, host_network: bool) -> Iterable[HostPort]:
    for item in place:
        container_port, host_port = item.at("containerPort"), item.at("hostPort")
        if not container_port.present:
            container_port.wrong("missing", "write a number from 1 to 65535")
        own = container_port.integer(1, 65535)
        number = host_port.integer(0, 65535) or (own if host_network else None)
        protocol = item.at("protocol").choice(Protocol) or Protocol.TCP
        address = _address(item.at("hostIP"))
        if number:
            yield HostPort(number, protocol.value, address)


def _address(place: Field) -> str:
    text = place.text() or ANY_ADDRESS
    try:
        ip_address(text)
    except ValueError:
        place.wrong("not an IP address", 'write one such as "10.0.0.1", or leave it out')
    return text


def normalised_image(image: str) -> str:
    """The name with ``:latest`` where it has no tag; a colon before the last slash is a registry's port."""
    return image if image.rfind(":") > image.rfind("/") else f"{image}:latest"
