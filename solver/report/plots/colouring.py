"""Which colour a pod has: its workload's, or its request's where there are too many workloads to tell them apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from solver.cluster.resources import CPU, MEMORY
from solver.report.plots.style import NODE_BOUND_PODS, REMAINING_COLOUR, WORKLOAD_COLOURS, shortened
from solver.report.result_file.write import quantities

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from solver.cluster.pod import Pod
    from solver.placement import Placement

NODE_BOUND = "DaemonSet and static pods"
ENOUGH = 0.5
"""Workloads have colours as long as those with one make up this share of all requests."""


@dataclass(frozen=True, slots=True)
class Colouring:
    """``group_of`` names a pod's group, ``colours`` its colour; the groups stand in the order of bars and legend.

    ``by_workload``: the groups are workloads; otherwise they are requests.
    """

    by_workload: bool
    group_of: Callable[[Pod], str]
    colours: Mapping[str, str]

    @property
    def legend(self) -> dict[str, str]:
        """Name and colour: the groups with one of their own, all the others, then what belongs to the nodes."""
        named = [group for group, colour in self.colours.items() if colour in WORKLOAD_COLOURS]
        names = workload_names(named) if self.by_workload else named
        shown = {name: self.colours[group] for name, group in zip(names, named, strict=True)}
        if REMAINING_COLOUR in self.colours.values():
            shown["other workloads" if self.by_workload else "other requests"] = REMAINING_COLOUR
        return shown | ({NODE_BOUND: NODE_BOUND_PODS} if NODE_BOUND in self.colours else {})


def colouring_of(placement: Placement) -> Colouring:
    """Colours for the heaviest workloads; for the heaviest requests where nine workloads are the smaller part."""
    weight_of = _weights(placement)
    workloads = _grouped(weight_of, workload_of)
    heaviest = _heaviest(workloads)
    if len(heaviest) == len(workloads) or _total(heaviest, workloads) >= ENOUGH * _total(workloads, workloads):
        return Colouring(True, workload_of, _colours(placement, workloads, sorted(heaviest)))
    requests = _grouped(weight_of, request_of)
    largest_first = sorted(_heaviest(requests), key=lambda request: (-max(requests[request]), request))
    return Colouring(False, request_of, _colours(placement, requests, largest_first))


def workload_of(pod: Pod) -> str:
    """The workload under which a pod is coloured."""
    return pod.workload or f"Pod {pod.key}" if pod.movable else NODE_BOUND


def request_of(pod: Pod) -> str:
    """The request under which a pod is coloured: ``cpu 500m, memory 1Gi``."""
    if not pod.movable:
        return NODE_BOUND
    amounts = quantities({name: amount for name, amount in pod.spec.requests.items() if amount})
    return ", ".join(f"{name} {amount}" for name, amount in amounts.items()) or "no request"


def workload_names(workloads: Sequence[str]) -> list[str]:
    """``Deployment shop/front`` as people call it: ``front``, or as much more as tells it from the others."""
    without_kind = [workload.partition(" ")[2] or workload for workload in workloads]
    names = [text.rpartition("/")[2] for text in without_kind]
    shown = next(some for some in (names, without_kind, list(workloads)) if len(set(some)) == len(workloads))
    return [shortened(text, 30) for text in shown]


def _weights(placement: Placement) -> dict[Pod, float]:
    """Each pod's share of all cpu and its share of all memory, added."""
    cluster = placement.cluster
    everything = {name: sum(node.allocatable.get(name, 0) for node in cluster.nodes) for name in (CPU, MEMORY)}
    offered = {name: amount for name, amount in everything.items() if amount}
    return {
        pod: sum(pod.spec.requests.get(name, 0) / amount for name, amount in offered.items()) for pod in cluster.pods
    }


def _grouped(weight_of: Mapping[Pod, float], group_of: Callable[[Pod], str]) -> dict[str, list[float]]:
    """The weights of each group's pods; what belongs to the nodes is no group."""
    weights: dict[str, list[float]] = {}
    for pod, weight in weight_of.items():
        if pod.movable:
            weights.setdefault(group_of(pod), []).append(weight)
    return weights


def _heaviest(weights: Mapping[str, list[float]]) -> list[str]:
    """As many groups as there are colours."""
    return sorted(weights, key=lambda group: (-sum(weights[group]), group))[: len(WORKLOAD_COLOURS)]


def _total(groups: Iterable[str], weights: Mapping[str, list[float]]) -> float:
    return sum(sum(weights[group]) for group in groups)


def _colours(placement: Placement, weights: Mapping[str, list[float]], own: Sequence[str]) -> dict[str, str]:
    """A colour for each of ``own``, one for all others together, one for what belongs to the nodes."""
    colours = dict(zip(own, WORKLOAD_COLOURS, strict=False))
    colours |= dict.fromkeys((group for group in weights if group not in colours), REMAINING_COLOUR)
    if any(not pod.movable for pod in placement.cluster.pods):
        colours[NODE_BOUND] = NODE_BOUND_PODS
    return colours
