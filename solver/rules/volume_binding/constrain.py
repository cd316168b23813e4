"""Waiting claims over counts: each gets one volume, each volume one claim, and who arrives reaches them.

    Σ_v given[c, v] <= 1        Σ_c given[c, v] <= 1        arrivals[g, n] >= 1  =>  Σ_{v reaches n} given[c, v] >= 1

``v`` are the existing volumes that suit the claim and the volumes that could be made for it, one for each set of nodes
that such a volume would reach. Which of several volumes kube-scheduler takes depends on the order of binds; that is
left to the search for an order. A claim of one pod that can always be made a volume needs no variable.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from solver.cluster.state import ClusterState
from solver.model.linear import total
from solver.rules.volume_binding.binding import volume_for
from solver.rules.volume_binding.claims import PodClaims, class_of
from solver.rules.volume_binding.filter import SELECTED_NODE
from solver.rules.volume_binding.matching import find_matches, reaching, topologies

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from solver.cluster.columns import Mask
    from solver.cluster.node import Node
    from solver.cluster.volumes import PersistentVolumeClaim
    from solver.model.groups import PodGroup
    from solver.model.linear import Bool
    from solver.model.model import Model

_Given = tuple["Bool", "Mask"]
"""Whether a claim gets a certain volume, and the nodes that it reaches."""


def constrain(model: Model) -> None:
    """For all claims that wait, where the input describes storage."""
    if not model.cluster.storage.described:
        return
    state = ClusterState(model.cluster, ())
    takers: dict[str, list[Bool]] = {}
    for claim, users in _waiting(model, state):
        existing = find_matches([claim], state)[0].volumes
        made = list(_made(claim, state))
        if made and sum(map(len, users)) == 1:
            continue
        given: list[_Given] = []
        for volume in existing:
            given.append((model.boolean(), reaching(volume, state)))
            takers.setdefault(volume.name, []).append(given[-1][0])
        given += [(model.boolean(), mask) for mask in made]
        model.require(total(chosen.linear for chosen, _ in given) <= 1)
        _reach(model, users, given, state)
    for chosen in takers.values():
        model.require(total(each.linear for each in chosen) <= 1)


def _waiting(model: Model, state: ClusterState) -> Iterable[tuple[PersistentVolumeClaim, list[PodGroup]]]:
    """Every waiting claim that no node is chosen for, with the groups whose pods use it."""
    found: dict[str, tuple[PersistentVolumeClaim, list[PodGroup]]] = {}
    for group in model.groups:
        for claim in PodClaims.of(group.spec, state).waiting if group.spec.claims else ():
            if SELECTED_NODE not in claim.annotations:
                found.setdefault(claim.key, (claim, []))[1].append(group)
    return found.values()


def _made(claim: PersistentVolumeClaim, state: ClusterState) -> Iterator[Mask]:
    """The different sets of nodes that a volume made for the claim could reach."""
    storage_class = class_of(claim, state)
    if storage_class is None or not storage_class.provisions:
        return
    seen: set[object] = set()
    for place in np.flatnonzero(topologies(storage_class, state)).tolist():
        volume = volume_for(claim, state.nodes[place], state)
        if volume.affinity not in seen:
            seen.add(volume.affinity)
            yield reaching(volume, state)


def _reach(model: Model, users: list[PodGroup], given: list[_Given], state: ClusterState) -> None:
    for group in users:
        for node in model.nodes:
            arriving = model.arrivals(group, node)
            if model.limits(arriving)[1]:
                reached = total(chosen.linear for chosen, mask in given if _at(mask, node, state))
                model.require(reached >= 1, model.some(arriving))


def _at(mask: Mask, node: Node, state: ClusterState) -> bool:
    return bool(mask[state.place[node.name]])
