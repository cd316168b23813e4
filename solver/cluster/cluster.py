"""The cluster: everything that exists, and what may be opened."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from solver.cluster.devices import devices_in_use
from solver.cluster.volumes import Storage

if TYPE_CHECKING:
    from collections.abc import Mapping

    from solver.cluster.devices import DeviceNumbers
    from solver.cluster.labels import Labels
    from solver.cluster.node import Node
    from solver.cluster.pod import Owner, Pod
    from solver.cluster.pool import NodePool
    from solver.cluster.workloads import Controller, DaemonSet, DisruptionBudget, Service


@dataclass(frozen=True)
class Cluster:
    """Nodes and pods in the order of the input; of pods that have finished it knows the keys only.

    ``pods`` holds bound and pending ones, those that are not schedulable here too (gated, another scheduler's).
    ``stray`` are pods bound to a node that does not exist: they count nowhere. ``daemon_sets`` are those that make a
    pod on every opened node; their pods for the nodes that exist are in ``pods`` already. Every namespace in use has an
    entry in ``namespaces``.
    """

    nodes: tuple[Node, ...]
    pods: tuple[Pod, ...]
    pools: tuple[NodePool, ...] = ()
    daemon_sets: tuple[DaemonSet, ...] = ()
    stray: tuple[Pod, ...] = ()
    finished: tuple[str, ...] = ()
    namespaces: Mapping[str, Labels] = field(default_factory=dict)
    budgets: tuple[DisruptionBudget, ...] = ()
    services: tuple[Service, ...] = ()
    controllers: tuple[Controller, ...] = ()
    storage: Storage = Storage()

    @cached_property
    def node_named(self) -> dict[str, Node]:
        """Node by name."""
        return {node.name: node for node in self.nodes}

    @cached_property
    def shares_devices(self) -> bool:
        """Whether any pod that may come to a node, or is on one, asks for a share of a GPU device."""
        specs = {pod.spec: None for pod in self.pods} | {daemon_set.spec: None for daemon_set in self.daemon_sets}
        return any(spec.gpu_milli for spec in specs)

    @cached_property
    def devices(self) -> dict[Pod, DeviceNumbers]:
        """The GPU devices of bound pods in the input; empty where no pod shares one."""
        return devices_in_use(self.nodes, self.bound) if self.shares_devices else {}

    @cached_property
    def bound(self) -> tuple[Pod, ...]:
        """Pods that have a node in the input."""
        return tuple(pod for pod in self.pods if pod.node is not None)

    @cached_property
    def pending(self) -> tuple[Pod, ...]:
        """Pods that wait for a node and that kube-scheduler would try to place."""
        return tuple(pod for pod in self.pods if pod.node is None and pod.schedulable)

    @cached_property
    def held_back(self) -> tuple[Pod, ...]:
        """Pods without a node that are no candidates: gated, another scheduler's, or with fields not modelled."""
        return tuple(pod for pod in self.pods if pod.node is None and not pod.schedulable)

    @cached_property
    def services_in(self) -> dict[str, tuple[Service, ...]]:
        """The Services of each namespace that select pods at all."""
        selecting: dict[str, tuple[Service, ...]] = {}
        for service in self.services:
            if service.selector:
                selecting[service.namespace] = (*selecting.get(service.namespace, ()), service)
        return selecting

    @cached_property
    def controller_of(self) -> dict[tuple[str, Owner], Controller]:
        """Controller by namespace and the owner reference that names it."""
        return {(controller.namespace, controller.owner): controller for controller in self.controllers}

    @cached_property
    def queue(self) -> tuple[Pod, ...]:
        """The pending pods as kube-scheduler takes them: priority descending, then arrival."""
        return tuple(sorted(self.pending, key=lambda pod: -pod.priority))

    @cached_property
    def tiers(self) -> tuple[int, ...]:
        """The priorities of bound and pending pods, from the top; of DaemonSets, too, where nodes can be opened."""
        arriving = self.daemon_sets if any(pool.openable for pool in self.pools) else ()
        present = {pod.priority for pod in (*self.bound, *self.pending)}
        return tuple(sorted(present | {daemon_set.spec.priority for daemon_set in arriving}, reverse=True))
