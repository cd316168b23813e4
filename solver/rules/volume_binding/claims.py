"""The claims of a pod: bound ones, and those that wait for the pod."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from solver.cluster.pod import PodSpec
    from solver.cluster.state import ClusterState
    from solver.cluster.volumes import ClaimVolume, PersistentVolumeClaim, StorageClass

UNBOUND_IN_TIME = "pod has unbound immediate PersistentVolumeClaims"
_LOST = "Lost"


@dataclass(frozen=True, slots=True)
class PodClaims:
    """In the order of the pod's volumes; claims that do not exist are in neither list."""

    bound: tuple[PersistentVolumeClaim, ...]
    waiting: tuple[PersistentVolumeClaim, ...]

    @classmethod
    def of(cls, spec: PodSpec, state: ClusterState) -> PodClaims:
        """As the state has them now."""
        claims = [claim for _, claim in _found(spec, state) if claim is not None]
        waiting = tuple(claim for claim in claims if not is_bound(claim) and waits(claim, state))
        return cls(tuple(filter(is_bound, claims)), waiting)


def is_bound(claim: PersistentVolumeClaim) -> bool:
    """A volume's name alone does not make a binding."""
    return bool(claim.volume) and claim.bind_completed


def waits(claim: PersistentVolumeClaim, state: ClusterState) -> bool:
    """Whether the claim is to be bound once the pod has a node; with a volume's name it is to be bound before."""
    storage_class = class_of(claim, state)
    return storage_class is not None and storage_class.waits_for_consumer and not claim.volume


def class_of(claim: PersistentVolumeClaim, state: ClusterState) -> StorageClass | None:
    """The claim's class, if it exists."""
    return state.cluster.storage.classes.get(claim.storage_class or "")


def trouble(spec: PodSpec, state: ClusterState) -> str | None:
    """What keeps the pod from being looked at at all, in kube-scheduler's words."""
    found = list(_found(spec, state))
    reasons = (_trouble(volume, claim) for volume, claim in found)
    first = next((reason for reason in reasons if reason is not None), None)
    if first is not None:
        return first
    late = any(claim is not None and not is_bound(claim) and not waits(claim, state) for _, claim in found)
    return UNBOUND_IN_TIME if late else None


def _trouble(volume: ClaimVolume, claim: PersistentVolumeClaim | None) -> str | None:
    if claim is None:
        if volume.ephemeral:
            return f'waiting for ephemeral volume controller to create the persistentvolumeclaim "{volume.claim}"'
        return f'persistentvolumeclaim "{volume.claim}" not found'
    if claim.phase == _LOST:
        return f'persistentvolumeclaim "{claim.name}" bound to non-existent persistentvolume "{claim.volume}"'
    if claim.deleting:
        return f'persistentvolumeclaim "{claim.name}" is being deleted'
    if volume.ephemeral and claim.owner_pod != volume.pod:
        return f"PVC {claim.key} was not created for pod {claim.namespace}/{volume.pod} (pod is not owner)"
    return None


def _found(spec: PodSpec, state: ClusterState) -> Iterator[tuple[ClaimVolume, PersistentVolumeClaim | None]]:
    return ((volume, state.claims.get(f"{spec.namespace}/{volume.claim}")) for volume in spec.claims)
