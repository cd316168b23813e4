"""Pods and offers as numbers: what pods of one spec ask for, what an empty node has for them, and who takes whom."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from solver.cluster.node_affinity import NodeAffinity
from solver.cluster.resources import PODS
from solver.cluster.topology import HOSTNAME, ZONE
from solver.compare.fragmentation import admits
from solver.rules.selection import selected_by
from solver.studies.node_sizes.capacity import for_workloads, resources_of
from solver.studies.node_sizes.spreads import spreads_of

if TYPE_CHECKING:
    from solver.cluster.node import Node
    from solver.cluster.pod import Pod, PodSpec
    from solver.studies.node_sizes.spreads import Spread
    from solver.studies.node_sizes.task import Task

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

UNLIMITED = 2**31


class Kinds:
    """A row for each spec of the pods that are to be placed, and for each offer.

    ``requests`` and ``room`` (less DaemonSet pods) have a column per resource of ``names``, in milli-CPU, bytes and
    units; ``prices`` are USD per hour; ``wanting`` counts pods; ``admitted`` says per zone, offer and spec whether such
    a node would take such a pod, however full it is.
    """

    def __init__(self, task: Task) -> None:
        pods: dict[PodSpec, list[Pod]] = {}
        for pod in task.workloads.pending:
            pods.setdefault(pod.spec, []).append(pod)
        self.task = task
        self.pods = pods
        self.zones = len(task.offers[0].templates)
        self.names = resources_of(task.workloads)
        rooms = [for_workloads(offer.template, task.workloads) for offer in task.offers]
        self.wanting: Ints = np.array([len(some) for some in pods.values()], dtype=np.int64)
        self.requests: Ints = np.array([[_amount(spec, name) for name in self.names] for spec in pods], dtype=np.int64)
        self.prices: Floats = np.array([float(offer.price) for offer in task.offers])
        self.room: Ints = np.array([[room.get(name, 0) for name in self.names] for room in rooms], dtype=np.int64)
        templates = zip(*(offer.templates for offer in task.offers), strict=True)
        self.admitted: Mask = np.array(
            [[[_admitted(node, spec) for spec in pods] for node in of_zone] for of_zone in templates], dtype=np.bool_
        )

    @cached_property
    def fitting(self) -> Ints:
        """Of each offer and spec, how many pods an empty node has room for; 0 where no zone takes it."""
        fitting = np.full((len(self.room), len(self.requests)), UNLIMITED, dtype=np.int64)
        for room, asked in zip(self.room.T, self.requests.T, strict=True):
            whole = room[:, None] // np.maximum(asked, 1)
            fitting = np.where(asked > 0, np.minimum(fitting, whole), fitting)
        return np.where(self.admitted.any(axis=0), fitting, 0)

    @cached_property
    def alone(self) -> Mask:
        """Specs of which no two pods are on one node in any placement: those on a port, or keeping apart."""
        return np.array([self._alone(spec) for spec in self.pods], dtype=np.bool_)

    @cached_property
    def limit(self) -> Ints:
        """The most pods of each spec on one node in any placement: nobody has more on a node than in its zone."""
        return np.minimum(np.where(self.alone, 1, UNLIMITED), self.most_in_zone)

    @cached_property
    def spreads(self) -> tuple[Spread, ...]:
        """What spreading over zones says of numbers of pods."""
        templates = [template for offer in self.task.offers for template in offer.templates]
        return spreads_of(list(self.pods), templates, self.task.workloads)

    @cached_property
    def most_in_zone(self) -> Ints:
        """The most pods of each spec in one zone in any placement."""
        most = np.full(len(self.wanting), UNLIMITED, dtype=np.int64)
        for spread in self.spreads:
            most[spread.row] = min(most[spread.row], spread.most(self.wanting))
        namespaces = self.task.workloads.namespaces
        for row, spec in enumerate(self.pods):
            terms = (term for term in spec.anti_affinity.required if term.topology_key == ZONE)
            if any(selected_by(term, namespaces).holds(spec) for term in terms):
                most[row] = 1
        return most

    @cached_property
    def planned(self) -> Ints:
        """The most pods of each spec that a draft puts on one node: no more than that is allowed in any case."""
        return np.array([_planned(spec) for spec in self.pods], dtype=np.int64)

    @cached_property
    def tied(self) -> Mask:
        """Specs that are to be spread over zones, or to be apart in them."""
        return np.array([_over_zones(spec) for spec in self.pods], dtype=np.bool_)

    @cached_property
    def quotas(self) -> Ints:
        """The most pods of each spec in each zone, a row per zone: even shares where they are tied, of the zones open.

        Who gets the odd ones differs from spec to spec.
        """
        quotas = np.zeros((self.zones, len(self.wanting)), dtype=np.int64)
        for row, pods in enumerate(self.wanting.tolist()):
            zones = np.flatnonzero(self.admitted[:, self.fitting[:, row] > 0, row].any(axis=1))
            for at, zone in enumerate(np.roll(zones, -row).tolist()):
                quotas[zone, row] = pods // len(zones) + (at < pods % len(zones)) if self.tied[row] else UNLIMITED
        return quotas

    def _alone(self, spec: PodSpec) -> bool:
        namespaces = self.task.workloads.namespaces
        terms = (term for term in spec.anti_affinity.required if self._on_every_node(term.topology_key))
        return bool(spec.host_ports) or any(selected_by(term, namespaces).holds(spec) for term in terms)

    def _on_every_node(self, key: str) -> bool:
        templates = (node for offer in self.task.offers for node in offer.templates)
        return key == HOSTNAME or all(key in node.labels for node in templates)


def _admitted(node: Node, spec: PodSpec) -> bool:
    """Conditions on the name of a node are taken to be met: what nodes will be called is not known."""
    named = any(term.fields for term in spec.node_affinity.required or ())
    return admits(node, replace(spec, node_affinity=NodeAffinity()) if named else spec)


def _amount(spec: PodSpec, name: str) -> int:
    return 1 if name == PODS else spec.requests.get(name, 0)


def _planned(spec: PodSpec) -> int:
    over_nodes = (each for each in spec.spread if each.hard and each.topology_key == HOSTNAME)
    limits = [constraint.max_skew for constraint in over_nodes]
    if spec.host_ports or any(term.topology_key in (HOSTNAME, ZONE) for term in spec.anti_affinity.required):
        limits.append(1)
    return min(limits, default=UNLIMITED)


def _over_zones(spec: PodSpec) -> bool:
    spread = any(constraint.hard and constraint.topology_key == ZONE for constraint in spec.spread)
    return spread or any(term.topology_key == ZONE for term in spec.anti_affinity.required)
