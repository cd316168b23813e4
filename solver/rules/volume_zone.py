"""VolumeZone: volumes with zone or region labels are reached from nodes with the same ones.

Source: https://kubernetes.io/docs/reference/labels-annotations-taints/#topologykubernetesiozone
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from solver.cluster.labels import Operator, Requirement
from solver.cluster.topology import REGION, ZONE
from solver.rules.rule import Narrowed, Rejection, Rule, StaticFilter

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

    from solver.cluster.cluster import Cluster
    from solver.cluster.columns import Mask
    from solver.cluster.pod import PodSpec
    from solver.cluster.state import ClusterState
    from solver.cluster.volumes import PersistentVolume

_OLD_KEYS = {
    "failure-domain.beta.kubernetes.io/zone": ZONE,
    "failure-domain.beta.kubernetes.io/region": REGION,
}
"""Labels of old, and those that took their place on nodes."""

KEYS = (*_OLD_KEYS, ZONE, REGION)
_SEPARATOR = "__"


class VolumeZone(Rule):
    """Every such label of a bound volume must be met; nodes with none of the labels take everything."""

    name = "VolumeZone"
    REJECTION = Rejection(name, ("node(s) had no available volume zone",))

    def signature(self, spec: PodSpec, cluster: Cluster) -> Hashable:
        """The claims."""
        return (spec.namespace, spec.claims) if spec.claims and cluster.storage.described else ()

    def allows(self, spec: PodSpec, state: ClusterState) -> Mask | None:
        """Where the labels of all volumes are met."""
        wanted = [requirement for volume in _volumes(spec, state) for requirement in _wanted(volume)]
        if not wanted:
            return None
        met = np.ones(len(state.nodes), dtype=np.bool_)
        for requirement in wanted:
            met &= _meets(requirement, state)
        return met | ~_zoned(state)

    def prefilter(self, spec: PodSpec, state: ClusterState) -> Rejection | Narrowed | None:
        """A volume that does not exist rejects the pod."""
        if not state.cluster.storage.described:
            return None
        for volume in spec.claims:
            claim = None if volume.ephemeral else state.claims.get(f"{spec.namespace}/{volume.claim}")
            if claim is not None and claim.volume and claim.volume not in state.volumes:
                return Rejection(self.name, (f'persistentvolume "{claim.volume}" not found',))
        return None

    def filter(self, spec: PodSpec, state: ClusterState) -> StaticFilter | None:
        """One reason where a label is not met."""
        allowed = self.allows(spec, state)
        return None if allowed is None else StaticFilter.passing(allowed, self.REJECTION)


def _volumes(spec: PodSpec, state: ClusterState) -> Iterator[PersistentVolume]:
    """The volumes that the pod's own claims name."""
    for volume in spec.claims if state.cluster.storage.described else ():
        claim = None if volume.ephemeral else state.claims.get(f"{spec.namespace}/{volume.claim}")
        if claim is not None and claim.volume in state.volumes:
            yield state.volumes[claim.volume]


def _wanted(volume: PersistentVolume) -> Iterator[Requirement]:
    """The volume's zones and regions; several are written ``a__b``, and a list with a blank in it is not read."""
    for key in KEYS:
        values = (
            frozenset(value.strip() for value in volume.labels[key].split(_SEPARATOR)) if key in volume.labels else None
        )
        if values is not None and "" not in values:
            yield Requirement(key, Operator.IN, values)


def _meets(requirement: Requirement, state: ClusterState) -> Mask:
    """An old key that the node lacks is compared with the new one."""
    column = state.labels(requirement.key)
    met = column.meets(requirement)
    new_key = _OLD_KEYS.get(requirement.key)
    if new_key is None:
        return met
    return met | (
        (column.codes < 0) & state.labels(new_key).meets(Requirement(new_key, Operator.IN, requirement.values))
    )


def _zoned(state: ClusterState) -> Mask:
    """The nodes that have any of the labels."""
    mask: Mask = np.logical_or.reduce([state.labels(key).codes >= 0 for key in KEYS])
    return mask
