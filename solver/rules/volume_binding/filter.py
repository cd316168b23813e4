"""Where a pod's claims can be served, and how."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from solver.rules.rule import Codes, Filter, Reach, Rejection
from solver.rules.volume_binding.claims import PodClaims, class_of
from solver.rules.volume_binding.matching import find_matches, reaching, topologies

if TYPE_CHECKING:
    from solver.cluster.columns import Mask, Places
    from solver.cluster.state import ClusterState
    from solver.cluster.volumes import PersistentVolume, PersistentVolumeClaim

SELECTED_NODE = "volume.kubernetes.io/selected-node"
OUT_OF_REACH = 1
NOTHING_TO_BIND = 2
GONE = 4
_REASONS = {
    OUT_OF_REACH: "node(s) didn't match PersistentVolume's node affinity",
    NOTHING_TO_BIND: "node(s) didn't find available persistent volumes to bind",
    GONE: "node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)",
}


@dataclass(frozen=True, slots=True)
class Bindings:
    """What the waiting claims get on a node: volumes that exist, and volumes to be made, in kube-scheduler's order."""

    static: tuple[tuple[PersistentVolumeClaim, PersistentVolume], ...]
    provisioned: tuple[PersistentVolumeClaim, ...]


class BindingFilter(Filter):
    """Codes are sums of what is wrong with a node. No bind of a pod changes them, only a binding of claims does."""

    PLUGIN = "VolumeBinding"
    reach = Reach.NOTHING

    def __init__(self, claims: PodClaims, state: ClusterState) -> None:
        self.state = state
        self.column = _judge_bound(claims, state)
        self.reachable: Mask = self.column == 0
        self.preselected, self.to_match = _divided(claims)
        self.matches = find_matches(self.to_match, state)
        self.column[~self._servable()] |= NOTHING_TO_BIND

    def codes(self, at: Places) -> Codes:
        """From the column."""
        return self.column[at]

    def rejection(self, code: int, node: int) -> Rejection:
        """All that is wrong; no eviction helps."""
        return Rejection(self.PLUGIN, tuple(reason for bit, reason in _REASONS.items() if code & bit))

    def bindings(self, node: int) -> Bindings:
        """What happens to the waiting claims when the pod goes to the node."""
        static = tuple((match.claim, found) for match in self.matches if (found := match.volume_at(node)) is not None)
        made = (match.claim for match in self.matches if match.volume_at(node) is None)
        return Bindings(static, (*self.preselected, *made))

    def _servable(self) -> Mask:
        """Every claim selected for the node or for none, and matched or provisionable."""
        mask = np.ones(len(self.state.nodes), dtype=np.bool_)
        for claim in self.preselected:
            chosen = self.state.place.get(claim.annotations[SELECTED_NODE])
            mask &= np.arange(len(mask)) == (-1 if chosen is None else chosen)
            mask &= _provisionable(claim, self.state)
        for match in self.matches:
            mask &= match.found | _provisionable(match.claim, self.state)
        return mask


def _divided(claims: PodClaims) -> tuple[list[PersistentVolumeClaim], list[PersistentVolumeClaim]]:
    """Claims that have a node already, and the others."""
    preselected = [claim for claim in claims.waiting if SELECTED_NODE in claim.annotations]
    return preselected, [claim for claim in claims.waiting if SELECTED_NODE not in claim.annotations]


def _judge_bound(claims: PodClaims, state: ClusterState) -> Codes:
    """The first claim that a node cannot serve decides; a volume that is gone ends the search for every node."""
    column = np.zeros(len(state.nodes), dtype=np.uint8)
    for claim in claims.bound:
        volume = state.volumes.get(claim.volume)
        if volume is None:
            column[column == 0] = GONE
            break
        column[(column == 0) & ~reaching(volume, state)] = OUT_OF_REACH
    return column


def _provisionable(claim: PersistentVolumeClaim, state: ClusterState) -> Mask:
    """Where the claim's class can make a volume."""
    storage_class = class_of(claim, state)
    if storage_class is None or not storage_class.provisions:
        return np.zeros(len(state.nodes), dtype=np.bool_)
    return topologies(storage_class, state)
