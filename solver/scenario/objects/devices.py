"""Shares of GPU devices: annotations of pods, as Kubernetes has no field for them.

``podsolver/gpu-milli: "460"`` asks for 460 thousandths of one device; 1000 is a whole one. ``podsolver/gpu-model``
names the models that will do, ``A10|T4``. ``podsolver/gpu-device`` says of a pod with a node which devices it has.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from solver.cluster.devices import DEVICE, GPU, GPU_MODEL, asks_for_devices

if TYPE_CHECKING:
    from typing import Any

    from solver.cluster.devices import DeviceNumbers
    from solver.cluster.pod import Pod, PodSpec
    from solver.scenario.field import Field

MILLI = "podsolver/gpu-milli"
MODEL = "podsolver/gpu-model"
ASSIGNED = "podsolver/gpu-device"

_MOST = 10**6
"""More thousandths than that are a mistake: no machine has a thousand devices."""
_NUMBER = re.compile(r"[0-9]{1,18}", re.ASCII)
_DEVICE = re.compile(r"[0-9]{1,9}", re.ASCII)


def devices_outline(metadata: dict[str, Any] | None) -> object:
    """What of a pod's metadata is read here, to recognise pods that say the same."""
    annotations = metadata.get("annotations") if metadata else None
    if not isinstance(annotations, dict):
        return annotations
    return (annotations.get(MILLI), annotations.get(MODEL)) if annotations else None


def read_gpu_milli(annotations: Field, requests: dict[str, int]) -> int:
    """The share of one device; where whole ones are asked for, 0, and they are among the ``requests`` from now on.

    A share takes the place of the one whole device that the pod may request beside it, as device plugins ask.
    """
    place = annotations.at(MILLI)
    milli = _thousandths(place)
    whole = requests.get(GPU, 0)
    if not milli:
        return 0
    if milli < DEVICE:
        if whole > 1:
            place.wrong(f"a share is of one device, and the pod requests {whole}", f"request 1 of {GPU}, or none")
        requests.pop(GPU, None)
        return milli
    if whole and milli > DEVICE and milli != whole * DEVICE:
        place.wrong(f"not the {whole} of {GPU} that the pod requests", f"write {DEVICE}, which is said of each")
    requests[GPU] = whole or milli // DEVICE
    return 0


def _thousandths(place: Field) -> int | None:
    """A positive number, above one device a whole number of them; None where it is absent or none."""
    text = place.text()
    if not place.present or not isinstance(place.value, str):
        return None
    if not _NUMBER.fullmatch(text):
        place.wrong("not a number of thousandths", 'write digits in quotes, such as "500" for a half of a device')
    elif not 0 < int(text) <= _MOST:
        place.wrong("out of range", f'write a number from 1, such as "500"; "{DEVICE}" is a whole device')
    elif int(text) > DEVICE and int(text) % DEVICE:
        place.wrong(
            "more than one device, and no whole number of devices",
            f'a share must fit one device: write at most "{DEVICE}", or a multiple of it',
        )
    else:
        return int(text)
    return None


def read_gpu_models(annotations: Field, requests: dict[str, int], milli: int) -> tuple[str, ...]:
    """The models that will do, sorted; any where there are none."""
    place = annotations.at(MODEL)
    text = place.text()
    if not place.present:
        return ()
    models = text.split("|")
    if not all(models):
        place.wrong("not a list of models", f"write values of the node label {GPU_MODEL}, separated by |")
    elif not (milli or requests.get(GPU) or annotations.at(MILLI).present):
        place.wrong("the pod asks for no GPU", f"request {GPU}, write {MILLI}, or leave this out")
    else:
        return tuple(sorted(set(models)))
    return ()


def read_devices(annotations: Field, spec: PodSpec) -> DeviceNumbers:
    """The devices that a pod with a node has; none where nothing is said."""
    place = annotations.at(ASSIGNED)
    text = place.text()
    if not place.present or not isinstance(place.value, str) or not asks_for_devices(spec):
        return ()
    wanted = 1 if spec.gpu_milli else spec.requests[GPU]
    numbers = {int(number) for number in text.split(",") if _DEVICE.fullmatch(number)}
    if not len(text.split(",")) == len(numbers) == wanted:
        place.wrong(f"not {wanted} different device numbers", 'write them from 0, such as "0" or "0,1"')
        return ()
    return tuple(sorted(numbers))


def check_devices(pod: Pod, there: int, annotations: Field) -> None:
    """See that the pod's node, which has so many devices, has those that the pod names."""
    if any(device >= there for device in pod.devices):
        last = "a node that has some" if not there else f"numbers from 0 to {there - 1}"
        place = annotations.at(ASSIGNED)
        place.wrong(f"node {pod.node} has {there} of {GPU}, numbered from 0", f"write {last}, or leave this out")
