"""Which pod has which devices in a finished placement."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from solver.cluster.devices import DEVICE, asks_for_devices, number_of_devices, whole_devices
from solver.rules.gpu_sharing.filter import DeviceFilter

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from solver.cluster.devices import DeviceNumbers
    from solver.cluster.node import Node
    from solver.cluster.pod import Pod
    from solver.cluster.state import ClusterState
    from solver.placement import Placement

RULE = DeviceFilter.PLUGIN
_Rooms = tuple[int, ...]


def with_devices(placement: Placement) -> Placement | None:
    """The placement with devices for all pods that ask for any; as it is where it has them; None where there is no way.

    Whoever stays keeps its devices. Whole pods get unused ones, then shares are packed into what is left: any packing
    will do, as no pod minds which device it has.
    """
    if not placement.cluster.shares_devices or RULE in placement.assigned:
        return placement
    found: dict[Pod, DeviceNumbers] = {}
    for node, pods in placement.pods_on.items():
        asking = [pod for pod in pods if asks_for_devices(pod.spec)]
        assigned = _on_node(node, asking, placement.cluster.devices) if asking else {}
        if assigned is None:
            return None
        found |= assigned
    return replace(placement, assigned={**placement.assigned, RULE: found})


def named_devices(placement: Placement) -> dict[Pod, tuple[str, DeviceNumbers]]:
    """The node and the devices of each pod whose devices the placement names."""
    named = placement.assigned.get(RULE, {})
    return {pod: (placement.node_of[pod].name, devices) for pod, devices in named.items()}


def assigned_devices(state: ClusterState) -> dict[str, dict[Pod, DeviceNumbers]]:
    """What a `Placement` keeps of the devices that pods have in a state."""
    return {} if state.devices is None else {RULE: dict(state.devices.of)}


def _on_node(node: Node, pods: Sequence[Pod], in_input: Mapping[Pod, DeviceNumbers]) -> dict[Pod, DeviceNumbers] | None:
    staying = {pod: in_input[pod] for pod in pods if pod.node == node.name}
    room = dict.fromkeys(range(number_of_devices(node)), DEVICE)
    for pod, devices in staying.items():
        for device in devices:
            room[device] = room.get(device, 0) - (pod.spec.gpu_milli or DEVICE)
    unused = [device for device, free in room.items() if free == DEVICE]
    assigned: dict[Pod, DeviceNumbers] = {}
    coming = [pod for pod in pods if pod not in staying]
    for pod in coming:
        number = whole_devices(pod.spec)
        if number > len(unused):
            return None
        assigned[pod], unused = tuple(unused[:number]), unused[number:]
        room |= dict.fromkeys(assigned[pod], 0)
    shares = sorted((pod for pod in coming if pod.spec.gpu_milli), key=lambda pod: -pod.spec.gpu_milli)
    places = packed([pod.spec.gpu_milli for pod in shares], tuple(room.values()))
    if places is None:
        return None
    numbers = list(room)
    shared = {pod: (numbers[place],) for pod, place in zip(shares, places, strict=True)}
    return staying | assigned | shared


def packed(shares: Sequence[int], rooms: _Rooms) -> list[int] | None:
    """The place in ``rooms`` for each of the shares, which are descending; None where they do not fit.

    Each goes where it leaves least; where that ends badly, all ways are tried, each set of rooms left over once.
    """
    if sum(shares) > sum(max(room, 0) for room in rooms):
        return None
    places: list[int] = []
    ways = [(rooms, _ways(shares, 0, rooms))]
    failed: set[tuple[int, _Rooms]] = set()
    while ways and len(places) < len(shares):
        left, open_ways = ways[-1]
        place = next(open_ways, None)
        if place is None:
            failed.add((len(places), tuple(sorted(left))))
            ways.pop()
            if places:
                places.pop()
            continue
        after = (*left[:place], left[place] - shares[len(places)], *left[place + 1 :])
        if (len(places) + 1, tuple(sorted(after))) not in failed:
            places.append(place)
            ways.append((after, _ways(shares, len(places), after)))
    return places if ways else None


def _ways(shares: Sequence[int], number: int, left: _Rooms) -> Iterator[int]:
    """The fullest places with room for this share first, one of those that have equally much left."""
    share = shares[number] if number < len(shares) else 0
    first = {room: place for place, room in reversed(list(enumerate(left))) if room >= share}
    return (first[room] for room in sorted(first))
