"""A cluster being filled: what is on every node, as NumPy columns, with bind and unbind as exact inverses."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from solver.cluster.census import Census
from solver.cluster.columns import Column, LabelColumn, Places
from solver.cluster.devices import Devices, asks_for_devices
from solver.cluster.resources import CPU, EPHEMERAL_STORAGE, MEMORY, PODS

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping

    from numpy.typing import NDArray

    from solver.cluster.cluster import Cluster
    from solver.cluster.devices import DeviceNumbers
    from solver.cluster.node import Node
    from solver.cluster.pod import Pod, PodSpec
    from solver.cluster.ports import HostPort
    from solver.cluster.tally import Tally, Trait
    from solver.cluster.volumes import PersistentVolume, PersistentVolumeClaim

_Made = TypeVar("_Made")

NAME = "metadata.name"
"""The one field of nodes that selectors read, asked for like a label."""


class ClusterState:
    """Nodes in the order of their names, and what the pods bound to them take.

    ``allocatable`` and ``requested`` have one row per resource (``rows`` says which; milli-CPU and bytes), one column
    per node; ``occupied`` holds cpu and memory as the resource scores count them. ``journal`` is the sequence of nodes
    that pods came to or left: whoever keeps a column reads from where it stopped; ``storage_changes`` counts the claims
    that were bound on the way; ``vacated`` holds, by node, the host ports that a pod has left and none has taken since.
    Counts of pods by trait are made when first asked for, and followed from then on.
    ``devices`` are those of GPUs, None where no pod shares one.
    """

    def __init__(
        self,
        cluster: Cluster,
        pods: Iterable[Pod] | None = None,
        devices: Mapping[Pod, tuple[str, DeviceNumbers]] | None = None,
    ) -> None:
        """Start with ``pods`` on their nodes (by default those that are bound in the cluster).

        ``devices`` says of pods to come which they get on which node.
        """
        self.cluster = cluster
        self.nodes: tuple[Node, ...] = tuple(sorted(cluster.nodes, key=lambda node: node.name))
        self.place: dict[str, int] = {node.name: place for place, node in enumerate(self.nodes)}
        self.everywhere: Places = np.arange(len(self.nodes))
        self.rows = _resource_rows(cluster)
        self.allocatable = np.array(
            [[node.allocatable.get(name, 0) for node in self.nodes] for name in self.rows], dtype=np.int64
        ).reshape(len(self.rows), len(self.nodes))
        self.requested = np.zeros_like(self.allocatable)
        self.occupied: NDArray[np.int64] = np.zeros((2, len(self.nodes)), dtype=np.int64)
        self.pods_allowed: Column = np.array([node.pods_allowed for node in self.nodes], dtype=np.int64)
        self.pod_count: Column = np.zeros(len(self.nodes), dtype=np.int64)
        self.pods_on: tuple[dict[Pod, None], ...] = tuple({} for _ in self.nodes)
        self.place_of: dict[Pod, int] = {}
        self.journal: list[int] = []
        self.claims: dict[str, PersistentVolumeClaim] = dict(cluster.storage.claims)
        self.volumes: dict[str, PersistentVolume] = dict(cluster.storage.volumes)
        self.storage_changes = 0
        self.vacated: dict[int, frozenset[HostPort]] = {}
        self.devices = self._devices(devices or {}) if cluster.shares_devices else None
        self._census = Census(len(self.nodes))
        self._demands: dict[PodSpec, tuple[NDArray[np.intp], NDArray[np.int64]]] = {}
        self._labels: dict[str, LabelColumn] = {}
        self._once: dict[Hashable, Any] = {}
        for pod in cluster.bound if pods is None else pods:
            if pod.node is not None:
                self.bind(pod, self.place[pod.node])

    def bind(self, pod: Pod, node: int) -> None:
        """The pod comes to the node at this place."""
        self.pods_on[node][pod] = None
        self.place_of[pod] = node
        self._follow(pod.spec, node, 1)
        if self.devices is not None and asks_for_devices(pod.spec):
            self.devices.arrive(pod, node)

    def unbind(self, pod: Pod, *, for_good: bool = False) -> int:
        """The pod leaves; gives the place of the node where it was. ``for_good``: as if it had never come."""
        node = self.place_of.pop(pod)
        del self.pods_on[node][pod]
        self._follow(pod.spec, node, -1)
        if self.devices is not None and asks_for_devices(pod.spec):
            self.devices.leave(pod, node, remembered=not for_good)
        return node

    @contextmanager
    def trial(self, node: int) -> Iterator[None]:
        """Whatever comes to the node or leaves it meanwhile is undone at the end, to the order of its pods."""
        before = tuple(self.pods_on[node])
        mark, vacated = len(self.journal), self.vacated
        try:
            yield
        finally:
            self._restore(node, before)
            del self.journal[mark:]
            self.vacated = vacated

    @contextmanager
    def supposing(self, spec: PodSpec, pods: int = 1) -> Iterator[None]:
        """As if every node held so many more such pods meanwhile, in number and sums alone."""
        self._add_everywhere(spec, pods)
        try:
            yield
        finally:
            self._add_everywhere(spec, -pods)

    def bind_claim(self, claim: PersistentVolumeClaim, volume: PersistentVolume) -> None:
        """The claim and the volume, as they are after one has been bound to the other."""
        self.claims[claim.key] = claim
        self.volumes[volume.name] = volume
        self.storage_changes += 1

    def tally(self, trait: Trait) -> Tally:
        """The live count of the pods with a trait."""
        return self._census.tally(trait)

    def labels(self, key: str) -> LabelColumn:
        """One label of every node (`NAME`: the node's name)."""
        if key not in self._labels:
            values = [node.name if key == NAME else node.labels.get(key) for node in self.nodes]
            self._labels[key] = LabelColumn.of(key, values)
        return self._labels[key]

    def once(self, key: Hashable, make: Callable[[], _Made]) -> _Made:
        """What ``make`` gives, made at the first request for the key: for columns that no bind changes."""
        if key not in self._once:
            self._once[key] = make()
        made: _Made = self._once[key]
        return made

    def row(self, resource: str) -> int | None:
        """The row of a resource, None where neither a node nor a pod speaks of it."""
        return self.rows.get(resource)

    def _devices(self, known: Mapping[Pod, tuple[str, DeviceNumbers]]) -> Devices:
        bound = {pod: (str(pod.node), devices) for pod, devices in self.cluster.devices.items()}
        return Devices(self.nodes, bound | dict(known))

    def _restore(self, node: int, before: tuple[Pod, ...]) -> None:
        wanted = dict.fromkeys(before)
        for pod in [pod for pod in self.pods_on[node] if pod not in wanted]:
            self.unbind(pod, for_good=True)
        for pod in [pod for pod in wanted if pod not in self.pods_on[node]]:
            self.bind(pod, node)
        self.pods_on[node].clear()
        self.pods_on[node].update(wanted)

    def _follow(self, spec: PodSpec, node: int, sign: int) -> None:
        rows, amounts = self._demand(spec)
        self.requested[rows, node] += sign * amounts
        self.occupied[0, node] += sign * spec.occupied.cpu
        self.occupied[1, node] += sign * spec.occupied.memory
        self.pod_count[node] += sign
        if spec.host_ports and (sign < 0 or node in self.vacated):
            known = self.vacated.get(node, frozenset())
            ports = known.union(spec.host_ports) if sign < 0 else known.difference(spec.host_ports)
            self.vacated = {**self.vacated, node: ports}
        self._census.follow(spec, node, sign)
        self.journal.append(node)

    def _add_everywhere(self, spec: PodSpec, pods: int) -> None:
        rows, amounts = self._demand(spec)
        self.requested[rows] += pods * amounts[:, np.newaxis]
        self.occupied += pods * np.array([[spec.occupied.cpu], [spec.occupied.memory]])
        self.pod_count += pods

    def _demand(self, spec: PodSpec) -> tuple[NDArray[np.intp], NDArray[np.int64]]:
        if spec not in self._demands:
            amounts = {
                self.rows[name]: amount for name, amount in spec.requests.items() if amount and name in self.rows
            }
            self._demands[spec] = (np.array([*amounts], dtype=np.intp), np.array([*amounts.values()], dtype=np.int64))
        return self._demands[spec]


def _resource_rows(cluster: Cluster) -> dict[str, int]:
    """CPU, memory and ephemeral storage first, then whatever else nodes and pods name; ``pods`` is counted apart."""
    names = dict.fromkeys((CPU, MEMORY, EPHEMERAL_STORAGE))
    for node in cluster.nodes:
        names |= dict.fromkeys(node.allocatable)
    for spec in {pod.spec: None for pod in cluster.pods}:
        names |= dict.fromkeys(spec.requests)
    names.pop(PODS, None)
    return {name: row for row, name in enumerate(names)}
