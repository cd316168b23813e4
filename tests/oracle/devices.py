"""Shared GPUs, read from raw annotations: every share on one device, whole devices for one pod alone.

What a pod got is written on it, as a device plugin would, so the objects alone tell who has what.
"""

from __future__ import annotations

import copy

from tests.oracle.objects import Raw, key, labels, name, node_named, notes, of_kind, spec
from tests.oracle.quantities import allocatable, gpu_share, requests

GPU = "nvidia.com/gpu"
MODEL = "podsolver/gpu-model"
DEVICE = "podsolver/gpu-device"
WHOLE = 1000


def asked(pod: Raw) -> tuple[int, int]:
    """How many devices, and how much of each."""
    share = gpu_share(pod)
    return (1, share) if share else (requests(pod).get(GPU, 0), WHOLE)


def shared(objects: list[Raw]) -> bool:
    return any(gpu_share(pod) for pod in of_kind(objects, "Pod"))


def dealt(objects: list[Raw], bound: dict[str, str]) -> list[Raw]:
    """The objects with devices for all pods that have a node, in their order, where nothing says which these are."""
    pods = {key(pod): pod for pod in of_kind(objects, "Pod")}
    without = [pod for pod in bound if pod in pods and asked(pods[pod])[0] and DEVICE not in notes(pods[pod])]
    for pod in without if shared(objects) else ():
        earlier = {other: node for other, node in bound.items() if other not in without[without.index(pod) :]}
        objects = taken(objects, earlier, pods[pod], node_named(objects, bound[pod]))
    return objects


def free(objects: list[Raw], bound: dict[str, str], node: Raw) -> list[int]:
    """What is left of each device."""
    left = [WHOLE] * allocatable(node).get(GPU, 0)
    for pod in of_kind(objects, "Pod"):
        if bound.get(key(pod)) == name(node):
            for device in filter(None, notes(pod).get(DEVICE, "").split(",")):
                if int(device) < len(left):
                    left[int(device)] -= asked(pod)[1]
    return left


def has_device(pod: Raw, node: Raw) -> bool:
    """Whether the node has any device, of one of the models that will do, where the pod's annotations ask for one."""
    models = notes(pod).get(MODEL)
    if models and labels(node).get("nvidia.com/gpu.product") not in models.split("|"):
        return False
    return not (models or asked(pod)[1] < WHOLE) or bool(allocatable(node).get(GPU))


def gpu_sharing(objects: list[Raw], bound: dict[str, str], pod: Raw, node: Raw) -> bool:
    number, part = asked(pod)
    if not has_device(pod, node):
        return False
    return not shared(objects) or sum(left >= part for left in free(objects, bound, node)) >= number


def taken(objects: list[Raw], bound: dict[str, str], pod: Raw, node: Raw) -> list[Raw]:
    """The objects after the pod has got its devices: the fullest that has room, of whole ones the first."""
    number, part = asked(pod)
    if not shared(objects) or not number:
        return objects
    left = dict(enumerate(free(objects, bound, node)))
    fitting = [device for device in left if left[device] >= part]
    order = [*sorted(fitting, key=left.__getitem__), *sorted(left.keys() - fitting, key=lambda d: (-left[d], d))]
    return having(objects, pod, order[:number])


def having(objects: list[Raw], pod: Raw, devices: list[int]) -> list[Raw]:
    """The objects with the devices written on the pod, which keeps its place."""
    mine = copy.deepcopy(pod)
    mine["metadata"]["annotations"] = {**notes(pod), DEVICE: ",".join(map(str, sorted(devices)))}
    return [mine if item["kind"] == "Pod" and key(item) == key(pod) else item for item in objects]


def choices(objects: list[Raw], bound: dict[str, str], pod: Raw, node: Raw) -> list[list[Raw]]:
    """The objects after each way of giving the pod its devices; of equally full ones, the first stand for all."""
    number, part = asked(pod)
    if not shared(objects) or not number:
        return [objects]
    left = free(objects, bound, node)
    if part == WHOLE:
        return [having(objects, pod, [device for device in range(len(left)) if left[device] == WHOLE][:number])]
    fitting = {room: device for device, room in reversed(list(enumerate(left))) if room >= part}
    return [having(objects, pod, [device]) for device in fitting.values()]


def settled_in(objects: list[Raw]) -> list[Raw]:
    """The objects as they are at first: whoever has a node, one that exists, gets devices in the order of the input."""
    bound: dict[str, str] = {}
    nodes = {name(node) for node in of_kind(objects, "Node")}
    standing = [pod for pod in of_kind(objects, "Pod") if spec(pod).get("nodeName") in nodes]
    for pod in sorted(standing, key=lambda pod: DEVICE not in notes(pod)):
        if DEVICE not in notes(pod):
            objects = taken(objects, bound, pod, node_named(objects, spec(pod)["nodeName"]))
        bound[key(pod)] = spec(pod)["nodeName"]
    return objects
