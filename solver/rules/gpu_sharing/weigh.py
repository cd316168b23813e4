"""GpuSharing by sums alone: numbers of which a device bears so many, whatever shares are on it.

The thousandths themselves are such weights, 1000 to a device. So are dual feasible functions: 2 for each share above a
half, 1 for a half, 2 to a device, as no two shares above a half are together. Any other weights will do, where a device
bears the `heaviest` that can be on it; see `solver.strategies.cpsat.sharing`.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from solver.cluster.devices import DEVICE, GPU, number_of_devices, whole_devices
from solver.model.weighing import Weighing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from solver.cluster.cluster import Cluster
    from solver.cluster.pod import PodSpec


def weighings(cluster: Cluster) -> Iterable[Weighing]:
    """By thousandths and by halves; none where nobody shares a device."""
    if cluster.shares_devices:
        shares = dict.fromkeys(pod.spec.gpu_milli for pod in cluster.pods if pod.spec.gpu_milli)
        yield device_weighing(f"{GPU}, thousandths", {share: share for share in shares}, DEVICE, cluster)
        yield device_weighing(f"{GPU}, halves", {share: _halves(share) for share in shares}, 2, cluster)


def device_weighing(name: str, weights: Mapping[int, int], full: int, cluster: Cluster) -> Weighing:
    """Weights by share; a device bears ``full``, and a pod weighs so much for each whole device.

    Shares without a weight weigh nothing. A device that bears more in the input may bear as much in the end: whoever
    is there may stay, and nobody comes.
    """

    def weight(spec: PodSpec) -> int:
        return weights.get(spec.gpu_milli, 0) if spec.gpu_milli else whole_devices(spec) * full

    excess = _excess(cluster, lambda spec: weights.get(spec.gpu_milli, 0) if spec.gpu_milli else full, full)
    return Weighing(name, weight, lambda node: number_of_devices(node) * full + excess[node.name])


def heaviest(weights: Mapping[int, int]) -> int:
    """The most that shares on one device can weigh: an unbounded knapsack, exactly."""
    best = [0] * (DEVICE + 1)
    for room in range(1, DEVICE + 1):
        best[room] = max(
            (best[room - 1], *(best[room - share] + each for share, each in weights.items() if share <= room))
        )
    return best[DEVICE]


def _halves(share: int) -> int:
    return (share * 2 >= DEVICE) + (share * 2 > DEVICE)


def _excess(cluster: Cluster, of_each: Callable[[PodSpec], int], full: int) -> Counter[str]:
    """Per node, by how much its pods in the input are more than its devices could bear."""
    numbers = {node.name: number_of_devices(node) for node in cluster.nodes}
    loads: Counter[tuple[str, int]] = Counter()
    excess: Counter[str] = Counter()
    for pod, devices in cluster.devices.items():
        name = str(pod.node)
        loads.update({(name, device): of_each(pod.spec) for device in devices})
        without = (whole_devices(pod.spec) or 1) - len(devices)
        excess[name] += without * of_each(pod.spec)
    for (name, device), load in loads.items():
        excess[name] += max(0, load - full * (device < numbers[name]))
    return excess
