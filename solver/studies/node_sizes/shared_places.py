"""Places that pods of several kinds share: a few pods, of which each may come to any of their places."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from solver.cluster.node_affinity import NodeAffinity
from solver.cluster.topology import ZONE
from solver.studies.node_sizes.capacity import resources_of
from solver.studies.node_sizes.floor import Floor

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from solver.cluster.labels import Labels
    from solver.cluster.pod import PodSpec
    from solver.studies.node_sizes.kinds import Floats
    from solver.studies.node_sizes.mix import For
    from solver.studies.node_sizes.task import Task


def plain(spec: PodSpec, others: Iterable[PodSpec], namespaces: Mapping[str, Labels]) -> bool:
    """Whether any node with room takes such a pod, whichever others are there: its requests and its zone are all."""
    of_nodes = spec.node_selector or spec.tolerations or spec.node_affinity != NodeAffinity()
    of_pods = spec.affinity.required or spec.anti_affinity.required or spec.host_ports
    of_things = spec.claims or spec.disks or spec.inline_volumes or spec.gpu_milli or spec.gpu_models
    over_nodes = any(constraint.topology_key != ZONE for constraint in spec.spread if constraint.hard)
    avoided = any(
        term.matches(spec.namespace, spec.labels, namespaces)
        for other in others
        for term in other.anti_affinity.required
    )
    return not (of_nodes or of_pods or of_things or over_nodes or avoided)


def shared(task: Task, pods: Sequence[PodSpec], size: int) -> Iterator[tuple[For, PodSpec]]:
    """The pods in groups of so many, each with what a place for any of them has to hold; like ones go together.

    One after the other, the pod that is worth most is joined by those for which it makes least difference.
    """
    names = resources_of(task.workloads)
    worth: Floats = Floor(task.offers, task.workloads).vertices(task.offers, names, task.seed)[0]
    asked = {spec: np.array([spec.requests.get(name, 0) for name in names]) for spec in pods}
    left = sorted(pods, key=lambda spec: -float(asked[spec] @ worth))
    while left:
        group = [left.pop(0)]
        most = asked[group[0]]
        while left and len(group) < size:
            extra = [float((np.maximum(most, asked[spec]) - asked[spec]) @ worth) for spec in left]
            group.append(left.pop(int(np.argmin(extra))))
            most = np.maximum(most, asked[group[-1]])
        requests = {name: int(amount) for name, amount in zip(names, most, strict=True) if amount}
        yield tuple(dict.fromkeys(group)), replace(group[0], requests=requests, spread=())
