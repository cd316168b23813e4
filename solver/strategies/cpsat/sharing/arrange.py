"""From numbers by class to nodes: whole devices, devices full of shares and pods without any, each on a node.

Within a class nodes are equal, so it is a packing of few kinds of things into many equal nodes whose devices are just
enough and whose other resources mostly are not short: the largest first, each where most is left for each free device.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from solver.cluster.devices import GPU, number_of_devices, whole_devices

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from solver.cluster.cluster import Cluster
    from solver.strategies.cpsat.fluid.relaxation import Relaxation
    from solver.strategies.cpsat.fluid.rows import Floats, Ints
    from solver.strategies.cpsat.fluid.supply import Supply
    from solver.strategies.cpsat.sharing.patterns import Pattern
    from solver.strategies.cpsat.sharing.whole import Shares


class Load(NamedTuple):
    """Pods that go on a node together: those with ``devices`` of their own, or all on one; rows of the supply."""

    rows: tuple[int, ...]
    devices: int


class Seat(NamedTuple):
    """A pod of the group in this row on the node in this place, with these devices."""

    row: int
    place: int
    devices: tuple[int, ...]


class Arrangement:
    """Seats for the pods of a relaxation; ``sizes`` are the shares that patterns count, in their order."""

    def __init__(self, relaxation: Relaxation, sizes: Sequence[int]) -> None:
        supply = relaxation.supply
        self._relaxation, self._sizes = relaxation, sizes
        self._whole = [whole_devices(group.spec) for group in supply.groups]
        self._milli = [group.spec.gpu_milli for group in supply.groups]
        self._beside = beside_devices(supply)
        self._requests: Floats = supply.requests[self._beside].T.astype(np.float64)
        self._unused = _unused(supply.ground.cluster)

    def seats(self, shares: Shares) -> Iterator[Seat]:
        """Class by class; whoever does not fit has none."""
        for at, each in enumerate(self._relaxation.classes):
            scaled = self._requests / np.maximum(each.room[self._beside], 1)
            loads = list(self._loads(scaled, shares.pods[:, at], shares.patterns, shares.devices[:, at]))
            yield from self._on_nodes(each.places, loads, scaled)

    def _loads(self, scaled: Floats, pods: Ints, patterns: Sequence[Pattern], devices: Ints) -> Iterator[Load]:
        """What the class gets, its shares put together as the patterns say."""
        waiting: dict[int, list[int]] = {size: [] for size in self._sizes}
        for row in np.flatnonzero(pods).tolist():
            if self._milli[row]:
                waiting[self._milli[row]] += [row] * int(pods[row])
            else:
                yield from [Load((row,), self._whole[row])] * int(pods[row])
        for rows in waiting.values():
            rows.sort(key=lambda row: float(scaled[row].max()))
        for place in np.flatnonzero(devices).tolist():
            for _ in range(int(devices[place])):
                together = tuple(self._taken(waiting, patterns[place]))
                if together:
                    yield Load(together, 1)

    def _taken(self, waiting: dict[int, list[int]], pattern: Pattern) -> Iterator[int]:
        """The largest and the smallest pods in turn, so that all devices ask for about as much beside."""
        number = 0
        for size, wanted in zip(self._sizes, pattern, strict=True):
            for _ in range(min(wanted, len(waiting[size]))):
                yield waiting[size].pop(-1 if number % 2 == 0 else 0)
                number += 1

    def _on_nodes(self, places: Ints, loads: list[Load], scaled: Floats) -> Iterator[Seat]:
        nodes = self._relaxation.supply.ground.cluster.nodes
        unused = [self._unused[nodes[place].name] for place in places.tolist()]
        free = np.array([len(devices) for devices in unused], dtype=np.int64)
        room = np.ones((len(places), scaled.shape[1]))
        amounts = {load: scaled[list(load.rows)].sum(axis=0) for load in set(loads)}
        for load in sorted(loads, key=lambda load: (-load.devices, -float(amounts[load].max()))):
            able = np.flatnonzero((free >= load.devices) & (room >= amounts[load] - 1e-9).all(axis=1))
            if not len(able):
                continue
            left = (room[able] - amounts[load]).min(axis=1) / np.maximum(free[able] - load.devices, 0.5)
            chosen = int(able[left.argmax()])
            room[chosen] -= amounts[load]
            free[chosen] -= load.devices
            devices = tuple(unused[chosen].pop(0) for _ in range(load.devices))
            yield from (Seat(row, int(places[chosen]), devices) for row in load.rows)


def beside_devices(supply: Supply) -> Ints:
    """The places of the resources that have nothing to do with devices."""
    weighed = {weighing.name for weighing in supply.ground.weighings} | {GPU}
    return np.array([at for at, name in enumerate(supply.resources) if name not in weighed], dtype=np.int64)


def _unused(cluster: Cluster) -> dict[str, list[int]]:
    """The devices of each node that nobody has in the input."""
    taken = {(pod.node, device) for pod, devices in cluster.devices.items() for device in devices}
    return {
        node.name: [device for device in range(number_of_devices(node)) if (node.name, device) not in taken]
        for node in cluster.nodes
    }
