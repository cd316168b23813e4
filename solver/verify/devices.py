"""GPU devices as the judge reads them: what a pod asks, and which devices bound pods have in the input."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from solver.cluster.cluster import Cluster
    from solver.cluster.node import Node
    from solver.cluster.pod import Pod

RULE = "GpuSharing"
RESOURCE = "nvidia.com/gpu"
MODEL_LABEL = "nvidia.com/gpu.product"
WHOLE = 1000
"""Thousandths of a device."""

Loads = Counter[int]
"""Thousandths taken of each device of a node."""


def wanted(pod: Pod) -> tuple[int, int]:
    """How many devices a pod has a part of, and how large each part is: (1, 460), (4, 1000), (0, 1000)."""
    if pod.spec.gpu_milli:
        return 1, pod.spec.gpu_milli
    return pod.spec.requests.get(RESOURCE, 0), WHOLE


def there(node: Node) -> int:
    """The devices of a node."""
    return node.allocatable.get(RESOURCE, 0)


def anybody_shares(cluster: Cluster) -> bool:
    """Whether devices matter at all: without a share, counting whole ones says everything."""
    return any(pod.spec.gpu_milli for pod in cluster.pods)


def taken_by_default(pod: Pod, node: Node, loads: Mapping[int, int]) -> tuple[int, ...]:
    """What a pod gets of which nobody says what it gets, the first devices where several are equal.

    A share: of the most loaded device that has room for it. Whole devices: of those that nobody has. Where there are
    too few, the least loaded of the others.
    """
    number, part = wanted(pod)
    every = range(min(there(node), number + len(loads)))
    used = [device for device in sorted(loads) if loads[device] and device < there(node)]
    unused = [device for device in every if not loads.get(device)]
    roomy = [device for device in used if loads[device] + part <= WHOLE] if part < WHOLE else []
    if roomy:
        return (max(roomy, key=lambda device: (loads[device], -device)),)
    by_load = sorted(used, key=lambda device: (loads[device], device))
    return tuple([*unused, *by_load][:number])


def in_the_input(cluster: Cluster) -> dict[Pod, tuple[int, ...]]:
    """The devices of bound pods: those that they name, then in the order of the input what they get by default."""
    devices: dict[Pod, tuple[int, ...]] = {}
    loads: dict[str, Loads] = {node.name: Counter() for node in cluster.nodes}
    asking = [pod for pod in cluster.bound if wanted(pod)[0]]
    for pod in [*(pod for pod in asking if pod.devices), *(pod for pod in asking if not pod.devices)]:
        node = cluster.node_named[str(pod.node)]
        devices[pod] = pod.devices or taken_by_default(pod, node, loads[node.name])
        loads[node.name].update(dict.fromkeys(devices[pod], wanted(pod)[1]))
    return devices
