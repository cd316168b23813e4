"""Containers with their resources and host ports, the pod's own resources and its overhead."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from solver.cluster.ports import ANY_ADDRESS
from solver.cluster.resources import CPU, EPHEMERAL_STORAGE, MEMORY
from solver.report.result_file.write import quantities
from solver.scenario.quantities import MILLI, format_bytes, format_cpu

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from solver.cluster.containers import Amounts, Container, Containers
    from solver.cluster.pod import PodSpec
    from solver.cluster.ports import HostPort

UNNAMED = ":latest"
"""What is left of an image that has no name."""


def containers(spec: PodSpec) -> dict[str, Any]:
    """The fields of a pod's spec that say what it asks for.

    A pod that does not come from a file has its effective request alone, which is written as one container's.
    """
    said = spec.containers
    if not said.running:
        return {"containers": [{"name": "requests"} | _resources({"requests": quantities(spec.requests)})]}
    pod_level = {"requests": _amounts(said.pod_requests), "limits": _amounts(said.pod_limits)}
    return (
        _resources(pod_level)
        | ({"overhead": _amounts(said.overhead)} if said.overhead else {})
        | ({"initContainers": list(_listed(said.init, "init"))} if said.init else {})
        | {"containers": list(_listed(said.running, "main"))}
    )


def statuses(said: Containers) -> dict[str, Any]:
    """What a pod's status says of containers whose resize is under way: how much they take meanwhile."""
    written: dict[str, Any] = {}
    for key, each, prefix in (
        ("initContainerStatuses", said.init, "init"),
        ("containerStatuses", said.running, "main"),
    ):
        resized = [
            {"name": name, "resources": {"requests": _amounts(container.occupied)}}
            for name, container in _named(each, prefix)
            if container.occupied != container.requests
        ]
        if resized:
            written[key] = resized
    if any(_refused(container) for container in said.all):
        written["conditions"] = [{"type": "PodResizePending", "status": "True", "reason": "Infeasible"}]
    return written


def _refused(container: Container) -> bool:
    """Whether the container takes less than it asks for: the kubelet has refused the resize."""
    return any(container.occupied.get(name, 0) < amount for name, amount in container.requests.items())


def _named(each: Sequence[Container], prefix: str) -> Iterator[tuple[str, Container]]:
    return ((f"{prefix}-{number}", container) for number, container in enumerate(each))


def _listed(each: Sequence[Container], prefix: str) -> Iterator[dict[str, Any]]:
    for name, container in _named(each, prefix):
        yield (
            {"name": name}
            | ({} if container.image == UNNAMED else {"image": container.image})
            | ({"restartPolicy": "Always"} if container.sidecar else {})
            | _resources({"requests": _amounts(container.requests), "limits": _amounts(container.limits)})
            | ({"ports": [_port(port) for port in container.ports]} if container.ports else {})
        )


def _resources(lists: dict[str, dict[str, str]]) -> dict[str, Any]:
    """``resources`` with the lists that have something in them."""
    known = {key: amounts for key, amounts in lists.items() if amounts}
    return {"resources": known} if known else {}


def _amounts(amounts: Amounts) -> dict[str, str]:
    return {name: _quantity(name, amount) for name, amount in amounts.items()}


def _quantity(resource: str, thousandths: int) -> str:
    """An amount in thousandths of its unit, to the last of them."""
    whole, rest = divmod(thousandths, MILLI)
    if resource == CPU or rest:
        return format_cpu(thousandths)
    in_bytes = resource in (MEMORY, EPHEMERAL_STORAGE) or resource.startswith("hugepages-")
    return format_bytes(whole) if in_bytes else str(whole)


def _port(port: HostPort) -> dict[str, Any]:
    return (
        {"containerPort": port.port, "hostPort": port.port}
        | ({} if port.protocol == "TCP" else {"protocol": port.protocol})
        | ({} if port.address == ANY_ADDRESS else {"hostIP": port.address})
    )
