"""GpuSharing: a share has room on one device, whole devices are nobody else's, and the model is an allowed one."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from solver.verify.devices import (
    MODEL_LABEL,
    RULE,
    WHOLE,
    Loads,
    anybody_shares,
    in_the_input,
    taken_by_default,
    there,
    wanted,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from solver.cluster.cluster import Cluster
    from solver.cluster.node import Node
    from solver.cluster.pod import Pod


class GpuSharing:
    """Loads of all devices. An arriving pod gets the devices that are ``named`` for it, or those that fit first."""

    rule = RULE

    def __init__(self, cluster: Cluster, named: Mapping[Pod, tuple[int, ...]]) -> None:
        self._shared = anybody_shares(cluster)
        self._in_input = in_the_input(cluster) if self._shared else {}
        self._named = named
        self._loads: defaultdict[Node, Loads] = defaultdict(Counter)
        self._has: dict[Pod, tuple[int, ...]] = {}

    def objection(self, pod: Pod, node: Node) -> str | None:
        """The wrong model, or a device that is missing or has too little left."""
        models, (number, part) = pod.spec.gpu_models, wanted(pod)
        if models and node.labels.get(MODEL_LABEL) not in models:
            return f"its GPUs are {node.labels.get(MODEL_LABEL)}, not {' or '.join(models)}"
        if (models or part < WHOLE) and not there(node):
            return "the node has no GPU device"
        if not (self._shared and number):
            return None
        devices = self._devices(pod, node)
        if len(set(devices)) != number:
            return f"the node has not the {number} GPU devices for it"
        for device in devices:
            if not 0 <= device < there(node):
                return f"the node has no GPU device {device}"
            if self._loads[node][device] + part > WHOLE:
                return f"GPU device {device} has {self._loads[node][device]} thousandths taken, and it asks for {part}"
        return None

    def arrive(self, pod: Pod, node: Node) -> None:
        """Take the devices."""
        if self._shared and wanted(pod)[0]:
            self._has[pod] = self._devices(pod, node)
            self._loads[node].update(dict.fromkeys(self._has[pod], wanted(pod)[1]))

    def leave(self, pod: Pod, node: Node) -> None:
        """Give them back."""
        if pod in self._has:
            self._loads[node].subtract(dict.fromkeys(self._has.pop(pod), wanted(pod)[1]))

    def _devices(self, pod: Pod, node: Node) -> tuple[int, ...]:
        if pod.node == node.name:
            return self._in_input[pod]
        return self._named[pod] if pod in self._named else taken_by_default(pod, node, self._loads[node])
