"""GpuSharing over counts.

For a node n with devices d, shares of size m and the pods that stay where the input has them:

    Σ_d x[m, d]  =  Σ_{g asks m} arrivals[g, n]              Σ_d w[d]  =  Σ_g whole[g] · arrivals[g, n]

    Σ_{g on d} each[g] · stays[g, n]  +  Σ_m m · x[m, d]  +  1000 · w[d]   <=  1000          for every device d

``x[m, d]`` counts the shares that come to a device, ``w[d]`` is 1 where a whole pod gets it; as every share is at least
1, such a device has nobody else. Devices that nobody has in the input are alike, so whole pods take the first of them.
A device that bears too much in the input binds only whoever comes to it. Where neither a share stays nor one can come,
the sum of NodeResourcesFit says it all.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from solver.cluster.devices import DEVICE, asks_for_devices, number_of_devices, whole_devices
from solver.model.crowding import at_most
from solver.model.linear import NOTHING, Linear, total

if TYPE_CHECKING:
    from collections.abc import Sequence

    from solver.cluster.node import Node
    from solver.model.groups import PodGroup
    from solver.model.model import Model

_Counted = list[tuple["PodGroup", Linear]]


class _Device(NamedTuple):
    """What stays on a device in the end, and what is on it in the input, in thousandths."""

    stays: Linear
    before: int


def constrain(model: Model) -> None:
    """Every node where shares may be, unless all of it is decided."""
    if not model.cluster.shares_devices:
        return
    asking = [group for group in model.groups if asks_for_devices(group.spec)]
    for node in model.free_nodes:
        coming = [(group, arrivals) for group in asking if model.limits(arrivals := model.arrivals(group, node))[1]]
        staying = [(group, model.stays(group, node)) for group in asking if node in group.bound]
        shared = any(group.spec.gpu_milli for group, _ in (*coming, *staying))
        if shared and not all(arrivals.is_constant for _, arrivals in coming):
            _distribute(model, _devices(model, node, staying, _needed(model, coming)), coming)


def _devices(model: Model, node: Node, staying: _Counted, needed: int) -> list[_Device]:
    """Those in use in the input, and of the others as many as newcomers could need."""
    parts: dict[int, list[Linear]] = {}
    before: dict[int, int] = {}
    for group, stays in staying:
        each = group.spec.gpu_milli or DEVICE
        for device in model.cluster.devices[group.bound[node][0]]:
            parts.setdefault(device, []).append(stays * each)
            before[device] = before.get(device, 0) + each * len(group.bound[node])
    used = [device for device in parts if device < number_of_devices(node)]
    fresh = min(number_of_devices(node) - len(used), needed)
    return [*(_Device(total(parts[device]), before[device]) for device in used), *[_Device(NOTHING, 0)] * fresh]


def _needed(model: Model, coming: _Counted) -> int:
    """The most devices that all who could come would take."""
    return sum(model.limits(arrivals)[1] * (whole_devices(group.spec) or 1) for group, arrivals in coming)


def _distribute(model: Model, devices: Sequence[_Device], coming: _Counted) -> None:
    by_share: dict[int, list[Linear]] = {}
    for group, arrivals in coming:
        by_share.setdefault(group.spec.gpu_milli, []).append(arrivals * (whole_devices(group.spec) or 1))
    parts = {share: _parts(model, share, total(wanted), devices) for share, wanted in by_share.items()}
    for place, device in enumerate(devices):
        load = total([device.stays, *(part[place] * (share or DEVICE) for share, part in parts.items())])
        at_most(model, DEVICE, load, total(part[place] for part in parts.values()), device.before)


def _parts(model: Model, share: int, arriving: Linear, devices: Sequence[_Device]) -> list[Linear]:
    """How many of the shares (0: whole devices) come to each device."""
    most = min(DEVICE // (share or DEVICE), model.limits(arriving)[1])
    parts = [model.integer(most) for _ in devices]
    model.require(total(parts).equals(arriving))
    fresh = [part for part, device in zip(parts, devices, strict=True) if not device.before]
    if not share:
        for earlier, later in pairwise(fresh):
            model.require(later <= earlier)
    return parts
