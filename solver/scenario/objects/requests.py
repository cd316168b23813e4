"""What a pod as a whole asks for.

The effective request is the larger of two: the sum over everything that runs side by side, and the peak while the pod
starts (each init container with the sidecars started before it). Requests of the pod itself take the place of that, and
overhead comes on top.

Source: https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/#resource-sharing-within-containers,
https://kubernetes.io/docs/tasks/configure-pod-container/assign-pod-level-resources/
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from solver.cluster.pod import CpuMemory
from solver.cluster.resources import CPU, MEMORY, peak, total
from solver.scenario.objects.amounts import HUGE_PAGES, NATIVE, countable, rounded

if TYPE_CHECKING:
    from collections.abc import Callable

    from solver.cluster.containers import Amounts, Container, Containers

STAND_INS: Amounts = {CPU: 100, MEMORY: 200 * 2**20 * 1000}
"""What the scores count for a container that says nothing: 100m and 200Mi, in thousandths."""


@dataclass(frozen=True, slots=True)
class PodResources:
    """What a pod asks for by what it says of its containers."""

    said: Containers

    def effective(self) -> dict[str, int]:
        """What the filters count: milli-CPU, bytes, pieces."""
        return countable(rounded(total([self._with_pod_level(self._aggregated(_occupied)), self.said.overhead])))

    def scored(self) -> CpuMemory:
        """What the scores count for the pod on its way in: they look at its containers only."""
        return self._cpu_memory(self._aggregated(lambda container: {**STAND_INS, **container.occupied}))

    def occupied(self) -> CpuMemory:
        """What the scores count once the pod is on a node; nothing stands in for what the pod itself requests."""
        plain = total([self._with_pod_level(self._aggregated(_occupied)), self.said.overhead])
        missing = {name: amount for name, amount in STAND_INS.items() if not self._pod_level or name not in plain}
        filled = self._aggregated(lambda container: {**missing, **container.occupied})
        return self._cpu_memory(self._with_pod_level(filled))

    def _cpu_memory(self, amounts: Amounts) -> CpuMemory:
        whole = rounded(total([amounts, self.said.overhead]))
        return CpuMemory(whole.get(CPU, 0), whole.get(MEMORY, 0))

    def _aggregated(self, amounts_of: Callable[[Container], Amounts]) -> dict[str, int]:
        """The larger of running sum and start-up peak, per resource."""
        sidecars: dict[str, int] = {}
        peaks: list[Amounts] = []
        for container in self.said.init:
            with_sidecars = total([amounts_of(container), sidecars])
            peaks.append(with_sidecars)
            if container.sidecar:
                sidecars = with_sidecars
        running = total([*(amounts_of(container) for container in self.said.running), sidecars])
        return peak([running, *peaks])

    def _with_pod_level(self, aggregated: Amounts) -> dict[str, int]:
        return {**aggregated, **self._pod_level}

    @property
    def _pod_level(self) -> dict[str, int]:
        """Requests of the pod itself; with limits, what is missing comes from the containers, then the limits."""
        requests = _supported(self.said.pod_requests)
        limits = self._pod_limits() if self.said.pod_requests or self.said.pod_limits else {}
        if not limits:
            return requests
        from_containers = {
            name: amount for name, amount in _supported(self._aggregated(_requests)).items() if name in NATIVE
        }
        return {**_supported(limits), **from_containers, **requests}

    def _pod_limits(self) -> dict[str, int]:
        """Limits of the pod itself; for huge pages those of the containers stand in, unless the pod requests some."""
        pages = {
            name: amount
            for name, amount in self._aggregated(_limits).items()
            if name.startswith(HUGE_PAGES) and name not in self.said.pod_requests
        }
        return {**pages, **self.said.pod_limits}


def _requests(container: Container) -> Amounts:
    return container.requests


def _limits(container: Container) -> Amounts:
    return container.limits


def _occupied(container: Container) -> Amounts:
    return container.occupied


def _supported(amounts: Amounts) -> dict[str, int]:
    """What a pod as a whole can request: CPU, memory and huge pages."""
    return {name: amount for name, amount in amounts.items() if name in (CPU, MEMORY) or name.startswith(HUGE_PAGES)}
