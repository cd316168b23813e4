"""DaemonSets: one pod for every node that lets it in.

Source: https://kubernetes.io/docs/concepts/workloads/controllers/daemonset/#taints-and-tolerations
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.cluster.taints import Effect, Toleration
from solver.cluster.workloads import DaemonSet
from solver.scenario.objects.pod_spec import Identity, PodSpecs

if TYPE_CHECKING:
    from solver.scenario.objects.workloads import Workload


def _tolerates(condition: str, effect: Effect) -> Toleration:
    return Toleration(f"node.kubernetes.io/{condition}", exists=True, effect=effect)


TOLERATIONS = (
    _tolerates("not-ready", Effect.NO_EXECUTE),
    _tolerates("unreachable", Effect.NO_EXECUTE),
    _tolerates("disk-pressure", Effect.NO_SCHEDULE),
    _tolerates("memory-pressure", Effect.NO_SCHEDULE),
    _tolerates("pid-pressure", Effect.NO_SCHEDULE),
    _tolerates("unschedulable", Effect.NO_SCHEDULE),
)
"""What the controller adds to its pods."""

HOST_NETWORK_TOLERATION = _tolerates("network-unavailable", Effect.NO_SCHEDULE)
"""What it adds where the pods use the node's own network."""


def read_daemon_set(workload: Workload, specs: PodSpecs) -> DaemonSet:
    """The DaemonSet with the spec of its pods, the controller's tolerations included."""
    host_network = workload.template.at("spec", "hostNetwork").flag()
    added = (*TOLERATIONS, HOST_NETWORK_TOLERATION) if host_network else TOLERATIONS
    identity = Identity(workload.namespace, workload.name, workload.owner, daemon=True, tolerations=added)
    return DaemonSet(workload.name, specs.read(workload.template, identity))
