"""Shares of GPU devices as annotations, the way that `solver.scenario.objects.devices` reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.cluster.devices import DEVICE, GPU, whole_devices
from solver.scenario.objects.devices import ASSIGNED, MILLI, MODEL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from solver.cluster.pod import PodSpec


def device_annotations(spec: PodSpec, devices: Sequence[int]) -> dict[str, str]:
    """What a pod asks for beyond its containers' requests, the models that will do, and the devices that it has."""
    said = {
        MILLI: str(spec.gpu_milli or _unrequested(spec) or ""),
        MODEL: "|".join(spec.gpu_models),
        ASSIGNED: ",".join(map(str, devices)),
    }
    return {key: text for key, text in said.items() if text}


def _unrequested(spec: PodSpec) -> int:
    """Whole devices that no container requests, in thousandths."""
    requested = any(GPU in container.requests for container in spec.containers.all)
    return 0 if requested or GPU in spec.containers.overhead else whole_devices(spec) * DEVICE
