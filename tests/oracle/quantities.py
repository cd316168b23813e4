"""Effective requests of a pod, from its raw containers.

https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/#resource-sharing-within-containers
"""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from tests.oracle.objects import Raw, notes, spec

if TYPE_CHECKING:
    from collections.abc import Callable

SUFFIXES = {
    letter: Fraction(1000) ** power for power, letter in enumerate(("n", "u", "m", "", "k", *"MGTPE"), -3) if letter
}
SUFFIXES |= {f"{letter}i": Fraction(1024) ** power for power, letter in enumerate("KMGTPE", 1)}

Amounts = dict[str, Fraction]

GPU = "nvidia.com/gpu"
GPU_MILLI = "podsolver/gpu-milli"


def quantity(text: Any) -> Fraction:
    """Exact, then rounded up to thousandths as the API server does."""
    text = str(text)
    for suffix in sorted(SUFFIXES, key=len, reverse=True):
        if text.endswith(suffix) and text[: -len(suffix)][-1:].isdigit() | text[: -len(suffix)].endswith("."):
            exact = Fraction(Decimal(text[: -len(suffix)])) * SUFFIXES[suffix]
            break
    else:
        exact = Fraction(Decimal(text))
    return Fraction(math.ceil(exact * 1000), 1000)


def amounts(resources: Raw | None) -> Amounts:
    return {resource: quantity(text) for resource, text in (resources or {}).items()}


def plus(one: Amounts, other: Amounts) -> Amounts:
    return {
        resource: one.get(resource, Fraction(0)) + other.get(resource, Fraction(0)) for resource in {**one, **other}
    }


def larger(one: Amounts, other: Amounts) -> Amounts:
    return {
        resource: max(one.get(resource, Fraction(0)), other.get(resource, Fraction(0))) for resource in {**one, **other}
    }


def whole(sums: Amounts) -> dict[str, int]:
    """Milli-CPU, and whole units of everything else, rounded up."""
    return {resource: math.ceil(sums[resource] * (1000 if resource == "cpu" else 1)) for resource in sums}


def declared(container: Raw) -> Amounts:
    """Requests of one container; a limit without a request is one."""
    resources = container.get("resources") or {}
    return {**amounts(resources.get("limits")), **amounts(resources.get("requests"))}


def is_sidecar(container: Raw) -> bool:
    return container.get("restartPolicy") == "Always"


def resized(pod: Raw, container: Raw) -> Amounts:
    """What a container counts, a resize in progress included."""
    status = pod.get("status") or {}
    reports = [*(status.get("containerStatuses") or []), *(status.get("initContainerStatuses") or [])]
    report = next((item for item in reports if item["name"] == container["name"]), None)
    if report is None or report.get("resources") is None:
        return declared(container)
    actual = larger(amounts(report["resources"].get("requests")), amounts(report.get("allocatedResources")))
    pending = [item for item in status.get("conditions") or [] if item["type"] == "PodResizePending"]
    if pending and pending[0].get("reason") == "Infeasible":
        return actual
    return larger(declared(container), actual)


def pod_level_requests(pod: Raw) -> Amounts:
    """Requests of the pod as a whole; with any limit, what is missing is the containers' sum, else the limit.

    Huge pages that containers are limited to are a limit of the pod, where the pod itself does not request any.
    """
    resources = spec(pod).get("resources") or {}
    limits, requests = amounts(resources.get("limits")), amounts(resources.get("requests"))
    if not limits and not requests:
        return {}
    pages = {item: amount for item, amount in aggregated(pod, limited).items() if item.startswith("hugepages-")}
    limits = {**{item: amount for item, amount in pages.items() if item not in requests}, **limits}
    summed = aggregated(pod, declared) if limits else {}
    native = {item: amount for item, amount in summed.items() if item in ("cpu", "memory")}
    requests = {**limits, **native, **requests}
    return {item: requests[item] for item in requests if item in ("cpu", "memory") or item.startswith("hugepages-")}


def limited(container: Raw) -> Amounts:
    return amounts((container.get("resources") or {}).get("limits"))


def aggregated(pod: Raw, said: Callable[[Raw], Amounts], init: Callable[[Raw], Amounts] | None = None) -> Amounts:
    """The larger of the sum and each init container's moment; ``init`` reads those that end before the others start."""
    running: Amounts = {}
    for container in spec(pod).get("containers") or []:
        running = plus(running, said(container))
    sidecars: Amounts = {}
    highest: Amounts = {}
    for container in spec(pod).get("initContainers") or []:
        if is_sidecar(container):
            sidecars = plus(sidecars, said(container))
            highest = larger(highest, sidecars)
        else:
            highest = larger(highest, plus(sidecars, (init or said)(container)))
    return larger(plus(running, sidecars), highest)


def containers_sum(pod: Raw, missing: Amounts | None = None) -> Amounts:
    """What the containers ask for; ``missing`` stands for what a container leaves out."""
    stand_in = missing or {}
    return aggregated(pod, lambda one: {**stand_in, **resized(pod, one)}, lambda one: {**stand_in, **declared(one)})


def requests(pod: Raw) -> dict[str, int]:
    found = whole(plus({**containers_sum(pod), **pod_level_requests(pod)}, amounts(spec(pod).get("overhead"))))
    milli = int(notes(pod).get(GPU_MILLI) or 0)
    if milli >= 1000:
        found[GPU] = found.get(GPU) or milli // 1000
    elif milli:
        found.pop(GPU, None)
    return found


def gpu_share(pod: Raw) -> int:
    """Thousandths of one device; 0 for pods that ask for none, or for whole ones."""
    milli = int(notes(pod).get(GPU_MILLI) or 0)
    return milli if milli < 1000 else 0


def scored_requests(pod: Raw, *, pod_level: bool) -> dict[str, int]:
    """Cpu and memory as LeastAllocated counts them; of a pod on its way in, requests of the whole pod do not count.

    Where they do count, nothing stands in for what anybody in the pod requests.
    """
    stand_in = {"cpu": quantity("100m"), "memory": quantity("200Mi")}
    whole_pod = pod_level_requests(pod) if pod_level else {}
    if whole_pod:
        asked = requests(pod)
        stand_in = {resource: amount for resource, amount in stand_in.items() if resource not in asked}
    counted = whole(plus({**containers_sum(pod, stand_in), **whole_pod}, amounts(spec(pod).get("overhead"))))
    return {"cpu": 0, "memory": 0, **counted}


def allocatable(node: Raw) -> dict[str, int]:
    status = node.get("status") or {}
    return whole(amounts(status.get("allocatable") or status.get("capacity")))
