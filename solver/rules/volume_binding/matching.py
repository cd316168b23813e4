"""Which existing volume each waiting claim would get, on every node."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from solver.rules.node_affinity import nameless_matches, term_matches

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from solver.cluster.columns import Mask
    from solver.cluster.node_affinity import NodeSelectorTerm
    from solver.cluster.state import ClusterState
    from solver.cluster.volumes import PersistentVolume, PersistentVolumeClaim, StorageClass

_AVAILABLE = "Available"
_NONE = -1


@dataclass(frozen=True, slots=True)
class Match:
    """For one claim: the volume it gets on each node, as a place in ``volumes``, or -1."""

    claim: PersistentVolumeClaim
    volumes: tuple[PersistentVolume, ...]
    chosen: NDArray[np.int64]

    @property
    def found(self) -> Mask:
        """Where there is a volume."""
        found: Mask = self.chosen != _NONE
        return found

    def volume_at(self, node: int) -> PersistentVolume | None:
        """The volume on one node."""
        place = int(self.chosen[node])
        return None if place == _NONE else self.volumes[place]


def find_matches(claims: Sequence[PersistentVolumeClaim], state: ClusterState) -> tuple[Match, ...]:
    """Smallest request first, each claim the smallest volume that fits and that no claim before it took."""
    taken: dict[str, Mask] = {}
    matches = []
    for claim in sorted(claims, key=lambda claim: claim.request):
        match = _match(claim, taken, state)
        matches.append(match)
        for place, volume in enumerate(match.volumes):
            here = match.chosen == place
            taken[volume.name] = taken[volume.name] | here if volume.name in taken else here
    return tuple(matches)


def reaching(volume: PersistentVolume, state: ClusterState) -> Mask:
    """The nodes from which a volume can be used."""
    mask: Mask = state.once(("volume", volume.affinity), lambda: _reaching(volume, state))
    return mask


def topologies(storage_class: StorageClass, state: ClusterState) -> Mask:
    """The nodes for which a class can make volumes."""
    return _any_term(storage_class.topologies, state) if storage_class.topologies else _all_nodes(state)


def _match(claim: PersistentVolumeClaim, taken: dict[str, Mask], state: ClusterState) -> Match:
    """A volume that is set aside for the claim comes first, and where that cannot be reached nothing else will do."""
    offered = [volume for volume in _offered(claim, state) if _suits(claim, volume)]
    own = [volume for volume in offered if volume.claim is not None]
    open_volumes = [volume for volume in offered if volume.claim is None and _is_open(claim, volume)]
    volumes = (*own[:1], *sorted(open_volumes, key=lambda volume: volume.capacity))
    chosen = np.full(len(state.nodes), _NONE, dtype=np.int64)
    left = np.ones(len(state.nodes), dtype=np.bool_)
    for place, volume in enumerate(volumes):
        here = left & reaching(volume, state)
        if volume.name in taken:
            here &= ~taken[volume.name]
        chosen[here] = place
        left &= ~here if volume.claim is None else taken.get(volume.name, np.False_)
        if not left.any():
            break
    return Match(claim, volumes, chosen)


def _offered(claim: PersistentVolumeClaim, state: ClusterState) -> list[PersistentVolume]:
    """The volumes of the claim's class that no other claim has, in the order of their names."""
    found = (volume for volume in state.volumes.values() if volume.storage_class == (claim.storage_class or ""))
    return sorted(
        (volume for volume in found if volume.claim is None or _is_set_aside(claim, volume)),
        key=lambda volume: volume.name,
    )


def _is_set_aside(claim: PersistentVolumeClaim, volume: PersistentVolume) -> bool:
    return volume.claim == claim.key and (volume.claim_uid is None or volume.claim_uid == claim.uid)


def _suits(claim: PersistentVolumeClaim, volume: PersistentVolume) -> bool:
    """What even a volume that is set aside must meet."""
    if volume.deleting or volume.capacity < claim.request:
        return False
    return (volume.volume_mode, volume.attributes_class) == (claim.volume_mode, claim.attributes_class)


def _is_open(claim: PersistentVolumeClaim, volume: PersistentVolume) -> bool:
    """What a volume must meet that is for anybody."""
    if volume.phase != _AVAILABLE or not claim.access_modes <= volume.access_modes:
        return False
    return claim.selector is None or claim.selector.matches(volume.labels)


def _reaching(volume: PersistentVolume, state: ClusterState) -> Mask:
    """kube-scheduler shows the terms of a volume the labels of a node, not its name."""
    if volume.affinity is None:
        return _all_nodes(state)
    mask = ~_all_nodes(state)
    for term in volume.affinity:
        mask |= nameless_matches(term, state)
    return mask


def _all_nodes(state: ClusterState) -> Mask:
    return np.ones(len(state.nodes), dtype=np.bool_)


def _any_term(terms: Sequence[NodeSelectorTerm], state: ClusterState) -> Mask:
    mask = ~_all_nodes(state)
    for term in terms:
        mask |= term_matches(term, state)
    return mask
