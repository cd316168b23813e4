"""Whether a node has a device with room for a share, or enough devices that nobody uses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from solver.cluster.devices import DEVICE, GPU_MODEL, asks_for_devices, number_of_devices, whole_devices
from solver.rules.rule import Codes, Filter, Reach, Rejection

if TYPE_CHECKING:
    from solver.cluster.columns import Column, Mask, Places
    from solver.cluster.pod import PodSpec
    from solver.cluster.state import ClusterState

LACKS_ROOM = 1
IMPOSSIBLE = 2


class DeviceFilter(Filter):
    """Code 1: no device has enough left; code 2: the node has no such device, evictions or not."""

    PLUGIN = "GpuSharing"
    ROOM = Rejection(PLUGIN, ("node(s) didn't have enough free on one GPU device",), resolvable=True)
    USED = Rejection(PLUGIN, ("node(s) didn't have enough GPU devices that nobody uses",), resolvable=True)
    DEVICE = Rejection(PLUGIN, ("node(s) didn't have a GPU device of an allowed model",))

    def __init__(self, spec: PodSpec, state: ClusterState) -> None:
        self._milli, self._whole = spec.gpu_milli, whole_devices(spec)
        self._devices = state.devices
        self.reach = Reach.NODE if self.is_sensitive(spec, state) else Reach.NOTHING
        self._impossible = np.where(possible(spec, state), 0, IMPOSSIBLE).astype(np.uint8)

    @staticmethod
    def is_sensitive(spec: PodSpec, state: ClusterState) -> bool:
        """Whether it matters which devices others have."""
        return state.devices is not None and asks_for_devices(spec)

    def codes(self, at: Places) -> Codes:
        """Per node; impossible wins over too full."""
        impossible: Codes = self._impossible[at]
        if self._devices is None:
            return impossible
        free, asked = (self._devices.largest_free, self._milli) if self._milli else (self._devices.unused, self._whole)
        full = free[at] < asked
        return np.maximum(full.view(np.uint8), impossible)

    def rejection(self, code: int, node: int) -> Rejection:
        """By the code, and what the pod asks for."""
        if code == IMPOSSIBLE:
            return self.DEVICE
        return self.ROOM if self._milli else self.USED


def possible(spec: PodSpec, state: ClusterState) -> Mask:
    """Nodes with a device, of one of the models where the pod names any."""
    there = _numbers(state) > 0
    if spec.gpu_models:
        models = state.labels(GPU_MODEL)
        there = there & np.isin(models.codes, [models.values.get(model, -2) for model in spec.gpu_models])
    return there


def most(spec: PodSpec, state: ClusterState) -> Column:
    """How many such shares an empty node holds."""
    room: Column = _numbers(state) * (DEVICE // spec.gpu_milli)
    return room


def _numbers(state: ClusterState) -> Column:
    def made() -> Column:
        return np.array([number_of_devices(node) for node in state.nodes], dtype=np.int64)

    return state.once("devices", made)
