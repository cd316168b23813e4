"""GPU devices of nodes: which of them every pod has, as binds come and go.

A device serves one pod as a whole, or several by the thousandth. Shares on two devices of a node do not add up: a share
is of one device. Devices of a node are numbered from 0 and alike.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from solver.cluster.columns import Column
    from solver.cluster.node import Node
    from solver.cluster.pod import Pod, PodSpec

GPU = "nvidia.com/gpu"
"""The resource that counts whole devices: of a node all that it has, of a pod those that it has for itself."""
GPU_MODEL = "nvidia.com/gpu.product"
"""The node label with the model of its devices, as NVIDIA's feature discovery writes it."""
DEVICE = 1000
"""Thousandths in one device."""

DeviceNumbers = tuple[int, ...]


def whole_devices(spec: PodSpec) -> int:
    """The devices that a pod has for itself."""
    return spec.requests.get(GPU, 0)


def asks_for_devices(spec: PodSpec) -> bool:
    """Whether a pod takes a device, or a share of one."""
    return bool(spec.gpu_milli or whole_devices(spec))


def asked_milli(spec: PodSpec) -> int:
    """What a pod takes of devices in all, in thousandths of one."""
    return whole_devices(spec) * DEVICE + spec.gpu_milli


def number_of_devices(node: Node) -> int:
    """The devices of a node."""
    return node.allocatable.get(GPU, 0)


def devices_in_use(nodes: Sequence[Node], bound: Sequence[Pod]) -> dict[Pod, DeviceNumbers]:
    """The devices of pods that have a node in the input: those that they name; then, in the input's order, as binds go.

    Where pods take more than there is, the least loaded devices are shared beyond what they have.
    """
    devices = Devices(nodes, {pod: (pod.node, pod.devices) for pod in bound if pod.node is not None and pod.devices})
    place = {node.name: number for number, node in enumerate(nodes)}
    standing = [pod for pod in bound if pod.node in place and asks_for_devices(pod.spec)]
    for pod in sorted(standing, key=lambda pod: not pod.devices):
        devices.arrive(pod, place[str(pod.node)])
    return devices.of


class Devices:
    """Devices in use (``of`` each pod), and per node the most that is free of any one device, and the number unused.

    A pod gets the devices that are ``known`` for it on the node, or that it had there before, if these have room; who
    was on its node in the input has them in any case. Otherwise a share goes to the most loaded device that has room
    for it, the first of equal ones, and whole devices are the first unused ones.
    """

    def __init__(self, nodes: Sequence[Node], known: Mapping[Pod, tuple[str, DeviceNumbers]]) -> None:
        self._names = [node.name for node in nodes]
        self._numbers = [number_of_devices(node) for node in nodes]
        self._loads: list[dict[int, int]] = [{} for _ in nodes]
        self._known = dict(known)
        self.of: dict[Pod, DeviceNumbers] = {}
        self.unused: Column = np.array(self._numbers, dtype=np.int64)
        self.largest_free: Column = np.where(self.unused > 0, DEVICE, 0)

    def arrive(self, pod: Pod, node: int) -> None:
        """The pod comes to the node at this place."""
        chosen = self._chosen(pod, node)
        self._change(node, chosen, _load_of_each(pod.spec))
        self.of[pod] = chosen

    def leave(self, pod: Pod, node: int, *, remembered: bool = True) -> None:
        """The pod leaves; should it come back, it gets its devices again where they are free and ``remembered``."""
        chosen = self.of.pop(pod)
        if remembered:
            self._known[pod] = (self._names[node], chosen)
        self._change(node, chosen, -_load_of_each(pod.spec))

    def _chosen(self, pod: Pod, node: int) -> DeviceNumbers:
        name, devices = self._known.get(pod, ("", ()))
        if name == self._names[node]:
            most = DEVICE - _load_of_each(pod.spec)
            if pod.node == name or all(self._loads[node].get(device, 0) <= most for device in devices):
                return devices
        spec = pod.spec
        return self._for_share(spec.gpu_milli, node) if spec.gpu_milli else self._for_whole(whole_devices(spec), node)

    def _for_share(self, milli: int, node: int) -> DeviceNumbers:
        loads = self._loads[node]
        fitting = [device for device, load in loads.items() if load + milli <= DEVICE]
        if fitting:
            return (min(fitting, key=lambda device: (-loads[device], device)),)
        return self._for_whole(1, node)

    def _for_whole(self, number: int, node: int) -> DeviceNumbers:
        loads, there = self._loads[node], self._numbers[node]
        unused = (device for device in range(min(there, number + len(loads))) if device not in loads)
        chosen = [device for device, _ in zip(unused, range(number), strict=False)]
        others = sorted((load, device) for device, load in loads.items() if device < there)
        return (*chosen, *(device for _, device in others[: number - len(chosen)]))

    def _change(self, node: int, devices: DeviceNumbers, milli: int) -> None:
        loads, there = self._loads[node], self._numbers[node]
        for device in devices:
            loads[device] = loads.get(device, 0) + milli
            if not loads[device]:
                del loads[device]
        used = sorted(device for device in loads if device < there)
        self.unused[node] = there - len(used)
        least = 0 if len(used) < there else min((loads[device] for device in used), default=DEVICE)
        self.largest_free[node] = max(0, DEVICE - least)


def _load_of_each(spec: PodSpec) -> int:
    """What a pod takes of each of its devices."""
    return spec.gpu_milli or DEVICE
