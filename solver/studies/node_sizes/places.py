"""Mixes with a place for every pod of a zone that fails: one zone is planned, and bought once for each zone.

Z zones, one of which may fail: each gets a place for every (Z - 1)th pod of a kind. The Z - 1 zones that are left have
a place for every pod then, whichever fails; so a place waits for the pods of whatever zone, and all of it costs
Z / (Z - 1) of a mix for the pods alone, which is what the bound asks for. Pods that this leaves over, fewer than Z - 1
of a kind, share places with those of other kinds: Z - 1 of them have a place in each zone that is large enough for any
of them. Where rules besides spreading over zones tell pods apart, each one left over has places of its own.

The places of a zone are a workload like any other, and its mix is found like any other. Then pods take places, evenly
over the zones, and the rest is kept free. In no failure a node holds what it did not hold in the plan.
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from solver.cluster.pod import Pod, PodSpec
from solver.cluster.topology import ZONE
from solver.cluster.workloads import daemon_pods
from solver.placement import Placement
from solver.studies.node_sizes.dealing import further
from solver.studies.node_sizes.drafted import as_result
from solver.studies.node_sizes.kinds import Kinds
from solver.studies.node_sizes.mix import Mix
from solver.studies.node_sizes.search import attempted
from solver.studies.node_sizes.shared_places import plain, shared

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from solver.cluster.node import Node
    from solver.studies.node_sizes.kinds import Mask
    from solver.studies.node_sizes.mix import For
    from solver.studies.node_sizes.task import Task

NAME = "places"

_Places = dict["For", Counter["Node"]]


def with_places(task: Task, seconds: float) -> Mix | None:
    """The cheapest mix found with places for the loss of any zone; None where no zone takes all kinds of pods.

    Nothing is claimed to be proven. Rules that tie pods to each other may still break it: it is to be played through.
    """
    began = time.perf_counter()
    kinds = Kinds(task)
    admitted: Mask = np.any(kinds.admitted & (kinds.fitting > 0), axis=1)
    whole = np.flatnonzero(admitted.all(axis=1))
    if not len(whole) or (admitted.sum(axis=0) < 2).any():
        return None
    zones = {spec: int(number) for spec, number in zip(kinds.pods, admitted.sum(axis=0), strict=True)}
    for_whom = {
        Pod(f"place-{number}-{at}", place): some
        for number, (some, (spec, times)) in enumerate(_wanted(task, kinds, zones).items())
        for place in [_within_a_zone(spec)]
        for at in range(times)
    }
    planned = attempted(_in_zone(task, int(whole[0]), tuple(for_whom)).within(seconds))
    if planned is None:
        return None
    nodes: list[Node] = []
    places: _Places = defaultdict(Counter)
    for zone in range(kinds.zones):
        bought = _bought(task, planned, zone, nodes)
        nodes += bought.values()
        for pod, some in for_whom.items():
            places[some][bought[planned.placement.node_of[pod]]] += 1
    return _with_pods(task, kinds, nodes, places, began)


def _wanted(task: Task, kinds: Kinds, zones: Mapping[PodSpec, int]) -> dict[For, tuple[PodSpec, int]]:
    """The places of each zone: for whom, what a pod in one of them may ask for, and how many."""
    found: dict[For, tuple[PodSpec, int]] = {}
    left: list[PodSpec] = []
    for spec, pods in kinds.pods.items():
        each, over = divmod(len(pods), zones[spec] - 1)
        if over and plain(spec, kinds.pods, task.workloads.namespaces) and zones[spec] == kinds.zones:
            left += [spec] * over
        else:
            each += over > 0
        if each:
            found[(spec,)] = (spec, each)
    for some, spec in shared(task, left, kinds.zones - 1):
        before = found[some][1] if some in found else 0
        found[some] = (found[some][0] if before else spec, before + 1)
    return found


def _within_a_zone(spec: PodSpec) -> PodSpec:
    """In equal numbers, places of different zones keep the spreading over zones by themselves."""
    return replace(spec, spread=tuple(constraint for constraint in spec.spread if constraint.topology_key != ZONE))


def _in_zone(task: Task, zone: int, pods: tuple[Pod, ...]) -> Task:
    """These pods on nodes of one zone."""
    offers = [replace(offer, templates=(offer.templates[zone],)) for offer in task.offers]
    return task.with_workloads(replace(task.workloads, pods=pods)).over(offers)


def _bought(task: Task, planned: Mix, zone: int, others: Sequence[Node]) -> dict[Node, Node]:
    """The planned nodes in that zone."""
    bought: dict[Node, Node] = {}
    for node in planned.nodes:
        template = task.offer_of_pool[node.pool or ""].templates[zone]
        bought[node] = further(template, (*others, *bought.values()))
    return bought


def _with_pods(task: Task, kinds: Kinds, nodes: Sequence[Node], places: _Places, began: float) -> Mix | None:
    """The nodes that hold all places, with the pods on their part of them."""
    free = {some: _by_zone(on) for some, on in places.items()}
    node_of: dict[Pod, Node] = {}
    for spec, pods in kinds.pods.items():
        there: Counter[str] = Counter()
        own = sorted((some for some in free if spec in some), key=len)
        for pod in pods:
            node = _next(own, free, there)
            if node is None:
                return None
            node_of[pod] = node
    kept: defaultdict[str, Counter[For]] = defaultdict(Counter)
    for some, zones in free.items():
        for node in (node for left in zones.values() for node in left):
            kept[node.name][some] += 1
    used = set(node_of.values())
    spare = tuple(node for node in nodes if node not in used)
    result = as_result(task, _placed(task, [node for node in nodes if node in used], node_of), NAME, began)
    return None if result is None else Mix(result, Fraction(0), spare, kept)


def _next(own: Sequence[For], free: Mapping[For, dict[str, list[Node]]], there: Counter[str]) -> Node | None:
    """A place in the zone with fewest of the kind, one that is for nobody else where there is one."""
    for some in own:
        zones = [zone for zone, left in free[some].items() if left]
        if zones:
            zone = min(zones, key=lambda zone: (there[zone], -len(free[some][zone]), zone))
            there[zone] += 1
            return free[some][zone].pop()
    return None


def _by_zone(on: Counter[Node]) -> dict[str, list[Node]]:
    """The places by zone, so that those taken from the end are the same from node to node."""
    found: defaultdict[str, list[Node]] = defaultdict(list)
    for turn in range(max(on.values()), 0, -1):
        for node, number in on.items():
            if number >= turn:
                found[node.zone or ""].append(node)
    return found


def _placed(task: Task, nodes: Sequence[Node], node_of: Mapping[Pod, Node]) -> Placement:
    daemons = {pod: node for node in nodes for pod in daemon_pods(task.workloads.daemon_sets, node)}
    cluster = replace(task.workloads, nodes=tuple(nodes), pods=(*task.workloads.pods, *daemons))
    return Placement(cluster, {**node_of, **daemons})
